"""The example of docs/names_and_exports.md, on what the sample shows."""

import re
from textwrap import dedent

import numpy as np
import pytest
from helpers.projects import ROOT

from kinembed.io.synthetic.person import make_sample
from kinembed.report.naming import named_predictions
from kinembed.report.naming.file import parse_names
from kinembed.segmentation.predictions import frame_times


@pytest.fixture(scope="module")
def predictions():
    """The sample's behaviours, numbered as they appear, as the clusters that are found are."""
    sample = make_sample(0)
    shown = sample.segmentation.frame_labels()
    numbers = {name: number for number, name in enumerate(dict.fromkeys(shown))}
    clusters = np.array([numbers[name] for name in shown])
    return frame_times(len(clusters), 120.0).assign(given=clusters, estimated=clusters)


def test_the_example_of_the_page_fits_the_sample(predictions):
    page = (ROOT / "docs/names_and_exports.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```yaml\n(.*?)```", page, flags=re.DOTALL)
    names = parse_names(dedent(example), file="names.yml")
    labels = named_predictions(names, "sample", predictions)["given"]
    found = list(dict.fromkeys(labels))
    assert found == [
        "warm-up",
        "jump",
        "stand",
        "walk or run",
        "cluster 3",
        "cluster 4",
        "second kick",
    ]
