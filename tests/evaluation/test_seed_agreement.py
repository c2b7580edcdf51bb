"""Behaviours that are found again with another seed, and those that are not."""

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from kinembed.cli import agreement
from kinembed.core.errors import DataError
from kinembed.evaluation.seed_agreement import rand_indices, stability

ONE = np.repeat([0, 1, 2, -2], [40, 40, 20, 5])
RENAMED = np.repeat([2, 0, 1, -2], [40, 40, 20, 5])
SPLIT = np.repeat([0, 1, 2, 3, -2], [40, 20, 20, 20, 5])


def test_numbers_of_clusters_do_not_count():
    runs = {"0": ONE, "1": RENAMED}
    assert rand_indices(runs)["adjusted_rand"].tolist() == [1]
    assert stability(runs)["overlap"].tolist() == [1] * 6


def test_a_behaviour_that_others_cut_in_two_is_unstable():
    table = stability({"0": ONE, "1": SPLIT, "2": SPLIT})
    first = table[table["run"] == "0"]
    assert first["overlap"].tolist() == [1, 0.5, 1]
    assert first["stable"].tolist() == [True, False, True]
    assert first["frames"].tolist() == [40, 40, 20]
    indices = rand_indices({"0": ONE, "1": SPLIT, "2": SPLIT})
    assert indices["adjusted_rand"].iloc[-1] == 1
    assert indices["adjusted_rand"].iloc[0] < 1


def test_the_command_reads_stored_predictions(tmp_path):
    files = [str(tmp_path / f"{seed}.parquet") for seed in range(2)]
    for file, labels in zip(files, (ONE, SPLIT), strict=True):
        pd.DataFrame({"estimated": labels}).to_parquet(file)
    told = CliRunner().invoke(agreement, files)
    assert told.exit_code == 0
    assert f"{files[0]},1,40,0.5,1,0.0,False" in told.output
    refused = CliRunner().invoke(agreement, [*files, "--prediction", "given"])
    assert refused.exit_code == 1
    assert "there is no column 'given'" in refused.output


@pytest.mark.parametrize("runs", [{"0": ONE}, {"0": ONE, "1": ONE[:-1]}])
def test_runs_that_cannot_be_compared_are_refused(runs):
    with pytest.raises(DataError):
        stability(runs)
