"""Files that are made to do harm: no code of theirs runs, and they take little memory and time.

A process of its own reads them, and forks for each, so that what one takes is not counted for
another.
"""

import gzip
import json
import pickle
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest
from helpers.tool_files import dlc_table, mat_file

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="memory is measured as Linux counts it"),
]
MOST_BYTES, MOST_SECONDS = 500 << 20, 5
READER = """
import json, os, resource, sys
from kinembed.core.errors import KinembedError
from kinembed.io.formats.idx import parse_idx
from kinembed.io.formats.npy import parse_features
from kinembed.io.formats.opening import read_bytes, read_text
from kinembed.io.formats.reader import read_motions
from kinembed.motion.positions import PositionParameters
from kinembed.report.naming.file import parse_names

RATE = PositionParameters(frame_rate=30)
READ = {
    "yml": lambda path: parse_names(read_text(path), file=path),
    "npy": lambda path: parse_features(read_bytes(path), file=path),
    "idx": lambda path: parse_idx(read_bytes(path), file=path),
}

def recording(path):
    return read_motions(path, trial="t", positions=RATE)

def read(path):
    try:
        READ.get(path.rpartition(".")[2], recording)(path)
    except KinembedError as problem:
        return str(problem).removeprefix(path)
    except BaseException as problem:
        return f"not ours: {problem!r}"
    return "read"

def peak():
    return 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

for path in sys.argv[1:]:
    if os.fork() == 0:
        before = peak()
        said = read(path)
        print(json.dumps([path, said, peak() - before, sum(os.times()[:4])]), flush=True)
        os._exit(0)
    os.wait()
"""


class Runs:
    """A pickle of it makes a file when it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return open, (str(self.path), "w")


def deeplabcut(folder):
    """Attributes in which pandas keeps names pickled hold something else."""
    h5py = pytest.importorskip("h5py", reason="h5py is not installed: it is in the extra pose")
    pytest.importorskip("tables", reason="PyTables is not installed: it is in the extra pose")
    path = folder / "pickle.h5"
    dlc_table().to_hdf(path, key="df_with_missing", format="table", mode="w")
    hostile = np.bytes_(pickle.dumps(Runs(folder / "ran"), protocol=0))

    def spoil(_, one):
        for name, value in list(one.attrs.items()):
            if isinstance(value, bytes | np.bytes_):
                one.attrs[name] = hostile if name not in KEPT else value

    with h5py.File(path, "a") as file:
        file.visititems(spoil)


KEPT = ("CLASS", "TITLE", "VERSION", "pandas_type", "pandas_version", "table_type", "encoding")


def parquet(folder):
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = pa.table({"a_x": np.ones(1_000_000), "a_y": np.ones(1_000_000)})
    with pq.ParquetWriter(folder / "equal.parquet", rows.schema) as writer:
        for _ in range(20):
            writer.write_table(rows)


def matlab(folder):
    """An unrelated variable of 480 MB, of which the file holds half a megabyte."""
    whole = mat_file(expmapchannels=np.zeros((3, 96)))
    size, chunk = 480_000_000, bytes(16_000_000)
    flags = struct.pack("<IIII", 6, 8, 6, 0) + struct.pack("<IIii", 5, 8, 1, size // 8)
    head = flags + struct.pack("<II8s", 1, 5, b"other") + struct.pack("<II", 9, size)
    packer = zlib.compressobj(1)
    begun = packer.compress(struct.pack("<II", 14, len(head) + size) + head)
    begun += packer.flush(zlib.Z_FULL_FLUSH)
    packed = packer.compress(chunk) + packer.flush(zlib.Z_FULL_FLUSH)
    element = begun + packed * (size // len(chunk))
    content = whole[:128] + struct.pack("<II", 15, len(element)) + element + whole[128:]
    (folder / "other.mat").write_bytes(content)


def bvh(folder):
    opened = "{\nOFFSET 0 1 0\nCHANNELS 3 Zrotation Yrotation Xrotation\n"
    joints = "".join(f"JOINT j{number}\n{opened}" for number in range(10_000))
    text = f"HIERARCHY\nROOT r\n{opened}{joints}" + "}\n" * 10_001 + "MOTION\n"
    (folder / "nested.bvh").write_text(text)


def blank(folder):
    (folder / "blank.bvh.gz").write_bytes(gzip.compress(b"\n" * 30_000_000, 1))
    (folder / "bomb.bvh.gz").write_bytes(gzip.compress(b"\n" * 300_000_000, 1))


def small(folder):
    values = b"\x93NUMPY\x01\x00v\x00{'descr': '<f8', 'fortran_order': False, 'shape': (%s,), }"
    (folder / "claims.npy").write_bytes(values.replace(b"%s", b"10**12").ljust(127) + b"\n")
    (folder / "huge.npy").write_bytes(values.replace(b"%s", b"1000000000000").ljust(127) + b"\n")
    (folder / "many.idx").write_bytes(b"\0\0\x08\x46" + bytes(280))
    (folder / "empty.idx").write_bytes(b"\0\0\x08\x04" + b"\xff" * 12 + bytes(4))
    for name, text in {
        "date": "a: 2001-99-99",
        "float": "a: !!float x",
        "deep": "a: " + "[" * 10_000,
        "code": "a: !!python/object/apply:os.system [exit]",
        "laughs": "a: &a [b, b]\nc: &c [*a, *a]\n",
    }.items():
        (folder / f"{name}.yml").write_text(text)


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """What is said of each file, and what it took."""
    folder = tmp_path_factory.mktemp("hostile")
    for make in (deeplabcut, parquet, matlab, bvh, blank, small):
        make(folder)
    paths = sorted(str(path) for path in folder.iterdir())
    done = subprocess.run(
        [sys.executable, "-c", READER, *paths], capture_output=True, text=True, check=True
    )
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return folder, {Path(path).name: rest for path, *rest in lines}


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("pickle.h5", ": expected names of columns, but they hold more than texts (GLOBAL)"),
        ("equal.parquet", ": expected a recording: its table would fill more than "),
        ("other.mat", "read"),
        ("nested.bvh", ":4002: expected at most 1000 joints, found 'JOINT j999'"),
        ("blank.bvh.gz", ": expected text, but the file is empty"),
        ("bomb.bvh.gz", ": expected a recording: its content would fill more than "),
        ("claims.npy", ": expected an array of numbers in .npy, but "),
        ("huge.npy", ": expected an array of numbers in .npy, but it declares 8000000000000 "),
        ("many.idx", ": expected at most 4 dimensions, found 70"),
        ("empty.idx", ": expected 4294967295 x 4294967295 x 4294967295 x 0 values"),
        ("date.yml", ":1: '2001-99-99' cannot be read: month must be in 1..12"),
        ("float.yml", ":1: 'x' cannot be read: could not convert"),
        ("deep.yml", ":1: values lie more than 32 deep in one another"),
        ("code.yml", ":1: could not determine a constructor for the tag"),
        ("laughs.yml", ":2: write values out: * repeats another"),
    ],
)
def test_one_clear_error_and_little_memory_and_time(found, name, said):
    folder, of_files = found
    message, memory, seconds = of_files[name]
    assert message.startswith(said)
    assert memory < MOST_BYTES
    assert seconds < MOST_SECONDS
    assert not (folder / "ran").exists()
