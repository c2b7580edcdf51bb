"""Pipeline ``reporting`` on a catalog in memory: names of every kind, on a synthetic toy motion."""

from dataclasses import replace
from functools import partial
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest
from helpers.made_up import seen_of
from kedro.io import DataCatalog, MemoryDataset
from kedro.runner import SequentialRunner

from kinembed.core.errors import FormatError
from kinembed.core.parallel import ParallelConfig
from kinembed.evaluation.scores import score_sequence, score_table
from kinembed.motion.features import FeatureParameters
from kinembed.motion.motion import Segmentation
from kinembed.pipelines import reporting
from kinembed.report.naming import Names, parse_names
from kinembed.report.parameters import ReportParameters
from kinembed.report.plots.animation_files import ffmpeg_is_missing
from kinembed.segmentation.embedding import Embeddings, Projection
from kinembed.training.assignment import ModelAssignment
from kinembed.training.motion_prediction import TrainingParameters
from kinembed.training.trained_model import train_model

FRAMES = np.arange(300)
PREDICTION = pd.DataFrame(
    {
        "frame": FRAMES,
        "time_s": FRAMES / 50,
        "given": (FRAMES >= 150).astype(int),
        "estimated": np.digitize(FRAMES, [100, 200]),
        "given_probability": np.where(FRAMES < 150, 0.9, 1.0),
    }
)
TREES = pd.DataFrame(
    [
        ("model_a", "given", 1, 0.8, "0", "1"),
        ("model_b", "estimated", 2, 0.5, "0", "1"),
        ("model_b", "estimated", 1, 0.9, "0 1", "2"),
    ],
    columns=["model", "prediction", "number", "height", "first", "second"],
)
ANNOTATION = Segmentation(("wild", "calm"), np.array([[125, 150, 175]]), 300, "a")
ATTACK = "</script><script>alert(1)</script>"
NAMES = f"""
a:
  given:
    names: {{0: "{ATTACK}", 1: ../../outside}}
    split: [{{cluster: 1, name: '$x_{{$', start_s: 5}}]
b:
  estimated: {{names: {{0: hop}}, merge: [[1, 2]]}}
"""


def same(value):
    return value


@pytest.fixture(scope="module")
def entries(toy_motion):
    """Sequence ``a`` is annotated and its number of clusters given; ``b`` is neither."""
    training = TrainingParameters(
        network={"units": 8}, windows={"source": 12, "target": 8}, steps=5, device="cpu"
    )
    model = train_model(toy_motion, FeatureParameters(), training)
    index = FRAMES[::10]
    values = np.random.default_rng(0).normal(size=(len(index), 3))
    projection = Projection(values, index, np.array([0.6, 0.3, 0.1]))
    joint_table, recordings = seen_of([replace(toy_motion, trial=name) for name in "ab"])
    separability = {"sequence": "a", "clusters_given": True, "clusters": 2}
    separability |= {"silhouette": 0.1, "davies_bouldin": 1.0, "gap": 0.5}
    separability |= {"canonical_correlation": 0.7}
    return {
        "models": {f"model_{name}": partial(same, model) for name in "ab"},
        "model_of_recording": ModelAssignment({name: f"model_{name}" for name in "ab"}),
        "sequences": {name: partial(same, replace(toy_motion, trial=name)) for name in "ab"},
        "projections": {name: partial(same, projection) for name in "ab"},
        "embeddings": {name: partial(same, Embeddings(values, index, 300, 50.0)) for name in "ab"},
        "predictions": {
            "a": partial(same, PREDICTION),
            "b": partial(same, PREDICTION.drop(columns="given")),
        },
        "sequence_annotations": {"a": ANNOTATION},
        "scores": score_table(score_sequence("a", PREDICTION, ANNOTATION)),
        "separability": pd.DataFrame([separability]),
        "histories": pd.DataFrame(),
        "ingestion_summary": {"absent": []},
        "behaviour_tree": TREES,
        "stability": pd.DataFrame(),
        "joint_table": joint_table,
        "recordings": recordings,
        "params:parallel": ParallelConfig(backend="sequential"),
        "params:reporting": ReportParameters(
            title="toy", note="synthetic", animation_s_per_cluster=0.2
        ),
    }


def run(entries, names):
    catalog = DataCatalog(
        {name: MemoryDataset(value) for name, value in (entries | {"names": names}).items()}
    )
    nodes = [
        "check_names",
        "check_stability",
        "tabulate_segments",
        "write_elan",
        "write_boris",
        "draw_sequences",
        "build_player",
        "write_report",
    ]
    outputs = SequentialRunner().run(reporting.create_pipeline().only_nodes(*nodes), catalog)
    return {name: dataset.load() for name, dataset in outputs.items()}


@pytest.fixture(scope="module")
def named(entries):
    return run(entries, parse_names(NAMES, file="names.yml"))


