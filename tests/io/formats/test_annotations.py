import csv
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from helpers.tiny_files import replace_line

import kinembed.io.formats
from kinembed.core.errors import FormatError
from kinembed.io.formats.annotations import parse_annotation, write_annotation
from kinembed.motion.layouts.tables import load_table
from kinembed.motion.motion import Segmentation

TEXT = """\
3\r
1 walking\r
90 100 110 \r
2 knee shot\r
190 210 220\t\r
3 walk\r
299\r
\r
 \r
"""


def parse(text: str, trial: str = "tiny", frame_count: int | None = None) -> Segmentation:
    return parse_annotation(text, file="bad.txt", trial=trial, frame_count=frame_count)


def annotation(*triples: str, end: int = 9000) -> str:
    """Segments a, b, c ... with transitions as given."""
    lines = [f"{n} {chr(96 + n)}\n{triple}" for n, triple in enumerate((*triples, str(end)), 1)]
    return "\n".join([str(len(lines)), *lines])


def test_triple_below_a_segment_is_the_transition_to_the_next() -> None:
    segmentation = parse(TEXT, frame_count=300)
    assert segmentation.behaviours == ("walking", "knee_shot", "walk")
    assert segmentation.boundaries.tolist() == [[90, 100, 110], [190, 210, 220]]
    assert segmentation.edges.tolist() == [0, 100, 210, 300]
    assert segmentation.trial == "tiny"


def test_single_segment_has_no_boundary() -> None:
    segmentation = parse("1\n1 walk\n99\n")
    assert segmentation.boundaries.shape == (0, 3)
    assert segmentation.frame_count == 100


@pytest.mark.parametrize("end", [299, 300, 301])
def test_end_may_be_the_last_frame_the_frame_count_or_one_more(end: int) -> None:
    assert parse(TEXT.replace("299", str(end)), frame_count=300).frame_count == 300


def test_end_is_the_last_frame_if_the_frame_count_is_unknown() -> None:
    assert parse(TEXT).frame_count == 300


def test_segmentation_survives_being_written() -> None:
    segmentation = parse(TEXT)
    again = parse(write_annotation(segmentation), frame_count=300)
    assert again.behaviours == segmentation.behaviours
    np.testing.assert_array_equal(again.boundaries, segmentation.boundaries)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", r"bad\.txt: expected text, but the file is empty"),
        ("3\0", r"bad\.txt:1: expected text, found binary data"),
        ("walk 1 2\n", r"bad\.txt:1: expected the number of segments, found 'walk 1 2'"),
        (
            "0\n",
            r"bad\.txt:1: expected 0 segments \(at least 1\) of two lines each .* found 0 lines",
        ),
        (TEXT[: TEXT.index("299")], r"bad\.txt:6: expected 3 segments .* found 5 lines"),
        (TEXT + "4 run\n", r"bad\.txt:10: expected 3 segments .* found 7 lines"),
        (
            TEXT.replace("2 knee", "3 knee"),
            r":4: expected segment 2 and its .*, found '3 knee shot'",
        ),
        (TEXT.replace("3 walk", "3"), r":6: expected segment 3 and its behaviour, found '3'"),
        (
            TEXT.replace("190 210 220", "190 210"),
            r":5: expected the earliest, best and latest frame",
        ),
        (TEXT.replace("210", "nan"), r":5: expected the earliest, .*, found '190 nan 220'"),
        (TEXT.replace("210", "inf"), r":5: expected the earliest, .*, found '190 inf 220'"),
        (TEXT.replace("210", "210.5"), r":5: expected the earliest, .*, found '190 210.5 220'"),
        (TEXT.replace("90 100", "-90 100"), r":3: expected the earliest, .*, found '-90 100 110'"),
        (TEXT.replace("299", "280 290 299"), r":7: expected the frame at which the recording ends"),
        (
            TEXT.replace("190 210", "215 210"),
            r":5: expected earliest <= best <= latest, found 215 ",
        ),
        (TEXT.replace("220", "200"), r":5: expected earliest <= best <= latest, found 190 210 200"),
        (
            TEXT.replace("190 210", "90 100"),
            r":5: expected frames after those of the transition bef",
        ),
        (TEXT.replace("190 210", "99 210"), r":5: .* before, 90 100 110, found 99 210 220"),
        (TEXT.replace("100 110", "100 211"), r":5: .* before, 90 100 211, found 190 210 220"),
        (TEXT.replace("90 100 110", "0 0 0"), r":3: expected frames after those of the transition"),
        (TEXT.replace("299", "209"), r":7: .* after the last transition, 190 210 220, found 209"),
        (TEXT.replace("299", "215"), r":7: .* after the last transition, 190 210 220, found 215"),
        (replace_line(TEXT, 5), r"bad\.txt:6: expected 3 segments .* found 5 lines"),
    ],
)
def test_bad_file_is_rejected_with_its_line(text: str, message: str) -> None:
    with pytest.raises(FormatError, match=message):
        parse(text)


