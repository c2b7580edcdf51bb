import numpy as np
import pandas as pd
import pytest

from kinembed.core.errors import DataError
from kinembed.report.plots.training_curve import training_curve


def history(**columns) -> pd.DataFrame:
    return pd.DataFrame({"step": [0, 10, 20, 30], "loss": [1.0, 0.3, 0.1, 0.05], **columns})


def test_loss_is_drawn_over_steps():
    ax = training_curve(history(), title="Trial").axes[0]
    (line,) = ax.lines
    np.testing.assert_array_equal(line.get_xydata(), history()[["step", "loss"]])
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("step", "loss")
    assert ax.get_legend() is None


def test_losses_of_critics_are_drawn_beside_what_they_are_at_chance_level():
    of_critics = {"fidelity": [1.4, 1.2, 1.1, 0.9], "continuity": [1.4, 1.3, 1.3, 1.2]}
    ax = training_curve(history(**of_critics)).axes[0]
    loss, fidelity, continuity, blind = ax.lines
    assert loss.get_ydata().tolist() == [1.0, 0.3, 0.1, 0.05]
    assert fidelity.get_ydata().tolist() == of_critics["fidelity"]
    assert continuity.get_ydata().tolist() == of_critics["continuity"]
    np.testing.assert_allclose(blind.get_ydata(), np.log(4))
    assert len({line.get_linestyle() for line in (loss, fidelity, continuity)}) == 3
    assert [text.get_text() for text in ax.get_legend().get_texts()] == [
        "prediction (mean squared error)",
        "fidelity critic",
        "continuity critic",
        "critics at chance level (2 ln 2)",
    ]


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
