"""The figures of results pages are those that their tables give."""

from importlib.util import module_from_spec, spec_from_file_location
from io import BytesIO

import matplotlib.image
import numpy as np
import pytest
from helpers.projects import ROOT

from kinembed.report.plots.export import png

pytestmark = pytest.mark.slow
DIFFERENT = 0.02
"""Of a colour, 0 to 1: what rounding of another processor may change."""


def figures():
    specification = spec_from_file_location("figures", ROOT / "docs/figures.py")
    module = module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", list(figures().FIGURES))
def test_a_figure_is_what_its_table_gives(name):
    drawn = matplotlib.image.imread(BytesIO(png(figures().FIGURES[name]())))
    committed = matplotlib.image.imread(ROOT / f"docs/images/{name}.png")
    assert drawn.shape == committed.shape
    assert (np.abs(drawn - committed) > DIFFERENT).mean() < 0.001, "run: python docs/figures.py"
