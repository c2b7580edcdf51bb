"""Which behaviours are found again with another seed; no annotation is used.

Runs with different seeds number clusters differently. Two runs as a whole are compared by the
adjusted Rand index (Hubert & Arabie, Journal of Classification 2, 1985). A behaviour of one run is
found again in another as far as it overlaps its match there
(:mod:`kinembed.evaluation.seed_matching`; Hennig, "Cluster-wise assessment of cluster stability",
Computational Statistics & Data Analysis 52, 2007).
"""

import io
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from jaxtyping import Int
from sklearn.metrics import adjusted_rand_score

from kinembed.core.digests import read_local
from kinembed.core.errors import DataError
from kinembed.evaluation.seed_matching import behaviours_in_seeds


def read_runs(files: Sequence[Path], prediction: str) -> dict[str, Int[np.ndarray, "frames"]]:
    """Read the labels of one recording in several runs.

    Parameters
    ----------
    files : sequence of pathlib.Path
        Stored predictions, a Parquet file of each run.
    prediction : str
        Column with the clusters.

    Returns
    -------
    dict of str to ndarray of int, each of shape (frames,)
        Path -> cluster of every frame.

    Raises
    ------
    DataError
        When a file lacks the column.
    """
    runs = {}
    for file in files:
        table = pd.read_parquet(io.BytesIO(read_local(file)))
        if prediction not in table:
            there = ", ".join(table.columns)
            raise DataError(f"{file}: there is no column {prediction!r}; there are {there}")
        runs[str(file)] = table[prediction].to_numpy()
    return runs


def rand_indices(runs: Mapping[str, Int[np.ndarray, "frames"]]) -> pd.DataFrame:
    """Compute the agreement of every two runs.

    Parameters
    ----------
    runs : mapping of str to ndarray of int, each of shape (frames,)
        Run -> cluster of every frame, below 0 where it has none.

    Returns
    -------
    DataFrame
        A row per pair: ``run``, ``other`` and ``adjusted_rand`` (1: the same; about 0: chance).

    Raises
    ------
    DataError
        When there are fewer than two runs, or they differ in length.
    """
    _check(runs)
    names = list(runs)
    pairs = [(one, other) for i, one in enumerate(names) for other in names[i + 1 :]]
    values = [adjusted_rand_score(*_both_known(runs[one], runs[other])) for one, other in pairs]
    return pd.DataFrame(pairs, columns=["run", "other"]).assign(adjusted_rand=values)


def stability(runs: Mapping[str, Int[np.ndarray, "frames"]]) -> pd.DataFrame:
    """Measure how well each behaviour of each run is found again in the others.

    Parameters
    ----------
    runs : mapping of str to ndarray of int, each of shape (frames,)
        Run -> cluster of every frame, below 0 where it has none.

    Returns
    -------
    DataFrame
        A row per run and cluster: ``run`` and the columns of
        :func:`kinembed.evaluation.seed_matching.behaviours_in_seeds`, the other runs being the
        other seeds.

    Raises
    ------
    DataError
        When there are fewer than two runs, or they differ in length.
    """
    _check(runs)
    tables = []
    for run, labels in runs.items():
        others = [other for name, other in runs.items() if name != run]
        table = behaviours_in_seeds(labels, others)
        table.insert(0, "run", run)
        tables.append(table)
    return pd.concat(tables, ignore_index=True)


def _check(runs: Mapping[str, Int[np.ndarray, "frames"]]) -> None:
    if len(runs) < 2:
        raise DataError(f"{len(runs)} run(s) to compare; give two or more with different seeds")
    lengths = {name: len(labels) for name, labels in runs.items()}
    if len(set(lengths.values())) > 1:
        told = ", ".join(f"{name}: {length}" for name, length in lengths.items())
        raise DataError(f"the runs have different numbers of frames ({told}); label the same data")


def _both_known(
    one: Int[np.ndarray, "frames"], other: Int[np.ndarray, "frames"]
) -> tuple[Int[np.ndarray, "known"], Int[np.ndarray, "known"]]:
    known = (one >= 0) & (other >= 0)
    return one[known], other[known]
