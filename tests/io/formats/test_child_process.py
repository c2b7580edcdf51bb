"""A file that a script of a process of its own reads."""

import subprocess
import sys

import pytest

from kinembed.core.errors import FormatError
from kinembed.io.formats.child_process import arrays_of_child

HOW = {"suffix": ".x", "file": "a.x", "expected": "a file of x"}


def script(tmp_path, text):
    path = tmp_path / "script.py"
    path.write_text(f"import os, sys, time\nimport numpy as np\n{text}\n")
    return path


def test_the_script_is_given_the_file_the_result_and_arguments(tmp_path):
    text = "np.savez(sys.argv[2], size=len(open(sys.argv[1]).read()), said=np.array(sys.argv[3:]))"
    found = arrays_of_child(script(tmp_path, text), b"12345", "b", "c", **HOW)
    assert (int(found["size"]), found["said"].tolist()) == (5, ["b", "c"])


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("os.abort()", "reading it crashed: it is broken, or made to do harm"),
        ("print('one', file=sys.stderr); sys.exit('no header')", "no header$"),
        ("time.sleep(60)", "it was not read within 0 s"),
        ("", "it holds nothing"),
    ],
)
def test_a_script_that_fails_is_named_with_its_file(tmp_path, monkeypatch, text, problem):
    if "sleep" in text:
        monkeypatch.setattr("kinembed.io.formats.child_process._LONGEST_S", 0)
    with pytest.raises(FormatError, match=f"a.x: expected a file of x, but {problem}"):
        arrays_of_child(script(tmp_path, text), b"", **HOW)


def test_a_result_with_objects_is_refused(tmp_path):
    text = "np.savez(sys.argv[2], found=np.array([{}], dtype=object))"
    with pytest.raises(ValueError, match="allow_pickle"):
        arrays_of_child(script(tmp_path, text), b"", **HOW)


@pytest.mark.parametrize(
    "limiting",
    ["mat_child import limit_memory as l; l()", "c3d_child import _limit_memory as l; l(1 << 40)"],
)
def test_a_lower_limit_of_memory_is_kept(limiting):
    resource = pytest.importorskip("resource")
    code = (
        "import resource as r; lower = (3 << 30, 3 << 30); r.setrlimit(r.RLIMIT_AS, lower)\n"
        f"from kinembed.io.formats.{limiting}; assert r.getrlimit(r.RLIMIT_AS) == lower"
    )
    if 0 <= resource.getrlimit(resource.RLIMIT_AS)[1] < 3 << 30:
        pytest.skip("less memory is allowed here")
    subprocess.run([sys.executable, "-c", code], check=True)
