"""The pipelines in Kedro-Viz, from a copy of the project that holds four results and no other data.

Kedro-Viz runs as ``make viz`` starts it; its server is a child of that command and outlives it,
so both form a process group of their own, which is killed as a whole.
"""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from base64 import b64decode
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pandas as pd
import plotly.graph_objects as go
import pytest
from kedro.config import OmegaConfigLoader
from kedro.io import DataCatalog

from kinembed.pipeline_registry import STAGES, register_pipelines
from kinembed.settings import CONFIG_LOADER_ARGS

pytestmark = pytest.mark.project

ROOT = Path(__file__).parents[1]
REPORTING = "data/08_reporting/sample"
PICTURE = b"\x89PNG: what a picture holds does not matter here"
SCORES = pd.DataFrame({"sequence": ["one", "two"], "accuracy": [0.5, 0.75]})
STORED = {"scores", "loss_overview", "figures", "segments"}
LAYERS = ["raw", "intermediate", "primary", "feature", "models", "model output", "reporting"]
HIGHEST_PORT = 49151
"""That Kedro-Viz accepts; the system also gives higher ones."""
OFFLINE = {"DO_NOT_TRACK": "1", "HTTPS_PROXY": "http://127.0.0.1:9"}
"""Kedro-Viz would ask the internet for its newest version and report its use."""


@dataclass(frozen=True)
class Viz:
    """A server of Kedro-Viz: its address and the file it logs to."""

    address: str
    log: Path

    def api(self, path: str) -> Any:
        with urlopen(f"{self.address}/api/{path}", timeout=10) as response:  # noqa: S310
            return json.load(response)

    def node(self, name: str) -> Any:
        (found,) = [
            node["id"]
            for node in self.api("main")["nodes"]
            if (node["name"], node["type"]) == (name, "data")
        ]
        return self.api(f"nodes/{found}")


@pytest.fixture(scope="module")
def viz(tmp_path_factory):
    folder = tmp_path_factory.mktemp("viz")
    _make_project(folder)
    server = Viz(f"http://127.0.0.1:{(port := _free_port())}", folder / "viz.log")
    options = ["--env", "sample", "--host", "127.0.0.1", "--port", str(port), "--no-browser"]
    with server.log.open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "kedro", "viz", "run", *options],
            cwd=folder,
            env=os.environ | OFFLINE,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _wait_for(server, process)
        yield server
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _make_project(folder):
    """Kedro accepts no source folder that is a link out of the project, hence the copies."""
    shutil.copytree(ROOT / "conf", folder / "conf", ignore=shutil.ignore_patterns("local"))
    shutil.copytree(ROOT / "src", folder / "src")  # with its bytecode
    shutil.copy(ROOT / "pyproject.toml", folder)
    scores = folder / REPORTING / "scores.csv/2026-01-01T00.00.00.000Z/scores.csv"
    scores.parent.mkdir(parents=True)
    SCORES.to_csv(scores, index=False)
    figure = go.Figure(go.Scatter(x=[0, 10], y=[1.0, 0.5], name="one"))
    (folder / REPORTING / "loss_overview.json").write_text(figure.to_json())
    for name in ("confusion.png", "timeline.png"):
        picture = folder / REPORTING / "sequences/sample" / name
        picture.parent.mkdir(parents=True, exist_ok=True)
        picture.write_bytes(PICTURE if name == "timeline.png" else b"another")
    (folder / REPORTING / "exports").mkdir()
    SCORES.to_parquet(folder / REPORTING / "exports/segments.parquet", index=False)


def _free_port():
    port = HIGHEST_PORT + 1
    while port > HIGHEST_PORT:
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            port = listener.getsockname()[1]
    return port


def _wait_for(server, process):
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            server.api("main")
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
        else:
            return
    pytest.fail(f"Kedro-Viz did not start:\n{server.log.read_text()}")


def _names(nodes, kind):
    return {node["name"] for node in nodes if node["type"] == kind}


