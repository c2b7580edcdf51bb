"""Shapes and types in signatures are enforced while tests run; a mirror has real recordings."""

import gc
import os
import signal
from itertools import groupby
from pathlib import Path

import pytest
from helpers.parsed import keep_parsed
from jaxtyping import install_import_hook

keep_parsed()
install_import_hook("kinembed", "beartype.beartype")
# A job in the background ignores Ctrl-C, and so would the runs that tests interrupt.
signal.signal(signal.SIGINT, signal.default_int_handler)
gc.disable()  # what is imported stays: looking through it again and again takes seconds
os.environ["KEDRO_LOGGING_CONFIG"] = str(Path(__file__).with_name("logging.yml"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests that ask for the mirror, and as slow those of whole pipelines."""
    for item in items:
        if "pipelines" in item.path.parts:
            item.add_marker(pytest.mark.slow)
        if "mirror" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.mirror)
    items[:] = long_ones_first(items)


def pytest_collection_finish() -> None:
    gc.freeze()
    gc.enable()


def long_ones_first(items: list[pytest.Item]) -> list[pytest.Item]:
    """Tests in an order of which two workers get a half each, files of long tests first.

    A worker that is done takes tests from the end of the other's half: no file of long tests is
    split, whose fixture would then run twice.
    """
    files: dict[bool, list[list[pytest.Item]]] = {True: [], False: []}
    for _, group in groupby(items, key=lambda item: item.path):
        of_file = list(group)
        files[of_file[0].get_closest_marker("project") is not None].append(of_file)
    long, short = files[True], [item for of_file in files[False] for item in of_file]
    first = [item for of_file in long[::2] for item in of_file]
    second = [item for of_file in long[1::2] for item in of_file]
    middle = max(0, len(items) // 2 - len(first))
    return [*first, *short[:middle], *second, *short[middle:]]


@pytest.fixture(scope="session")
def mirror() -> Path:
    """Folder of real recordings named by KINEMBED_MIRROR; tests that need it skip without it."""
    location = os.environ.get("KINEMBED_MIRROR")
    if not location:
        pytest.skip("KINEMBED_MIRROR is not set: no real recordings to test on")
    return Path(location)


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """MLflow takes seconds to make its tables: once for all workers is enough."""
    from filelock import FileLock
    from mlflow import MlflowClient

    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    path = folder / "mlflow.db"
    with FileLock(f"{path}.lock"):
        if not path.exists():
            MlflowClient(f"sqlite:///{path}").search_experiments()
    return path


@pytest.fixture(scope="session")
def toy_motion():
    """Synthetic: 6 s at 50 Hz of a three-joint body that swings slowly, then fast and wide."""
    import numpy as np

    from kinembed.motion.motion import Motion, Representation
    from kinembed.motion.skeleton import Skeleton

    skeleton = Skeleton(
        joints=("hips", "arm", "arm_end"),
        parents=(-1, 0, 1),
        offsets=np.array([[0.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.5, 0.0]]),
        axes=np.tile(np.eye(3), (3, 1, 1)),
        rotation_orders=("zyx", "zyx", ""),
    )
    time = np.arange(300) / 50
    fast = time >= 3
    swing = np.where(fast, 0.8 * np.sin(12 * time), 0.2 * np.sin(3 * time))
    noise = np.random.default_rng(0).normal(scale=0.01, size=(300, 9))
    values = np.zeros((300, 9))
    values[:, 0], values[:, 1], values[:, 2] = time, 1.0, 0.0
    values[:, 6], values[:, 7] = swing, 0.5 * swing
    channels = ("hips.tx", "hips.ty", "hips.tz", "hips.ex", "hips.ey", "hips.ez")
    return Motion(
        values=values + noise,
        channels=(*channels, "arm.ex", "arm.ey", "arm.ez"),
        skeleton=skeleton,
        frame_rate=50.0,
        trial="toy",
        representation=Representation.EXPMAP,
    )
