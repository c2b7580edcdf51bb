"""The check of the glossary's terms finds old words, and lets stored names be."""

from importlib.util import module_from_spec, spec_from_file_location

import pytest
from helpers.projects import ROOT

specification = spec_from_file_location("words", ROOT / "docs/words.py")
words = module_from_spec(specification)
specification.loader.exec_module(words)


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("the specimen moves", "specimen"),
        ("EXCERPT_S = 4.0", "EXCERPT"),
        ("const leap = 1;", "leap"),
        ("it was told so", "was told"),
        ("places = 1", "places"),
        ("for run in segments(names) if run.label == name", "in segments(names) if run"),
        ("maximal runs of equal labels", "runs of equal"),
        ("how sure the tracker was", "sure"),
        ("of one part of a cluster", "part of a cluster"),
        ("the track that is taken", "is taken"),
    ],
)
def test_an_old_word_is_found_with_its_line(line, found):
    [(number, word, better)] = words.problems(f"first\n{line}\n", page=False)
    assert (number, word) == (2, found)
    assert better


@pytest.mark.parametrize(
    "line",
    [
        'KEY = "leap"  # a stored name',
        *("overlapped", "retold", "aiming"),
        *("trained in place", "a run of the pipeline", '"part"', "it takes seconds", "measure"),
    ],
)
def test_stored_names_and_other_words_are_left(line):
    assert words.problems(line, page=False) == []


def test_pages_are_held_to_more():
    assert [found for _, found, _ in words.problems("at .5 s", page=True)] == [".5"]
    assert words.problems("at .5 s", page=False) == []


@pytest.mark.parametrize("name", ["docs/security.md", "src/kinembed/io/formats/bvh.py"])
def test_old_meanings_are_refused_in_every_folder(name, tmp_path, monkeypatch, capsys):
    path = tmp_path / name
    path.parent.mkdir(parents=True)
    path.write_text("two places\n", encoding="utf-8")
    monkeypatch.setattr(words, "ROOT", tmp_path)
    monkeypatch.setattr(words, "files", lambda: [path])
    assert words.main() == 1
    assert f"{name}:1: 'places'" in capsys.readouterr().out


def test_scripts_and_styles_of_pages_are_read():
    suffixes = {path.suffix for path in words.files()}
    assert {".py", ".md", ".js", ".css", ".html", ".yml"} <= suffixes
