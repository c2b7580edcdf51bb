import numpy as np
import pandas as pd
import pytest

from kinembed.errors import DataError
from kinembed.plots.training_curve import training_curve


def history(**columns) -> pd.DataFrame:
    return pd.DataFrame({"step": [0, 10, 20, 30], "loss": [1.0, 0.3, 0.1, 0.05], **columns})


def test_loss_is_drawn_over_steps():
    ax = training_curve(history(), title="Trial").axes[0]
    (line,) = ax.lines
    np.testing.assert_array_equal(line.get_xydata(), history()[["step", "loss"]])
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("step", "loss")
    assert ax.get_legend() is None


def test_validation_loss_is_drawn_where_it_is_known():
    ax = training_curve(history(validation_loss=[np.nan, 0.4, np.nan, 0.2])).axes[0]
    np.testing.assert_array_equal(ax.lines[1].get_xydata(), [[10, 0.4], [30, 0.2]])
    assert [t.get_text() for t in ax.get_legend().get_texts()] == ["training", "validation"]


@pytest.mark.parametrize(
    ("loss", "scale"),
    [([1.0, 0.5, 0.2, 0.01], "log"), ([1.0, 0.9, 0.8, 0.7], "linear"), ([1, 0, -1, -2], "linear")],
    ids=["two decades", "less than one decade", "not positive"],
)
def test_the_scale_is_logarithmic_when_sensible(loss, scale):
    assert training_curve(history().assign(loss=loss)).axes[0].get_yscale() == scale


def test_a_history_without_losses_is_refused():
    with pytest.raises(DataError, match="columns step and loss, but loss is missing among step, l"):
        training_curve(pd.DataFrame({"step": [1], "lost": [2.0]}))
