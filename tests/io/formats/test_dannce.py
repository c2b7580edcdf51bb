"""DANNCE's predictions in MATLAB files of version 5 and 7.3."""

import struct
from io import BytesIO

import numpy as np
import pytest
from helpers.mat_files import parse_dannce
from helpers.tool_files import mat_73_file, mat_file
from scipy.io import savemat

from kinembed.core.errors import FormatError
from kinembed.io.formats.mat_file import read_mat
from kinembed.io.formats.reader import read_motions
from kinembed.motion.positions import PositionParameters

pytestmark = pytest.mark.slow

PRED = np.random.default_rng(0).uniform(-50, 50, (6, 3, 4))
SURE = np.random.default_rng(1).uniform(size=(6, 4))


@pytest.fixture(params=[mat_file, mat_73_file])
def stored(request):
    if request.param is mat_73_file:
        pytest.importorskip("h5py", reason="h5py is not installed: it is in the extra pose")
    return request.param


def test_markers_come_back_with_their_probability(stored):
    content = stored(pred=PRED, p_max=SURE, sampleID=np.arange(6.0)[None])
    [found] = parse_dannce(content, file="a.mat")
    assert (found.individual, found.frame_rate, found.up) == ("", None, "z")
    assert found.joints == ("marker_1", "marker_2", "marker_3", "marker_4")
    np.testing.assert_array_equal(found.values, PRED.transpose(0, 2, 1))
    np.testing.assert_array_equal(found.confidence, SURE)
    assert found.file_frames.tolist() == list(range(6))


def test_several_animals_are_individuals(stored):
    pair = np.stack([PRED, PRED + 100], axis=1)
    one, other = parse_dannce(stored(pred=pair, p_max=np.stack([SURE, SURE / 2], 1)), file="a.mat")
    assert (one.individual, other.individual) == ("animal_1", "animal_2")
    np.testing.assert_array_equal(other.values, PRED.transpose(0, 2, 1) + 100)
    np.testing.assert_array_equal(other.confidence, SURE / 2)


def test_numbers_of_frames_are_honoured_where_they_are(stored):
    steps = stored(pred=PRED, sampleID=np.array([[10, 12, 14, 16, 20, 22]]))
    [found] = parse_dannce(steps, file="a.mat")
    assert found.file_frames.tolist() == [10, 12, 14, 16, 18, 20, 22]
    assert np.isnan(found.values[4]).all()
    [other] = parse_dannce(stored(pred=PRED, sampleID=np.zeros((1, 6))), file="a.mat")
    assert other.notes == ("'sampleID' does not number frames and is passed over",)


def test_a_file_with_predictions_is_told_from_exponential_maps(tmp_path):
    (tmp_path / "a.mat").write_bytes(mat_file(pred=PRED))
    rate = PositionParameters(frame_rate=30)
    [motion] = read_motions(str(tmp_path / "a.mat"), trial="a", positions=rate)
    assert len(motion) == 6


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"data": PRED}, "expected a variable 'pred' of DANNCE, found data"),
        ({"pred": PRED[:, :2]}, r"of shape \(frames, 3, markers\) or .* found \(6, 2, 4\)"),
        ({"pred": PRED, "p_max": SURE[:3]}, r"'p_max' of shape \(6, 1, 4\), found \(3, 4\)"),
    ],
)
def test_what_does_not_fit_is_refused(stored, variables, message):
    with pytest.raises(FormatError, match=message):
        parse_dannce(stored(**variables), file="a.mat")


def test_what_is_no_file_of_matlab_is_refused():
    for content in (b"no file of MATLAB", mat_file(pred=PRED)[:200], b"MATLAB 7.3".ljust(600)):
        with pytest.raises(FormatError, match="a.mat: expected a MATLAB file, but"):
            parse_dannce(content, file="a.mat")


@pytest.mark.parametrize("name", ["pred", "expmapchannels"])
def test_a_file_that_declares_more_than_it_holds_does_not_end_this_process(tmp_path, name):
    plain = BytesIO()
    savemat(plain, {name: np.zeros((2, 3, 4))})
    shape = struct.pack("<iii", 2, 3, 4)
    (tmp_path / "a.mat").write_bytes(
        plain.getvalue().replace(shape, b"\xff\xff\xff\x3f" + shape[4:])
    )
    rate = PositionParameters(frame_rate=30)
    with pytest.raises(FormatError, match="a.mat: expected "):
        read_motions(str(tmp_path / "a.mat"), trial="a", positions=rate)


def test_texts_and_objects_are_named_and_not_read():
    arrays, names = read_mat(mat_file(pred="text", other=np.ones(2)), ("pred",), file="a.mat")
    assert (arrays, sorted(names)) == ({}, ["other", "pred"])
