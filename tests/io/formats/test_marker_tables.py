"""TRC, and CSV of OptiTrack Motive and Vicon Nexus, in small synthetic files."""

import numpy as np
import pytest
from helpers.tool_files import MOTIVE, NEXUS, TRC

from kinembed.core.errors import FormatError
from kinembed.io.formats.marker_tables import parse_motive_csv, parse_nexus_csv, parse_trc
from kinembed.io.formats.reader import read_motion


def test_trc_says_rate_frames_and_what_was_not_seen():
    [found] = parse_trc(TRC, file="a.trc")
    assert (found.joints, found.frame_rate, found.up) == (("LASI", "RASI"), 100.0, "y")
    assert found.file_frames.tolist() == [11, 12, 13]
    np.testing.assert_array_equal(found.values[:, 0], [[1, 2, 3], [1, 2, 3], [7, 8, 9]])
    assert np.isnan(found.values[1, 1]).all()
    assert not found.notes
    [commas] = parse_trc(TRC.replace("\t", ","), file="a.trc")
    np.testing.assert_array_equal(commas.values, found.values)
    [short] = parse_trc(TRC.replace("100\t3", "100\t300"), file="a.trc")
    assert short.notes == ("says 300 frames and holds 3",)


COUNTED = MOTIVE.replace("Rate,120,", "Rate,120,Total Exported Frames,2,")
LONG = {
    parse_trc: TRC.replace("100\t3", "100\t23")
    + "".join(f"{at}\t{at / 100 - 0.11:.2f}\t1.25\t\t\t4.5\t5.5\t-6.125\n" for at in range(14, 34)),
    parse_motive_csv: COUNTED.replace("Frames,2", "Frames,22")
    + "".join(f"{at},{at / 120:.3f},9,9,9,1.25,2.5,-3.125\n" for at in range(2, 22)),
}


