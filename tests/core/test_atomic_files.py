"""Processes are killed at every step of a write: what was there is whole, and nothing else is."""

import os
from itertools import count
from pathlib import Path, PurePosixPath

import pytest
from fsspec.implementations.local import LocalFileSystem

from kinembed.core.atomic_files import (
    clear_leftovers,
    clear_temporary_files,
    whole_folder,
    write_bytes,
)


class Killed(BaseException):
    pass


class DyingFileSystem(LocalFileSystem):
    """Is killed before its n-th change, and changes nothing any more, as a dead process."""

    def __init__(self, alive_for):
        super().__init__()
        self.alive_for = alive_for

    def _step(self):
        if self.alive_for == 0:
            raise Killed
        self.alive_for -= 1

    def mv(self, *args, **kwargs):
        self._step()
        super().mv(*args, **kwargs)

    def makedirs(self, *args, **kwargs):
        self._step()
        super().makedirs(*args, **kwargs)

    def rmdir(self, *args, **kwargs):
        self._step()
        super().rmdir(*args, **kwargs)

    def rm(self, path, recursive=False, maxdepth=None):
        """Files one by one: a folder may be half removed."""
        for file in sorted(path for path in Path(path).rglob("*") if path.is_file()):
            self._step()
            file.unlink()
        self._step()
        super().rm(path, recursive=recursive, maxdepth=maxdepth)


def _dying(step):
    return DyingFileSystem(step, skip_instance_cache=True)


def _living():
    return _dying(10**6)


def _save(filesystem, target, generation):
    with whole_folder(filesystem, PurePosixPath(target)) as folder:
        for name in ("a", "b"):
            filesystem._step()
            (Path(folder) / name).write_text(generation)


def _save_half(target):
    with whole_folder(LocalFileSystem(), PurePosixPath(target)) as folder:
        (Path(folder) / "a").write_text("half")
        raise ZeroDivisionError


def _content(target):
    return {path.name: path.read_text() for path in target.iterdir()} if target.exists() else None


def _whole(generation):
    return {"a": generation, "b": generation}


def _killed_at(step, target):
    try:
        _save(_dying(step), target, "new")
    except Killed:
        return True
    return False


def _until_it_lives(folder, earlier):
    """What is there after a kill at each step, cleared up as the next run does."""
    for step in count():
        target = folder / str(step) / "motions"
        target.parent.mkdir()
        if earlier:
            _save(_living(), target, "old")
        killed = _killed_at(step, target)
        clear_leftovers(target)
        yield target
        if not killed:
            return


@pytest.mark.parametrize("earlier", [False, True])
def test_a_folder_is_whole_after_a_kill_at_every_step(tmp_path, earlier):
    targets = list(_until_it_lives(tmp_path, earlier))
    assert len(targets) > 4
    found = [_content(target) for target in targets]
    before = _whole("old") if earlier else None
    assert all(content in (before, _whole("new")) for content in found)
    assert found[0] == before
    assert found[-1] == _whole("new")
    for target in targets:
        assert {path.name for path in target.parent.iterdir()} <= {"motions"}


@pytest.mark.parametrize("earlier", [False, True])
def test_the_next_save_repairs_by_itself(tmp_path, earlier):
    for step in range(12):
        target = tmp_path / str(step) / "motions"
        target.parent.mkdir()
        if earlier:
            _save(_living(), target, "old")
        _killed_at(step, target)
        _save(_living(), target, "newer")
        assert _content(target) == _whole("newer")
        assert [path.name for path in target.parent.iterdir()] == ["motions"]


def test_an_error_leaves_the_earlier_folder_and_nothing_else(tmp_path):
    target = tmp_path / "motions"
    _save(_living(), target, "old")
    with pytest.raises(ZeroDivisionError):
        _save_half(target)
    assert _content(target) == _whole("old")
    assert [path.name for path in tmp_path.iterdir()] == ["motions"]


@pytest.mark.parametrize("point", ["write", "fsync", "replace"])
def test_a_file_is_whole_after_a_kill_at_every_point(tmp_path, point):
    """In a child process, whose `finally` does not run either."""
    path = tmp_path / "report.html"
    path.write_text("old")
    child = os.fork()
    if child == 0:
        _die_at(point)
        write_bytes(path, b"new")
        os._exit(1)  # it should have died
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    assert path.read_text() == "old"
    assert len(list(tmp_path.iterdir())) == 2
    clear_leftovers(path)
    assert [left.name for left in tmp_path.iterdir()] == ["report.html"]


def _die_at(point):
    def die(*args, **kwargs):
        os._exit(9)

    if point == "fsync":
        os.fsync = die
    elif point == "replace":
        Path.replace = die
    else:
        opened = Path.open

        def dying(self, *args, **kwargs):
            opened(self, *args, **kwargs).close()
            die()

        Path.open = dying


def test_temporary_files_of_checkpoints_go_and_others_stay(tmp_path):
    (tmp_path / "all").mkdir()
    stay = [".report.html.lineage.json", "walk.safetensors", ".hidden"]
    for name in (*stay, ".walk.safetensors.4711", "all/.a.safetensors.12"):
        (tmp_path / name).touch()
    clear_temporary_files(tmp_path)
    assert sorted(path.name for path in tmp_path.rglob("*")) == sorted([*stay, "all"])
