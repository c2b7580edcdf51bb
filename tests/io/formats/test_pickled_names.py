"""Names of columns in pickles, which are read and not run."""

import pickle

import pytest

from kinembed.core.errors import FormatError
from kinembed.io.formats.pickled_names import pickled_names

NAMES = [("net", "nose", "x"), ("net", "nose", "y"), ("net", "Schwänzchen", "x")]


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_names_come_back_from_every_protocol(protocol):
    for names in (NAMES, [], [("a",)], [("a", "b")], [("a", "b", "c", "d")], [()]):
        assert pickled_names(pickle.dumps(names, protocol), file="a.h5") == names


class Harm:
    def __reduce__(self):
        return print, ("run",)


@pytest.mark.parametrize(
    ("pickled", "message"),
    [
        (pickle.dumps(Harm(), 0), r"they hold more than texts \(GLOBAL\)"),
        (pickle.dumps(Harm(), 4), r"they hold more than texts \(STACK_GLOBAL\)"),
        (pickle.dumps(NAMES, 2)[:30], "expected names of columns, but"),
        (b"a.", "expected names of columns, but"),
        (b"", "expected names of columns, but"),
        (pickle.dumps("nose"), "as texts, found something else"),
        (pickle.dumps(["nose"]), "as texts, found something else"),
    ],
)
def test_what_is_no_list_of_names_is_refused_and_not_run(pickled, message, capsys):
    with pytest.raises(FormatError, match=message):
        pickled_names(pickled, file="a.h5")
    assert capsys.readouterr().out == ""
