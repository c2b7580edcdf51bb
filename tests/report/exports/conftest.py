import numpy as np
import pandas as pd
import pytest

from kinembed.motion.motion import Segmentation
from kinembed.report.exports import list_segments, segment_table
from kinembed.report.naming import named_predictions, parse_names

NAMES = """
one:
  given:
    names: {0: '<script>alert(1)</script>', 1: "a,b;'\\"&"}
    split: [{cluster: 0, name: '../../日本', start: 201}]
"""


@pytest.fixture
def predictions():
    """307 frames at 120 Hz, so no time is a round number of milliseconds."""
    frames = np.arange(307)
    return pd.DataFrame(
        {
            "frame": frames,
            "time_s": frames / 120,
            "given": np.repeat([0, 1, 0, 2], [7, 100, 155, 45]),
            "estimated": np.repeat([0, 1], [7, 300]),
        }
    )


@pytest.fixture
def table(predictions):
    """Sequence ``one`` is named and annotated, ``two`` is neither and has no number given."""
    names = parse_names(NAMES, file="names.yml")
    annotation = Segmentation(("walk", "run"), np.array([[90, 101, 110]]), 307, "one")
    two = predictions.drop(columns="given")
    rows = list_segments(
        "one", predictions, named_predictions(names, "one", predictions), annotation
    )
    rows += list_segments("two", two, named_predictions(names, "two", two), None)
    return segment_table(rows)