@pytest.mark.parametrize("parse", LONG)
def test_a_file_that_is_cut_off_gives_no_wrong_number(parse):
    text = LONG[parse]
    [whole] = parse(text, file="a")
    for end in range(len(text) // 2, len(text) - len("-6.125\n")):
        if parse is parse_trc and text[:end].endswith("\n"):
            [found] = parse(text[:end], file="a")
            np.testing.assert_array_equal(found.values, whole.values[: len(found.values)])
        elif end != text.rindex("\n", 0, -1) + 1:  # Motive may miscount by one
            with pytest.raises(FormatError, match="file ends within a line|frames, as .* says"):
                parse(text[:end], file="a")


def test_rows_that_lack_empty_cells_at_their_end_are_read():
    [found] = parse_trc(TRC.replace("\t3\t\t\t\n", "\t3\n"), file="a.trc")
    assert np.isnan(found.values[1, 1]).all()
    last = TRC.replace("7\t8\t9\t4\t5\t6", "7\t8\t9")
    [found] = parse_trc(last, file="a.trc")
    assert np.isnan(found.values[2, 1]).all()


def test_a_file_without_the_end_of_its_last_line_is_read():
    for parse, text in LONG.items():
        np.testing.assert_array_equal(
            parse(text.rstrip("\n"), file="a")[0].values, parse(text, file="a")[0].values
        )


def test_frames_that_trc_leaves_out_may_be_counted():
    left_out = TRC.replace("13\t0.02", "15\t0.04").replace("100\t3", "100\t5")
    [found] = parse_trc(left_out.rstrip(), file="a.trc")
    assert found.file_frames.tolist() == [11, 12, 13, 14, 15]


def test_frames_that_trc_leaves_out_were_not_seen():
    [found] = parse_trc(TRC.replace("13\t0.02", "15\t0.04"), file="a.trc")
    assert (found.frame_rate, found.file_frames.tolist()) == (100.0, [11, 12, 13, 14, 15])
    assert np.isnan(found.values[2:4]).all()
    assert found.values[4, 0].tolist() == [7, 8, 9]
    assert found.notes == ("2 frames are absent by 'Frame': they are not seen",)


def test_every_second_frame_has_the_rate_of_the_times():
    lines = TRC.replace("100\t100\t3", "100\t100\t30").splitlines()[:6]
    rows = [f"{2 * at}\t{at / 50:.2f}\t1\t2\t3\t4\t5\t6" for at in range(30)]
    [found] = parse_trc("\n".join([*lines, *rows]), file="a.trc")
    assert (found.frame_rate, found.file_frames.tolist()) == (50.0, list(range(0, 60, 2)))
    assert found.notes == ("its times say 50 Hz and its header 100 Hz: its times count",)


def test_what_the_header_of_trc_says_otherwise_is_said():
    [found] = parse_trc(TRC.replace("3\t2\tmm", "3\t5\tmm"), file="a.trc")
    assert found.notes == ("says 5 markers and holds 2",)


def test_markers_that_stand_along_z_make_trc_doubtful():
    [found] = parse_trc(TRC.replace("4\t5\t6", "4\t5\t60"), file="a.trc")
    assert "set ingestion.positions.up=z" in found.notes[0]


def test_trc_is_read_by_its_suffix(tmp_path):
    path = tmp_path / "a.trc"
    path.write_text(TRC)
    motion = read_motion(str(path), trial="a")
    assert motion.frame_rate == 100
    assert motion.frame_numbers.tolist() == [11, 12, 13]


def test_motive_gives_markers_not_bones():
    [found] = parse_motive_csv(MOTIVE, file="a.csv")
    assert (found.joints, found.frame_rate) == (("Skel:LASI",), 120.0)
    np.testing.assert_array_equal(found.values[:, 0], [[1, 2, 3], [4, 5, 6]])
    assert found.notes == ("columns of Bone are passed over",)


def test_nexus_gives_each_subject_and_stops_at_the_end_of_the_block(tmp_path):
    ann, bob = parse_nexus_csv(NEXUS, file="a.csv")
    assert [(one.individual, one.joints, one.up) for one in (ann, bob)] == [
        ("Ann", ("LASI",), "z"),
        ("Bob", ("LASI",), "z"),
    ]
    assert np.isnan(bob.values[1]).all()
    assert ann.notes == ("markers of no subject are left out: ball",)
    path = tmp_path / "walk.csv"
    path.write_text(NEXUS.replace("Bob:", "Ann:R"))
    assert read_motion(str(path), trial="walk").skeleton.joints == ("Ann:LASI", "Ann:RLASI", "ball")


@pytest.mark.parametrize(
    ("parse", "text", "message"),
    [
        (parse_trc, TRC.replace("PathFileType", "Path"), ":1: expected PathFileType"),
        (parse_trc, TRC.replace("100\t100", "fast\t100"), ":3: expected the DataRate"),
        (parse_trc, TRC.replace("7\t8", "7\tx"), ":9: expected a number in column 4, found 'x'"),
        (parse_trc, TRC.replace("13\t", "11\t"), ":9: expected whole numbers that rise in 'Frame'"),
        (parse_trc, TRC.replace("13\t", "9999\t"), "expected frame numbers in 'Frame', found 3 of"),
        (parse_trc, TRC.replace("9\t4\t5\t6", "9\t4\t5\t6\t7"), ":9: expected 8 columns"),
        (
            parse_trc,
            TRC.replace("100\t3", "100\t300").rstrip(),
            ":3: expected 300 frames, as 'NumFrames' says, found 3: export the file again",
        ),
        (
            parse_motive_csv,
            COUNTED.replace("Frames,2", "Frames,9"),
            ":1: expected 9 frames, as 'Total Exported Frames' says, found 2",
        ),
        (
            parse_nexus_csv,
            NEXUS[: NEXUS.index(",,,,0.5") + 1],
            ":7: expected 11 columns, found 6 where the file ends within a line",
        ),
        (parse_trc, "PathFileType\n", "expected rows below"),
        (parse_nexus_csv, NEXUS.replace("\n100\n,,A", "\n0\n,,A"), "expected a frame rate above 0"),
        (parse_motive_csv, MOTIVE.replace("Export", "Some"), "expected 'Export Frame Rate'"),
        (parse_motive_csv, MOTIVE.replace(",Name", ",Label"), "expected a line 'Name'"),
        (parse_nexus_csv, NEXUS.replace("\n100\n,,A", "\nx\n,,A"), ":2: expected a frame rate"),
        (parse_nexus_csv, "Devices\n1\n", "expected a block 'Trajectories'"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(parse, text, message):
    with pytest.raises(FormatError, match=message):
        parse(text, file="a.csv")