@pytest.mark.parametrize("end", [298, 302, 5000])
def test_end_elsewhere_than_the_recordings_is_rejected(end: int) -> None:
    message = rf"bad\.txt:7: expected the last of 300 frames, 299 .*301 will do\), found {end}; is"
    with pytest.raises(FormatError, match=message):
        parse(TEXT.replace("299", str(end)), frame_count=300)


PUBLISHED = [
    ("86_04", (*["1 2 3", "4 5 6", "7 8 9"], "4000 4074 4130", "4060 5050 5090"), "4960 5050 5090"),
    ("86_05", ("1 2 3", "4 5 6", "7 8 9", "10 11 12", "3881 3840 4000"), "3881 3940 4000"),
    ("86_06", ("1 2 3", "1540 1685 1628"), "1540 1585 1628"),
]


@pytest.mark.parametrize(("trial", "triples", "mended"), PUBLISHED)
def test_published_slips_are_mended_by_the_table(
    trial: str, triples: tuple[str, ...], mended: str
) -> None:
    text = annotation(*triples)
    with pytest.raises(FormatError, match="expected"):
        parse(text, trial="another")
    segmentation = parse(text, trial=trial)
    assert segmentation.boundaries[-1].tolist() == [int(word) for word in mended.split()]
    corrected = annotation(*triples[:-1], mended)
    assert parse(corrected, trial=trial).boundaries.tolist() == segmentation.boundaries.tolist()


def test_another_value_than_the_published_one_is_not_mended() -> None:
    with pytest.raises(FormatError, match="found 1540 1700 1628"):
        parse(annotation("1 2 3", "1540 1700 1628"), trial="86_06")


def test_boundary_of_trial_07_stays_where_it_was_annotated() -> None:
    triples = [f"{n} {n} {n}" for n in range(1, 7)]
    segmentation = parse(annotation(*triples, "5700 5770 5840"), trial="86_07")
    assert segmentation.boundaries[6].tolist() == [5700, 5770, 5840]


def test_names_of_one_behaviour_are_unified_in_trials_of_subject_86_alone() -> None:
    assert parse(TEXT, trial="86_06").behaviours == ("walk", "knee_shot", "walk")
    assert parse(TEXT, trial="07_01").behaviours == ("walking", "knee_shot", "walk")
    assert parse("1\n1 hop\n9", trial="86_01").behaviours == ("hop",)


@pytest.mark.parametrize(
    ("published", "behaviour"),
    [
        ("walking", "walk"),
        ("punching", "punch"),
        ("punches", "punch"),
        ("punch_eight_times", "punch"),
        ("leg_kicks", "leg_kick"),
        ("leg_kicking", "leg_kick"),
        ("jump_up_several_times", "jump_up"),
        ("arm_rotations", "rotate_arms"),
        ("draging", "dragging"),
    ],
)
def test_synonyms_are_merged(published: str, behaviour: str) -> None:
    assert parse(f"1\n1 {published}\n9", trial="86_01").behaviours == (behaviour,)


@pytest.mark.parametrize(
    "name",
    [
        *("jump_on_left_leg", "jump_on_right_leg", "jump_on_one_leg", "jump_up", "jumping_jacks"),
        *("leg_kick_back", "punch_down", "arm_circling", "both_arms_rotations", "sitting"),
        *("clapping", "standing_and_clapping", "walking_lead_ball", "raise_arms", "arms_up"),
    ],
)
def test_other_behaviours_keep_their_names(name: str) -> None:
    table = load_table("behaviour_synonyms")
    assert parse(f"1\n1 {name}\n9", trial="86_01").behaviours == (name,)
    others = set(table["published"][table["behaviour"] == name])
    assert others <= {name, "jump_up_several_times"}


@pytest.mark.parametrize("table", ["behaviour_synonyms", "annotation_corrections"])
def test_every_row_of_the_tables_gives_its_reason(table: str) -> None:
    rows = load_table(table)
    assert (rows["reason"].str.len() > 3).all()
    keys = rows.drop(columns=["reason", "corrected", "behaviour"], errors="ignore")
    assert not keys.duplicated().any()


def test_unified_names_are_final() -> None:
    table = load_table("behaviour_synonyms")
    synonyms = dict(zip(table["published"], table["behaviour"], strict=True))
    assert all(synonyms.get(name, name) == name for name in synonyms.values())


def test_tables_are_plain_csv_with_a_comment_on_top() -> None:
    folder = Path(kinembed.io.formats.__file__).parent
    for path in folder.glob("*.csv"):
        lines = path.read_text(encoding="utf-8").splitlines()
        assert lines[0].startswith("# ")
        rows = list(csv.reader(line for line in lines if not line.startswith("#")))
        assert len(Counter(map(len, rows))) == 1, path.name
