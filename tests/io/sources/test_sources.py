"""Folders of recordings, and published files from a mirror, the cache or a server of our own."""

import hashlib
import io
import os
import tarfile
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from kinembed.core.errors import FormatError, SourceError
from kinembed.io.sources import (
    Acquired,
    RawFile,
    RegistryEntry,
    acquire_archive,
    acquire_folder,
    acquire_registry,
    acquire_tree,
    fingerprint,
    load_registry,
    parse_registry,
    select,
    with_annotations,
)
from kinembed.io.sources.records import git_blob_id_of, sha256_of

CONTENT = b"0.5,0.25\n" * 40_000
GIT_ID_OF_HELLO = "ce013625030ba8dba906f756967f9e9ca394464a"
"""What git hash-object says of the line "hello"."""


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def git_blob_id(content: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()  # noqa: S324


def put(folder: Path, **contents: str) -> Path:
    """Files whose names have __ for the dot."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in contents.items():
        (folder / name.replace("__", ".")).write_text(content)
    return folder


def found_in(acquired: Acquired) -> set[tuple[str, str, str]]:
    return {(file.name, file.role, file.path.name) for file in acquired.files}


def entry(name: str = "a_01", address: str = "http://127.0.0.1:9/none") -> RegistryEntry:
    return RegistryEntry(
        name, "motion", f"clips/{name}.txt", git_blob_id(CONTENT), sha256(CONTENT), address
    )


def by_git_alone(of: RegistryEntry) -> RegistryEntry:
    return replace(of, sha256="")


def place(folder: Path, of: RegistryEntry, content: bytes = CONTENT) -> Path:
    path = folder / of.path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


class Server(BaseHTTPRequestHandler):
    """/whole is the file, /cut ends early, /short does so unannounced, /other is another file."""

    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        bodies = {
            "/whole": CONTENT,
            "/cut": CONTENT[:5000],
            "/short": CONTENT[:5000],
            "/other": CONTENT[::-1],
        }
        if self.path not in bodies:
            self.send_error(404)
            return
        self.send_response(200)
        if self.path != "/short":
            self.send_header("Content-Length", str(len(CONTENT)))
        self.end_headers()
        self.wfile.write(bodies[self.path])

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[str]:
    Server.asked = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Server) as running:
        threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()


# --- a folder ------------------------------------------------------------------------------------


def test_every_known_suffix_is_found_and_others_are_named(tmp_path: Path) -> None:
    put(tmp_path, a__amc="", a__asf="", b__bvh="", c__mat="", d__txt="1,2", e__BVH="")
    put(tmp_path, g__bvh__gz="", a_annotation__txt="1", b_ground_truth__txt="1")
    put(tmp_path, g__labels__csv="", __hidden__amc="", f__csv="hip_x,hip_y", h__csv="scorer,a")
    put(tmp_path, i__parquet="", j__C3D="", k__h5="", l__slp="", m__pdf="")
    acquired = acquire_folder(tmp_path)
    assert found_in(acquired) == {
        ("a", "motion", "a.amc"),
        ("a", "skeleton", "a.asf"),
        ("a", "annotation", "a_annotation.txt"),
        ("b", "motion", "b.bvh"),
        ("b", "annotation", "b_ground_truth.txt"),
        ("c", "motion", "c.mat"),
        ("d", "motion", "d.txt"),
        ("e", "motion", "e.BVH"),
        ("g", "motion", "g.bvh.gz"),
        ("g", "annotation", "g.labels.csv"),
        ("f", "motion", "f.csv"),
        ("h", "motion", "h.csv"),
        ("i", "motion", "i.parquet"),
        ("j", "motion", "j.C3D"),
        ("k", "motion", "k.h5"),
        ("l", "motion", "l.slp"),
    }
    [other] = acquired.absent
    assert other.reason == "m.pdf is of no known format, so it is not read"


def test_raw_files_carry_the_hash_of_their_content(tmp_path: Path) -> None:
    put(tmp_path, a__bvh="HIERARCHY")
    assert acquire_folder(tmp_path).files[0].sha256 == sha256(b"HIERARCHY")


@pytest.mark.parametrize(
    ("skeletons", "chosen"),
    [
        ({"s7_02__asf": "", "s7__asf": "", "other__asf": ""}, "s7_02.asf"),
        ({"s7__asf": "", "other__asf": ""}, "s7.asf"),
        ({"other__asf": ""}, "other.asf"),
    ],
)
def test_skeleton_is_of_the_trial_else_of_the_subject_else_the_only_one(
    tmp_path: Path, skeletons: dict[str, str], chosen: str
) -> None:
    put(tmp_path, s7_02__amc="", **skeletons)
    assert ("s7_02", "skeleton", chosen) in found_in(acquire_folder(tmp_path))


@pytest.mark.parametrize("skeletons", [{}, {"x__asf": "", "y__asf": ""}])
def test_amc_without_a_skeleton_is_refused_by_name(
    tmp_path: Path, skeletons: dict[str, str]
) -> None:
    put(tmp_path, s7_02__amc="", **skeletons)
    with pytest.raises(SourceError, match=r"'s7_02' needs its skeleton .* s7_02.asf or s7.asf"):
        acquire_folder(tmp_path)


def test_nothing_found_names_the_folder_and_the_suffixes(tmp_path: Path) -> None:
    put(tmp_path, a__asf="", a__pdf="", a_annotation__txt="1")
    with pytest.raises(SourceError, match=rf"{tmp_path} .* \.amc, \.bvh, \.bvh\.gz, \.txt, \.mat"):
        acquire_folder(tmp_path)


def test_tables_of_something_else_are_named_where_there_is_nothing_else(tmp_path: Path) -> None:
    put(tmp_path, a__csv="hip,knee\n1,2\n")
    with pytest.raises(
        SourceError, match=r"holds no recording.*; a\.csv names no column <joint>_x"
    ):
        acquire_folder(tmp_path)


def test_of_many_files_that_are_no_recordings_a_few_are_named(tmp_path: Path) -> None:
    put(tmp_path, **{f"m{number}.csv": "1,2\n" for number in range(9)})
    with pytest.raises(SourceError, match=r"m0\.csv .*; m2\.csv [^;]*; and 6 more$") as refused:
        acquire_folder(tmp_path)
    assert "ingestion.positions.columns can name the joints" in str(refused.value)


def test_tables_of_numbers_are_recordings_if_their_columns_are_named(tmp_path: Path) -> None:
    put(tmp_path, **{"a.csv": "1,2\n", "notes.csv": "date,who\n", "README.txt": "1 is a mouse"})
    for find in (acquire_folder, acquire_tree):
        acquired = find(tmp_path, headerless=True)
        assert [file.name for file in acquired.files if file.path.suffix == ".csv"] == ["a"]
        assert [absent.name for absent in acquired.absent] == ["notes"]


def test_annotations_may_lie_in_a_folder_of_their_own(tmp_path: Path) -> None:
    put(tmp_path / "labels", **{"a.csv": ",0\n", "b.labels.csv": ",0\n", "c.csv": ",0\n"})
    put(tmp_path / "coords", **{"a.bvh": "", "b.bvh": "", "d.bvh": ""})
    acquired = with_annotations(acquire_folder(tmp_path / "coords"), tmp_path / "labels")
    assert {one for one in found_in(acquired) if one[1] == "annotation"} == {
        ("a", "annotation", "a.csv"),
        ("b", "annotation", "b.labels.csv"),
    }
    (lone,) = acquired.absent
    assert (lone.name, "c.csv, but no recording" in lone.reason) == ("c", True)


def test_a_recording_has_one_annotation(tmp_path: Path) -> None:
    put(tmp_path, **{"a.bvh": "", "a.labels.csv": ",0\n"})
    put(tmp_path / "labels", **{"a.csv": ",0\n"})
    with pytest.raises(SourceError, match=r"a\.labels\.csv and .*a\.csv both annotate 'a'"):
        with_annotations(acquire_folder(tmp_path), tmp_path / "labels")


def test_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="nowhere is not a folder"):
        acquire_folder(tmp_path / "nowhere")


@pytest.mark.parametrize(
    "contents",
    [{"a__bvh": "", "a__mat": ""}, {"b__mat": "", "b_annotation__txt": "", "b__labels__csv": ""}],
)
def test_two_files_in_one_role_are_refused(tmp_path: Path, contents: dict[str, str]) -> None:
    with pytest.raises(SourceError, match=r"are both of trial '[ab]'"):
        acquire_folder(put(tmp_path, **contents))


def test_prose_and_lone_annotations_are_reported_not_read(tmp_path: Path) -> None:
    put(tmp_path, a__mat="", README__txt="About this", b_annotation__txt="1", empty__txt="")
    put(tmp_path, notes__csv="date,who\n", README__csv="")
    acquired = acquire_folder(tmp_path)
    assert found_in(acquired) == {("a", "motion", "a.mat")}
    reasons = {absent.name: absent.reason for absent in acquired.absent}
    assert set(reasons) == {"README", "empty", "b", "notes"}
    assert "notes.csv names no column <joint>_x in its first line" in reasons["notes"]
    reasons |= {entry.address: entry.reason for entry in acquired.absent}
    assert "README.txt does not begin with a number" in reasons[f"{tmp_path}/README.txt"]
    assert "b_annotation.txt, but no recording" in reasons["b"]


@pytest.mark.parametrize(
    "name", ["a\\b.bvh", "a\nb.bvh", "a:b.bvh", "a\x7f.bvh", "\udc80.bvh", " .bvh"]
)
def test_names_that_cannot_become_files_are_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).touch()
    with pytest.raises(SourceError, match="cannot become the name of a file"):
        acquire_folder(tmp_path)


def test_ordinary_names_are_kept(tmp_path: Path) -> None:
    (tmp_path / "Läufer 3 (kurz).v2.bvh").touch()
    assert acquire_folder(tmp_path).files[0].name == "Läufer 3 (kurz).v2"


# --- fingerprint ---------------------------------------------------------------------------------


def test_trials_below_a_folder_carry_its_name(tmp_path: Path) -> None:
    put(tmp_path / "S1", **{"walking_1.txt": "0,0", "README.txt": "about"})
    put(tmp_path / "S5" / "late", **{"walking_1.txt": "0,0"})
    put(tmp_path / ".hidden", **{"walking_1.txt": "0,0"})
    acquired = acquire_tree(tmp_path)
    assert [file.name for file in acquired.files] == ["S1_walking_1", "S5_late_walking_1"]
    assert [absent.name for absent in acquired.absent] == ["S1_README"]


def test_trials_of_a_tree_have_names_of_their_own(tmp_path: Path) -> None:
    put(tmp_path, **{"S1_a.bvh": "one"})
    put(tmp_path / "S1", **{"a.bvh": "two"})
    with pytest.raises(SourceError, match="are both trial 'S1_a'"):
        acquire_tree(tmp_path)


def test_tree_without_a_recording_names_the_folder(tmp_path: Path) -> None:
    put(tmp_path / "empty")
    with pytest.raises(SourceError, match="holds no recording: no file in or below it"):
        acquire_tree(tmp_path)


def test_fingerprint_knows_content_not_place_or_order() -> None:
    first = RawFile("a", "motion", Path("/x/a.amc"), "11")
    second = RawFile("a", "skeleton", Path("/x/a.asf"), "22")
    moved = replace(second, path=Path("/y/b.asf"))
    assert fingerprint([first, second]) == fingerprint([moved, first])
    assert len(fingerprint([first])) == 64
    changes = (replace(first, sha256="12"), replace(first, name="b"), second)
    assert len({fingerprint([one]) for one in (first, *changes)}) == 4


# --- registries ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "count"), [("cmu_mocap", 148), ("cmu_raw", 6)])
def test_committed_registries_are_complete_and_verifiable(name: str, count: int) -> None:
    entries = load_registry(name)
    assert len({(one.name, one.role) for one in entries}) == len(entries)
    assert all(
        one.address.startswith(("https://raw.githubusercontent.com/", "http://mocap.cs."))
        for one in entries
    )
    assert all(len(one.git_blob_sha1) == 40 and len(one.sha256) in (0, 64) for one in entries)
    assert not any(Path(one.path).is_absolute() or ".." in one.path for one in entries)
    assert len(entries) == count


def test_unknown_registry_names_the_known_ones() -> None:
    with pytest.raises(SourceError, match="no registry 'h36m'; there are cmu_mocap, cmu_raw"):
        load_registry("h36m")


HEAD = "name\trole\tpath\tgit_blob_sha1\tsha256\taddress"


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("", 1, "expected the columns name, role"),
        ("name\trole", 1, "expected the columns name, role"),
        (f"{HEAD}\na\tmotion", 2, "expected 6 columns, not 2"),
        (f"{HEAD}\na\tfilm\tp\t1\t2\thttp://x", 2, "expected a role .*, not 'film'"),
        (f"{HEAD}\na\tmotion\tp\t1\t\thttp://x\na\tmotion\tp\t\t\thttp://x", 3, "neither its sha"),
        (f"{HEAD}\na/b\tmotion\tp\t1\t2\thttp://x", 2, "cannot become the name of a file"),
    ],
)
def test_malformed_registry_is_refused_by_line(text: str, line: int, problem: str) -> None:
    with pytest.raises(FormatError, match=rf"mine\.tsv:{line}: .*{problem}"):
        parse_registry(text, "mine.tsv")


def test_select_takes_trials_by_pattern_in_the_order_of_the_registry() -> None:
    entries = [entry("b_02"), entry("b_01"), entry("c_01")]
    assert [one.name for one in select(entries, ["c*", "b_*"])] == ["b_02", "b_01", "c_01"]
    assert [one.name for one in select(entries, ["?_01"])] == ["b_01", "c_01"]
    with pytest.raises(SourceError, match=r"no trial fits 'd\*'; there are b_01, b_02, c_01"):
        select(entries, ["b_01", "d*"])


# --- published files -----------------------------------------------------------------------------


def test_git_blob_id_is_that_of_git(tmp_path: Path) -> None:
    path = tmp_path / "hello"
    path.write_bytes(b"hello\n")
    assert git_blob_id_of(path) == GIT_ID_OF_HELLO


@pytest.mark.parametrize("wanted", [entry(), by_git_alone(entry())])
def test_mirror_comes_first_and_is_verified(tmp_path: Path, wanted: RegistryEntry) -> None:
    path = place(tmp_path / "mirror", wanted)
    place(tmp_path / "cache", wanted)
    acquired = acquire_registry(
        [wanted], mirror=tmp_path / "mirror", cache=tmp_path / "cache", download=True
    )
    assert acquired == Acquired((RawFile("a_01", "motion", path, sha256(CONTENT)),), ())


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (entry(), f"sha256 {sha256(CONTENT)}, found {sha256(b'x')}"),
        (by_git_alone(entry()), f"git blob id {git_blob_id(CONTENT)}, found {git_blob_id(b'x')}"),
    ],
)
def test_mirror_with_another_content_is_refused_and_left_alone(
    tmp_path: Path, wanted: RegistryEntry, expected: str
) -> None:
    path = place(tmp_path, wanted, b"x")
    with pytest.raises(SourceError, match=f"{path} is not the published file: expected {expected}"):
        acquire_registry([wanted], mirror=tmp_path, cache=tmp_path / "cache", download=True)
    assert path.read_bytes() == b"x"


def test_mirror_that_is_no_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"the mirror .*gone is not a folder"):
        acquire_registry([entry()], mirror=tmp_path / "gone", cache=tmp_path, download=False)


def test_absent_files_are_named_with_their_address(tmp_path: Path) -> None:
    here, gone = entry("a_01"), entry("a_02")
    place(tmp_path, here)
    acquired = acquire_registry([here, gone], mirror=None, cache=tmp_path, download=False)
    assert [file.name for file in acquired.files] == ["a_01"]
    (absent,) = acquired.absent
    assert (absent.name, absent.role, absent.address) == ("a_02", "motion", gone.address)
    assert absent.reason == f"not in the cache {tmp_path}, and downloading is off"


def test_no_motion_at_all_is_an_error_that_says_where_to_get_them(tmp_path: Path) -> None:
    annotation = replace(entry(), role="annotation", path="a.txt")
    place(tmp_path, annotation)
    with pytest.raises(
        SourceError, match=r"none of the recordings a_01 is here: .*KINEMBED_MIRROR.*at http:"
    ):
        acquire_registry([annotation, entry()], mirror=None, cache=tmp_path, download=False)


@pytest.mark.parametrize("git_alone", [False, True])
def test_download_is_verified_kept_and_not_repeated(
    tmp_path: Path, server: str, git_alone: bool
) -> None:
    wanted = entry(address=f"{server}/whole")
    wanted = by_git_alone(wanted) if git_alone else wanted
    for _ in range(2):
        acquired = acquire_registry([wanted], mirror=None, cache=tmp_path, download=True)
        assert acquired.files[0].path.read_bytes() == CONTENT
        assert acquired.files[0].sha256 == sha256(CONTENT)
    assert Server.asked == ["/whole"]
    assert files_below(tmp_path) == [tmp_path / wanted.path]


@pytest.mark.parametrize("git_alone", [False, True])
@pytest.mark.parametrize(
    ("page", "reason"),
    [
        ("cut", "IncompleteRead"),
        ("short", "what came is not the published file: expected"),
        ("other", "what came is not the published file: expected"),
        ("nothing", "404"),
    ],
)
def test_failed_download_leaves_nothing_and_is_named(
    tmp_path: Path, server: str, page: str, reason: str, git_alone: bool
) -> None:
    here, wanted = entry("a_01"), entry("a_02", f"{server}/{page}")
    place(tmp_path, here)
    wanted = by_git_alone(wanted) if git_alone else wanted
    acquired = acquire_registry([here, wanted], mirror=None, cache=tmp_path, download=True)
    (absent,) = acquired.absent
    assert absent.name == "a_02"
    assert reason in absent.reason
    assert Server.asked == [f"/{page}"]
    assert files_below(tmp_path) == [tmp_path / here.path]


def test_spoilt_cache_is_deleted_and_fetched_anew(tmp_path: Path, server: str) -> None:
    wanted = entry(address=f"{server}/whole")
    path = place(tmp_path, wanted, CONTENT[:-1])
    acquired = acquire_registry([wanted], mirror=None, cache=tmp_path, download=True)
    assert acquired.files[0].path == path
    assert path.read_bytes() == CONTENT


def test_spoilt_cache_is_deleted_when_downloading_is_off(tmp_path: Path) -> None:
    path = place(tmp_path, entry(), CONTENT[:-1])
    with pytest.raises(SourceError, match="downloading is off"):
        acquire_registry([entry()], mirror=None, cache=tmp_path, download=False)
    assert not path.exists()


def test_server_that_does_not_answer_makes_the_file_absent(tmp_path: Path) -> None:
    place(tmp_path, entry())
    gone = entry("a_02", "http://127.0.0.1:9/none")
    acquired = acquire_registry([entry(), gone], mirror=None, cache=tmp_path, download=True)
    assert "the download failed" in acquired.absent[0].reason


def files_below(folder: Path) -> list[Path]:
    return [Path(at) / name for at, _, names in os.walk(folder) for name in names]


# --- archives ------------------------------------------------------------------------------------


def packed(folder: Path, **contents: str) -> Path:
    """A tar archive; names of members have __ for the dot and -- for the slash."""
    archive = folder / "published.tar.xz"
    with tarfile.open(archive, "w:xz") as files:
        for name, content in contents.items():
            member = tarfile.TarInfo(name.replace("__", ".").replace("--", "/"))
            member.size = len(content)
            files.addfile(member, io.BytesIO(content.encode()))
    return archive


def test_an_archive_is_unpacked_once_with_the_skeletons_of_folders_above(tmp_path: Path) -> None:
    names = ("train--1--X_bd_run_1__amc", "test--1--X_mm_run_1__amc", "X_bd__asf", "X_mm__asf")
    archive = packed(tmp_path, **dict.fromkeys(names, "text"))
    there = tmp_path / "unpacked"
    acquired = acquire_archive(archive, sha256_of(archive), there)
    assert found_in(acquired) == {
        ("train_1_X_bd_run_1", "motion", "X_bd_run_1.amc"),
        ("train_1_X_bd_run_1", "skeleton", "X_bd.asf"),
        ("test_1_X_mm_run_1", "motion", "X_mm_run_1.amc"),
        ("test_1_X_mm_run_1", "skeleton", "X_mm.asf"),
    }
    times = {path: path.stat().st_mtime_ns for path in there.rglob("*")}
    assert found_in(acquire_archive(archive, sha256_of(archive), there)) == found_in(acquired)
    assert {path: path.stat().st_mtime_ns for path in there.rglob("*")} == times


def test_the_nearest_skeleton_counts(tmp_path: Path) -> None:
    put(tmp_path, s1__asf="", s2__asf="")
    put(tmp_path / "a", s1_1__amc="", mine__asf="")
    put(tmp_path / "b", s1_1__amc="", s2_1__amc="", s2__asf="")
    put(tmp_path / "c", s1_walk_1__amc="", s1_walk__asf="", s1__asf="")
    acquired = acquire_tree(tmp_path)
    skeletons = {
        file.name: str(file.path.relative_to(tmp_path))
        for file in acquired.files
        if file.role == "skeleton"
    }
    assert skeletons == {
        "a_s1_1": "a/mine.asf",
        "b_s1_1": "b/s2.asf",
        "b_s2_1": "b/s2.asf",
        "c_s1_walk_1": "c/s1_walk.asf",
    }


def test_an_archive_that_is_not_the_published_one_is_refused(tmp_path: Path) -> None:
    archive = packed(tmp_path, a__bvh="text")
    with pytest.raises(SourceError, match="there is no archive .*nowhere.tar.*KINEMBED_MIRROR"):
        acquire_archive(tmp_path / "nowhere.tar", "0" * 64, tmp_path)
    with pytest.raises(
        SourceError, match=f"expected sha256 {'0' * 64}, found {sha256_of(archive)}"
    ):
        acquire_archive(archive, "0" * 64, tmp_path)
    archive.write_bytes(archive.read_bytes()[:60])
    with pytest.raises(SourceError, match="published.tar.xz cannot be unpacked"):
        acquire_archive(archive, sha256_of(archive), tmp_path / "unpacked")
    assert not (tmp_path / "unpacked").exists()


def test_nothing_of_an_archive_lands_outside_its_folder(tmp_path: Path) -> None:
    archive = packed(tmp_path, **{"..--..--evil__bvh": "text"})
    with pytest.raises(SourceError, match="cannot be unpacked"):
        acquire_archive(archive, sha256_of(archive), tmp_path / "in" / "side")
    assert not list(tmp_path.rglob("evil.bvh"))
