"""Mutants of small recordings in every format are read within the limits, or refused clearly.

A few here; ``make fuzz`` reads them by the thousand. A process of its own reads those of a format:
libraries in C may crash on them. What once went wrong is in ``tests/corpus``.
"""

import logging
import multiprocessing
import os
import shutil
import traceback
from importlib.util import find_spec
from pathlib import Path

import pytest
from helpers.fuzzing import (
    SEEDS,
    Seed,
    fork_children,
    outcome,
    read_recording,
    script_server,
)
from helpers.mutations import mutant
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="readers that crash need a fork"),
]
POSE = ("h5py", "ezc3d", "sleap_io", "h5netcdf", "tables", "xarray", "movement")
"""Packages of the extra ``pose``."""
KINDS = tuple(dict.fromkeys(seed.kind for seed in SEEDS))
SMALL = settings(
    derandomize=True,
    max_examples=12,
    deadline=None,
    database=None,
    suppress_health_check=HealthCheck,
)
CORPUS = Path(__file__).parents[1] / "corpus"
forks = multiprocessing.get_context("fork")


def said_by_fork(work, folder: Path) -> str:
    """Do work in a process of its own, and give the error it ends with."""
    script_server()  # before the fork: one for all tests
    process = forks.Process(target=_tell, args=(work, folder))
    process.start()
    process.join()
    found = folder / "error"
    return found.read_text() if found.exists() else "it crashes" if process.exitcode else ""


def _tell(work, folder: Path) -> None:
    logging.disable(logging.CRITICAL)
    try:
        fork_children()
        work(folder)
    except BaseException:
        (folder / "error").write_text(traceback.format_exc(), errors="replace")


def read_mutants(kind: str, folder: Path) -> None:
    contents = {}
    for number, seed in enumerate(one for one in SEEDS if one.kind == kind):
        path = folder / str(number) / seed.name
        path.parent.mkdir()
        seed.write(path)
        assert outcome(seed, path) == "read"
        contents[seed] = (path, path.read_bytes())

    @SMALL
    @given(st.sampled_from(list(contents)), st.randoms(use_true_random=False))
    def check(seed, chance):
        path, content = contents[seed]
        path.write_bytes(mutant(content, chance))
        outcome(seed, path)

    check()


@pytest.mark.parametrize("kind", KINDS)
def test_mutants_are_read_or_refused(kind, tmp_path):
    if any(find_spec(package) is None for package in POSE):
        pytest.skip("a package of the extra pose is not installed")
    assert said_by_fork(lambda folder: read_mutants(kind, folder), tmp_path) == ""


@pytest.mark.parametrize("name", sorted(path.name for path in CORPUS.iterdir()))
def test_what_once_broke_a_reader_is_read_or_refused(name, tmp_path):
    if any(find_spec(package) is None for package in POSE):
        pytest.skip("a package of the extra pose is not installed")
    shutil.copyfile(CORPUS / name, tmp_path / name)
    seed = Seed("corpus", name, Path.touch, read_recording)
    assert said_by_fork(lambda folder: outcome(seed, folder / name), tmp_path) == ""
