import pytest

from kinembed.core.errors import FormatError
from kinembed.report.naming import Names, parse_names

HOSTILE = [
    "<script>alert(1)</script>",
    "../../x",
    "$\\frac$",
    "_hidden",
    "a,b;'\"&",
    "=1+1",
    "日本",
]


def given(text):
    return parse_names(f"one: {{given: {text}}}", file="names.yml").sequences["one"].given


def test_everything_that_can_be_said():
    text = """
    '86_03':
      given:
        names: {0: walk, 2: ' hop '}
        merge: [[1, 4]]
        split:
          - {cluster: 2, name: kneel, start_s: 12.5}
      estimated: {names: {0: run}}
    """
    sequence = parse_names(text, file="names.yml").sequences["86_03"]
    assert sequence.given.names == {0: "walk", 2: "hop"}
    assert sequence.given.merge == [[1, 4]]
    assert sequence.given.split[0].frames(frame_rate=120.0, frame_count=3000) == (1500, 3000)
    assert list(sequence.named()) == ["given", "estimated"]


@pytest.mark.parametrize("text", ["", "# to do\n", "{}"])
def test_a_file_without_content_names_nothing(text):
    assert parse_names(text, file="names.yml") == Names("names.yml")


@pytest.mark.parametrize("name", HOSTILE)
def test_any_printable_text_is_a_name(name):
    quoted = name.replace("'", "''")
    assert given(f"{{names: {{0: '{quoted}'}}}}").names == {0: name}


def test_seconds_go_to_the_nearest_frame():
    split = given("{split: [{cluster: 0, name: a, start_s: 0.33, stop_s: 0.68}]}").split[0]
    assert split.frames(frame_rate=10.0, frame_count=100) == (3, 7)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{nmes: {0: a}}", r"one\.given\.nmes: Extra inputs are not permitted"),
        ("{names: {x: a}}", r"one\.given\.names\.x: Input should be a valid integer"),
        ("{names: {0: yes}}", r"one\.given\.names\.0: .* needs quotes: 'True'"),
        (
            "{names: {0: Not seen}}",
            r"one\.given\.names\.0: this is what frames are called of which",
        ),
        ("{names: {0: ''}}", r"one\.given\.names\.0: a name has 1 to 40 printable characters"),
        ('{names: {0: "a\\nb"}}', r"one\.given\.names\.0: a name has 1 to 40 printable"),
        ('{names: {0: "a\\e"}}', r"one\.given\.names\.0: a name has 1 to 40 printable"),
        (f"{{names: {{0: {'a' * 41}}}}}", r"one\.given\.names\.0: a name has 1 to 40 printable"),
        ("{names: {0: cluster 3}}", r"names\.0: this is what clusters without a name are called"),
        ("{merge: [[1]]}", r"one\.given\.merge\.0: List should have at least 2"),
        ("{merge: [[1, 2], [2, 3]]}", r"one\.given: merge names cluster 2 twice"),
        ("{merge: [[1, 2]], names: {2: a}}", r"cluster 2 is merged into cluster 1: name that one"),
        ("{split: [{cluster: 1, start: 3}]}", r"one\.given\.split\.0\.name: Field required"),
        ("{split: [{cluster: 1, name: a}]}", r"one\.given\.split\.0: say where it starts, either"),
        (
            "{split: [{cluster: 1, name: a, start: 1, start_s: 2}]}",
            r"split\.0: say where it starts",
        ),
        (
            "{split: [{cluster: 1, name: a, start: 1, stop: 2, stop_s: 2}]}",
            r"split\.0: say where it stops",
        ),
        ("{names: {0: a, 0: b}}", r"names\.yml:1: the key '0' stands twice"),
    ],
)
def test_errors_name_file_and_key(text, message):
    with pytest.raises(FormatError, match=message) as raised:
        given(text)
    assert str(raised.value).startswith("names.yml:")


def test_a_sequence_that_reads_as_a_number_needs_quotes():
    with pytest.raises(FormatError, match=r"^names\.yml: 8605: .* needs quotes"):
        parse_names("86_05: {}", file="names.yml")


def test_several_errors_are_told_at_once():
    with pytest.raises(FormatError, match=r"a\.given\.x: .*; b\.given\.y: "):
        parse_names("a: {given: {x: 1}}\nb: {given: {y: 1}}", file="names.yml")
