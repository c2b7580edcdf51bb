import pytest

from kinembed.core.errors import FormatError
from kinembed.io.formats.yaml_text import load_yaml


def test_plain_values_are_read():
    assert load_yaml("a: {0: x, 1: [2, 3.5]}", file="f.yml") == {"a": {0: "x", 1: [2, 3.5]}}
    assert load_yaml("# nothing yet\n", file="f.yml") is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\nb: 2\na: 3\n", r"^f\.yml:3: the key 'a' stands twice$"),
        ("a: 1\nb: [1,\n", r"^f\.yml:3: "),
        ("a: !!python/object/apply:os.getcwd []", r"^f\.yml:1: could not determine a constructor"),
        ("? [a]\n: 1\n", r"^f\.yml:1: found unhashable key"),
        ("a: \x00", r"^f\.yml: not YAML"),
    ],
)
def test_anything_else_names_file_and_line(text, message):
    with pytest.raises(FormatError, match=message):
        load_yaml(text, file="f.yml")