@cache
def _catalog():
    """Entries of all datasets that an entry or a pattern describes."""
    loader = OmegaConfigLoader(str(ROOT / "conf"), env="sample", **CONFIG_LOADER_ARGS)
    catalog = DataCatalog.from_config(loader["catalog"])
    names = set().union(*(one.datasets() for one in register_pipelines().values()))
    return {
        name: catalog.get(name)
        for name in names
        if name in catalog and not name.startswith("params:")
    }


def test_every_registered_pipeline_can_be_chosen_and_is_whole(viz):
    pipelines = register_pipelines()
    assert {entry["id"] for entry in viz.api("main")["pipelines"]} == set(pipelines)
    for name, pipeline in pipelines.items():
        shown = _names(viz.api(f"pipelines/{name}")["nodes"], "task")
        # A namespace is drawn as a box; its nodes bear their names within it.
        assert shown == {node.name.rpartition(".")[2] for node in pipeline.nodes}, name


def test_the_default_view_shows_a_box_for_each_stage(viz):
    drawn = viz.api("main")["modular_pipelines"]
    assert set(drawn) == {"__root__", *STAGES}
    assert not any("." in node.name for node in register_pipelines()["__default__"].nodes)


def test_every_dataset_of_the_default_pipeline_appears_in_its_layer(viz):
    datasets = register_pipelines()["__default__"].datasets()
    stored = {name for name in datasets if not name.startswith("params:")} & set(_catalog())
    main = viz.api("main")
    shown = {node["name"]: node["layer"] for node in main["nodes"] if node["type"] == "data"}
    entries = _catalog()
    written = {name: entries[name].metadata["kedro-viz"]["layer"] for name in stored}
    assert {name: shown.get(name) for name in stored} == written
    assert main["layers"] == LAYERS


def test_the_scores_are_previewed_as_a_table(viz):
    node = viz.node("scores")
    assert node["preview_type"] == "TablePreview"
    assert node["preview"]["columns"] == list(SCORES.columns)
    assert node["preview"]["data"] == SCORES.to_numpy().tolist()


def test_the_losses_are_previewed_as_a_figure(viz):
    node = viz.node("loss_overview")
    assert node["preview_type"] == "PlotlyPreview"
    (trace,) = node["preview"]["data"]
    assert (trace["name"], trace["x"], trace["y"]) == ("one", [0, 10], [1.0, 0.5])


def test_the_figures_of_sequences_are_previewed_as_a_picture(viz):
    node = viz.node("figures")
    assert node["preview_type"] == "ImagePreview"
    assert b64decode(node["preview"]) == PICTURE


def test_a_table_in_parquet_is_previewed_by_more_than_a_few_rows(viz):
    assert viz.node("segments")["preview"]["data"] == SCORES.to_numpy().tolist()
    for name, entry in _catalog().items():
        if type(entry).__name__ in {"CSVDataset", "ParquetDataset"}:
            assert entry.metadata["kedro-viz"]["preview_args"]["nrows"] >= 20, name


def test_what_is_not_stored_yet_has_no_preview_and_does_no_harm(viz):
    for node in viz.api("main")["nodes"]:
        details = viz.api(f"nodes/{node['id']}")
        if node["type"] == "data" and node["name"] not in STORED:
            assert not details.get("preview"), node["name"]
    assert "Traceback" not in viz.log.read_text()


@pytest.mark.skipif(shutil.which("chromium") is None, reason="chromium is not installed")
def test_the_flowchart_is_drawn_in_a_browser(viz, tmp_path):
    switches = ["headless", "no-sandbox", "disable-gpu", "disable-quic", "no-first-run"]
    switches += ["disable-background-networking", "disable-component-update", "disable-sync"]
    switches += [f"user-data-dir={tmp_path}", "virtual-time-budget=10000", "dump-dom"]
    drawn = subprocess.run(
        ["chromium", *(f"--{switch}" for switch in switches), viz.address],
        capture_output=True,
        text=True,
        timeout=60,
    ).stdout
    assert all(re.search(rf">{stage}<", drawn, re.IGNORECASE) for stage in STAGES)
