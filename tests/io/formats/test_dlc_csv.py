"""CSV of DeepLabCut and of programs that write alike, in small synthetic files."""

import numpy as np
import pytest
from helpers.tool_files import DLC_ONE, DLC_TWO

from kinembed.core.errors import FormatError
from kinembed.io.formats.dlc_csv import parse_dlc_csv
from kinembed.io.formats.reader import read_motion
from kinembed.motion.positions import PositionParameters


def test_positions_and_likelihoods_come_back():
    [found] = parse_dlc_csv(DLC_ONE, file="a.csv")
    assert (found.joints, found.individual, found.frame_rate) == (("nose", "tail"), "", None)
    np.testing.assert_array_equal(found.values[:, 0], [[1, 2], [5, 6], [7, 8]])
    assert np.isnan(found.values[1, 1]).all()
    np.testing.assert_array_equal(found.confidence, [[0.9, 0.8], [0.1, 0], [1, 1]])


def test_every_individual_is_read_and_parts_of_none_are_left_out():
    a, b = parse_dlc_csv(DLC_TWO, file="a.csv")
    assert [(one.individual, one.joints) for one in (a, b)] == [("a", ("nose",)), ("b", ("nose",))]
    assert b.values.tolist() == [[[3, 4]]]
    assert a.notes == ("parts of no individual are left out: box",)


def test_further_coordinates_of_lightning_pose_are_passed_over():
    text = DLC_ONE.replace("likelihood,x,y,likelihood", "likelihood,x_ens_median,y,likelihood")
    with pytest.raises(FormatError, match="expected x and y of tail"):
        parse_dlc_csv(text, file="a.csv")
    more = (
        "scorer,n,n,n,n\nbodyparts,nose,nose,nose,nose\ncoords,x,y,likelihood,x_ens_median\n"
        "0,1,2,0.9,5\n"
    )
    [found] = parse_dlc_csv(more, file="a.csv")
    assert found.notes == ("coordinates passed over: x_ens_median",)


def test_the_index_says_every_second_frame(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(DLC_ONE.replace("\n1,5", "\n2,5").replace("\n2,7", "\n4,7"))
    given = PositionParameters(frame_rate=30)
    motion = read_motion(str(path), trial="a", positions=given)
    assert motion.frame_rate == 15
    assert motion.frame_numbers.tolist() == [0, 2, 4]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (DLC_ONE.replace("\n0,1", "\nlabeled-data/a/img0.png,1"), ":4: .*training labels"),
        (DLC_ONE.replace("coords", "what"), ":1: expected a line 'coords'"),
        (DLC_ONE.replace("7,8,1", "7,x,1"), ":6: expected a number in column 3, found 'x'"),
        (DLC_ONE.replace("7,8,1", "7,inf,1"), ":6: expected a number in column 3"),
        (DLC_ONE.replace("\n2,7", "\n1,7"), ":6: expected whole numbers that rise"),
        (DLC_ONE.replace(",9,10,1", ",9,10"), ":6: expected 7 columns"),
        (DLC_ONE.replace("tail,tail,tail", "nose,tail,tail"), "nose has two columns x"),
        (DLC_ONE[: DLC_ONE.index("0,1")], "expected rows below the header"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(text, message):
    with pytest.raises(FormatError, match=message):
        parse_dlc_csv(text, file="a.csv")
