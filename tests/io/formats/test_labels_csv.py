import numpy as np
import pytest

from kinembed.core.errors import FormatError
from kinembed.io.formats.labels_csv import parse_labels_csv, write_labels_csv
from kinembed.motion.motion import Segmentation

SEGMENTS = "start,stop,behaviour\n0,3,walk\n3,4,run\n4,9,walk\n"
FRAMES = "frame,behaviour\n0,walk\n1,walk\n2,walk\n3,run\n4,walk\n"
TIMES = "time,behaviour\n0.0,walk\n0.05,walk\n0.1,run\n0.15,walk\n"


def parse(text: str) -> Segmentation:
    return parse_labels_csv(text, file="bad.csv", trial="tiny")


def test_rows_are_segments_with_exact_boundaries() -> None:
    segmentation = parse(SEGMENTS)
    assert segmentation.behaviours == ("walk", "run", "walk")
    assert segmentation.boundaries.tolist() == [[3, 3, 3], [4, 4, 4]]
    assert (segmentation.frame_count, segmentation.trial) == (9, "tiny")


def test_rows_are_frames_if_the_header_says_so() -> None:
    segmentation = parse(FRAMES)
    assert segmentation.behaviours == ("walk", "run", "walk")
    assert segmentation.edges.tolist() == [0, 3, 4, 5]


@pytest.mark.parametrize("header", ["time,behaviour", "Time,Behaviour", ",0"])
def test_rows_are_frames_where_they_have_a_time(header: str) -> None:
    segmentation = parse(TIMES.replace("time,behaviour", header))
    assert segmentation.behaviours == ("walk", "run", "walk")
    assert segmentation.edges.tolist() == [0, 2, 3, 4]


def test_times_may_be_rounded_and_begin_anywhere() -> None:
    rows = "".join(f"{2 + frame / 30:.2f},walk\n" for frame in range(100))
    assert parse("time,behaviour\n" + rows).frame_count == 100
    assert parse("time,behaviour\n7,walk\n").frame_count == 1


def test_one_behaviour_has_no_boundary() -> None:
    assert parse("frame,behaviour\n0,walk\n1,walk\n").boundaries.shape == (0, 3)


def test_neighbouring_rows_of_one_behaviour_are_one_segment() -> None:
    assert parse(SEGMENTS.replace("run", "walk")).edges.tolist() == [0, 9]


@pytest.mark.parametrize(
    "text",
    [
        SEGMENTS.replace("\n", "\r\n"),
        SEGMENTS.replace("\n", "\n\n"),
        SEGMENTS.replace(",", " , "),
        SEGMENTS.replace("walk", '"walk"'),
        SEGMENTS.replace("start,stop", "Start,Stop"),
    ],
    ids=["windows", "blank lines", "blanks", "quotes", "case"],
)
def test_layout_of_the_text_makes_no_difference(text: str) -> None:
    assert parse(text).frame_labels() == parse(SEGMENTS).frame_labels()


def test_segmentation_survives_being_written() -> None:
    behaviours = ('say "hi", then walk', "run")
    segmentation = Segmentation(behaviours, np.array([[4, 5, 6]]), 9, "tiny")
    text = write_labels_csv(segmentation)
    again = parse(text)
    assert again.behaviours == behaviours
    assert again.edges.tolist() == [0, 5, 9]
    assert write_labels_csv(parse(SEGMENTS)) == SEGMENTS


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", r"bad\.csv: expected text, but the file is empty"),
        ("start\0", r"bad\.csv:1: expected text, found binary data"),
        (
            "0,3,walk\n",
            r":1: expected the columns start,stop,behaviour, frame,behaviour or time,behaviour, "
            r"found '0,",
        ),
        (SEGMENTS.replace(",", ";"), r":1: expected the columns .*, found 'start;stop;behaviour'"),
        ("frame,behaviour\n", r"bad\.csv:1: expected rows below the header, found none"),
        (SEGMENTS.replace("0,3", "1,3"), r":2: expected frame 0 next, found 1 \(.* no gap\)"),
        (SEGMENTS.replace("4,9", "5,9"), r":4: expected frame 4 next, found 5 \(.* no gap\)"),
        (SEGMENTS.replace("4,9", "3,9"), r":4: expected frame 4 next, found 3 \(.* no overlap\)"),
        (FRAMES.replace("3,run\n", "\n"), r":6: expected frame 3 next, found 4 \(.* no gap\)"),
        (FRAMES.replace("3,run", "2,run"), r":5: expected frame 3 next, found 2 \(.* no overlap\)"),
        (SEGMENTS.replace("3,4", "3,3"), r":3: expected a stop after the start 3, found 3"),
        (SEGMENTS.replace("3,4", "3,2"), r":3: expected a stop after the start 3, found 2"),
        (
            SEGMENTS.replace("3,4", "3,nan"),
            r":3: expected start,stop,behaviour .*, found '3,nan,run'",
        ),
        (SEGMENTS.replace("3,4", "3,inf"), r":3: expected start,stop,behaviour in whole frames"),
        (SEGMENTS.replace("3,4", "3,4.0"), r":3: expected start,stop,behaviour in whole frames"),
        (SEGMENTS.replace("3,4", "-3,4"), r":3: expected start,stop,behaviour in whole frames"),
        (SEGMENTS.replace("run", "r" * 200_000), r":3: expected separated text, but field"),
        (SEGMENTS.replace("run", ""), r":3: expected start,stop,behaviour .*, found '3,4,'"),
        (SEGMENTS.replace("3,4,", "3,"), r":3: expected start,stop,behaviour .*, found '3,run'"),
        (
            SEGMENTS.replace("3,4", "3,4,5"),
            r":3: expected start,stop,behaviour .*found '3,4,5,run'",
        ),
        (FRAMES.replace("3,run", "3,4,run"), r":5: expected frame,behaviour .*, found '3,4,run'"),
        (TIMES.replace("0.1,", "soon,"), r":4: expected a time .* behaviour, found 'soon,run'"),
        (TIMES.replace("0.1,run", "0.1"), r":4: expected a time .* behaviour, found '0.1'"),
        (TIMES.replace("0.1,", "0.08,"), r":4: expected times at even steps, 0.05 s .*found 0.08"),
        (
            TIMES.replace("0.15", "0.1"),
            r":3: expected times at even steps, 0.0333333 s .*found 0.05",
        ),
        (TIMES.replace("0.05", "0"), r":3: expected times at even steps, .*, found 0"),
        (SEGMENTS[:-6], r"bad\.csv:4: expected start,stop,behaviour in whole frames, found '4,9'"),
    ],
)
def test_bad_file_is_rejected_with_its_line(text: str, message: str) -> None:
    with pytest.raises(FormatError, match=message):
        parse(text)
