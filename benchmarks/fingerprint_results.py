"""Fingerprints of results: did a change of the code change a number?

    python benchmarks/fingerprint_results.py data/07_model_output data/08_reporting > before.txt

prints, for the newest version of every table and array file below the folders, a sha256 of the
values that it holds (not of its bytes), and the file's path without its version. Names of columns
do not count: a renamed column is no other number.
"""

import hashlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from safetensors.numpy import load_file

VERSION = re.compile(r"\d{4}-\d\d-\d\dT[\d.]+Z")
READERS = {
    ".parquet": pd.read_parquet,
    ".csv": pd.read_csv,
}


def newest(folder: Path) -> Iterator[tuple[str, Path]]:
    """Files below a folder, of each the newest version, by their path without the version."""
    found: dict[str, Path] = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix in {*READERS, ".safetensors"}:
            parts = [part for part in path.parts if not VERSION.fullmatch(part)]
            found["/".join(parts)] = path  # versions sort by time
    yield from sorted(found.items())


def arrays(path: Path) -> Iterator[np.ndarray]:
    """The values of a file, column by column or tensor by tensor, in the file's order."""
    if path.suffix == ".safetensors":
        yield from (values for _, values in sorted(load_file(path).items()))
    else:
        table = READERS[path.suffix](path)
        yield from (table[column].to_numpy() for column in table)


def fingerprint(path: Path) -> str:
    """The sha256 of the values of a file."""
    digest = hashlib.sha256()
    for values in arrays(path):
        kept = values if values.dtype.kind in "biuf" else np.array(list(map(str, values)))
        digest.update(np.ascontiguousarray(kept).tobytes())
    return digest.hexdigest()


if __name__ == "__main__":
    for folder in sys.argv[1:]:
        for name, path in newest(Path(folder)):
            print(fingerprint(path), name)