@pytest.fixture(scope="module")
def figures(entries):
    catalog = entries | {"names": parse_names(NAMES, file="names.yml")}
    catalog = DataCatalog({name: MemoryDataset(value) for name, value in catalog.items()})
    nodes = reporting.create_pipeline().only_nodes("check_names", "draw_sequences")
    drawn = SequentialRunner().run(nodes, catalog)["figures"].load()
    return dict(drawn.stream())


class Page(HTMLParser):
    """Scripts and text of a page, as a browser would take them apart."""

    def __init__(self, text):
        super().__init__()
        self.scripts = 0
        self.text = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):  # noqa: ARG002
        self.scripts += tag == "script"

    def handle_data(self, data):
        self.text.append(data)


def test_names_reach_every_export(named):
    labels = [ATTACK, "../../outside", "$x_{$", "cluster 0", "cluster 1", "cluster 2"]
    labels += ["wild", "calm", "hop", "clusters 1+2"]
    assert named["segments_csv"]["label"].tolist() == labels
    assert named["boris_events"]["Behavior"].tolist() == labels
    assert set(named["elan_files"]) == {"a", "b"}
    assert "../../outside" in named["elan_files"]["a"]
    assert "clusters 1+2" in named["elan_files"]["b"]


def test_segments_say_how_probable_their_label_is(named):
    table = named["segments_csv"]
    given = table[(table["sequence"] == "a") & (table["tier"] == "given")]
    assert given["probability"].tolist() == [0.9, 1.0, 1.0]
    assert table.loc[table["tier"] != "given", "probability"].isna().all()


def test_the_player_merges_behaviours_by_the_tree(entries):
    catalog = entries | {"names": parse_names(NAMES, file="names.yml")}
    catalog = DataCatalog({name: MemoryDataset(value) for name, value in catalog.items()})
    nodes = reporting.create_pipeline().only_nodes("check_names", "build_player")
    blocks = dict(SequentialRunner().run(nodes, catalog)["player_blocks"].load().stream())
    assert blocks["a"]["rows"][0]["probabilities"] == [0.9, 1.0, 1.0]
    assert blocks["b"]["probability"] is None
    # Clusters 1 and 2 have one name in b, so its first merge joins all.
    assert [level["number"] for level in blocks["b"]["levels"]] == [1]
    hovers = [trace.get("hovertext") for trace in blocks["b"]["plots"]["tree"]["data"]]
    assert hovers[-1][0].startswith("cluster 0")


def test_the_report_shows_names_as_text(named):
    page, _ = named["report"], named["report_script"]
    parsed = Page(page)
    assert parsed.scripts == 4  # plotly, the player, and the data of each sequence
    assert ATTACK in parsed.text
    assert {"../../outside", "hop", "clusters 1+2"} <= set(parsed.text)
    assert "sequences/../" not in page


def test_figures_show_names_and_no_file_is_called_by_one(figures):
    files = {"training_curve.png", "embedding_2d.html", "embedding_3d.html", "animation.gif"}
    files |= set() if ffmpeg_is_missing() else {"animation.mp4"}
    assert set(figures["a"]) == {*files, "confusion.png"}
    assert set(figures["b"]) == files
    assert b"outside" in figures["a"]["embedding_2d.html"]
    assert b"clusters 1+2" in figures["b"]["embedding_2d.html"]


def test_without_ffmpeg_one_line_tells_what_is_missing(entries, monkeypatch, caplog):
    monkeypatch.setenv("PATH", "")
    catalog = entries | {"names": Names()}
    catalog = DataCatalog({name: MemoryDataset(value) for name, value in catalog.items()})
    nodes = reporting.create_pipeline().only_nodes("check_names", "draw_sequences")
    SequentialRunner().run(nodes, catalog)
    assert caplog.text.count("needs ffmpeg") == 1


def test_interactive_figures_run_no_script_of_a_name(figures):
    page = figures["a"]["embedding_3d.html"].decode()
    plain = figures["b"]["embedding_3d.html"].decode()
    assert Page(page).scripts == Page(plain).scripts
    assert "script>alert" not in page


def test_without_names_clusters_keep_their_numbers(entries):
    segments = run(entries, Names())["segments_csv"]
    predicted = segments[segments["tier"] != "annotation"]
    assert set(predicted["label"]) == {"cluster 0", "cluster 1", "cluster 2"}


def test_names_are_checked_before_anything_is_made():
    pipeline = reporting.create_pipeline()
    readers = {node.name for node in pipeline.nodes if "names" in node.inputs}
    assert readers == {"check_names"}
    checked = {node.name for node in pipeline.nodes if "checked_names" in node.inputs}
    assert checked == {"build_player", "draw_sequences", "tabulate_segments"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("c: {}", "c: there is no such sequence; there are a, b"),
        ("a: {given: {names: {2: x}}}", r"a\.given\.names\.2: there is no cluster 2; .* 0, 1"),
        ("b: {given: {names: {0: x}}}", r"b\.given: there is no such prediction"),
    ],
)
def test_a_wrong_name_stops_the_run_with_its_key(entries, text, message):
    with pytest.raises(FormatError, match=message):
        run(entries, parse_names(text, file="names.yml"))
