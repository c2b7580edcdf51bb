"""Numbers that pages take from their tables are what `benchmarks/results_tables.py` prints."""

import pytest
from benchmarks.results_tables import RESULTS, geometry, gradcam, maximisation, subject_86, video


def page(name):
    return (RESULTS / f"{name}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("given", "column"), [(True, 2), (False, 4)])
def test_subject_86(given, column):
    row = subject_86().loc[given]
    measures = ["accuracy", "test_set", "worst_trial", "ami", "boundary_f1", "boundary_f1_1s"]
    shown = [line.split("|")[column].split()[0] for line in page("subject_86").splitlines()[14:20]]
    assert [float(value) for value in shown] == pytest.approx(list(row[measures]), abs=0.0006)


def test_layers():
    ratio = geometry().loc[("hdm05", "knn", 8), ("ratio", "last / input")]
    assert f"kNN, 8 frames: {ratio:.2f}" in page("geometry")
    falls = gradcam().loc["hdm05"]
    low, high = falls["most / random"].min(), falls["most / random"].max()
    assert f"{low:.1f} to {high:.1f} times" in page("geometry")


def test_units():
    falls = 24 * maximisation().loc["two_stream", "frequency_falls"].sum()
    assert f"{falls:.0f} of 192" in page("maximisation")


def test_predictions():
    row = video()["cross_entropy"].loc[("MNIST", "prediction", "future", "free", 2)]
    assert f"{row['mean']:.1f} ± {row['std']:.1f}" in page("video")
