"""Markers of other people's recordings, against what numpy and pandas read from the same files."""

from io import StringIO
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kinembed.io.formats.c3d import parse_c3d
from kinembed.io.formats.marker_tables import parse_trc


def points_of_c3d(content: bytes) -> np.ndarray:
    """Coordinates and residual (frames, points, 4), where numbers have four bytes (Intel's)."""
    words = np.frombuffer(content[:512], "<u2")
    points, analog, frames = int(words[1]), int(words[2]), int(words[4]) - int(words[3]) + 1
    numbers = np.frombuffer(content[(int(words[8]) - 1) * 512 :], "<f4")
    rows = numbers[: frames * (4 * points + analog)].reshape(frames, -1)
    return rows[:, : 4 * points].reshape(frames, points, 4).astype(np.float64)


@pytest.mark.parametrize(
    ("name", "individuals", "rate"),
    [
        ("opensim_walking2", {"": 44}, 250.0),
        ("opensim_walking5", {"": 40}, 250.0),
        ("pyomeca_markers_analogs", {"boite": 8, "Daphnee": 43}, 100.0),
    ],
)
def test_markers_of_c3d_are_those_of_its_bytes(
    mirror: Path, name: str, individuals: dict[str, int], rate: float
) -> None:
    content = (mirror / "pose" / f"{name}.c3d").read_bytes()
    expected = points_of_c3d(content)
    found = parse_c3d(content, file=name)
    assert {one.individual: len(one.joints) for one in found} == individuals
    assert {(one.frame_rate, one.up) for one in found} == {(rate, "z")}
    values = np.concatenate([one.values for one in found], axis=1)
    seen = expected[..., 3] >= 0
    np.testing.assert_array_equal(np.isfinite(values).all(axis=2), seen)
    np.testing.assert_array_equal(values[seen], expected[..., :3][seen])
    np.testing.assert_array_equal(found[0].file_frames, np.arange(len(expected)) + 1)


@pytest.mark.parametrize(
    ("name", "separator", "shape"),
    [("opensim_markers_walk", "\t", (238, 41, 3)), ("pyomeca_markers", ",", (93, 51, 3))],
)
def test_markers_of_trc_are_those_of_pandas(
    mirror: Path, name: str, separator: str, shape: tuple[int, ...]
) -> None:
    text = (mirror / "pose" / f"{name}.trc").read_text()
    lines = text.splitlines()
    table = pd.read_csv(StringIO("\n".join(lines[5:])), sep=separator, header=None)
    table = table.dropna(how="all")
    expected = table.iloc[:, 2 : 2 + 3 * shape[1]].to_numpy(dtype=float).reshape(shape)
    [found] = parse_trc(text, file=name)
    np.testing.assert_array_equal(found.values, expected)
    names = [word.strip() for word in lines[3].split(separator)[2:] if word.strip()]
    assert (list(found.joints), found.frame_rate) == (names, 100.0)
    assert found.file_frames is not None
    np.testing.assert_array_equal(found.file_frames, table[0].to_numpy())
