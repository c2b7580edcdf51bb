import pytest

from kinembed.report.plots.export import plotly_address


@pytest.mark.parametrize("sequence", ["swings", "cage/mouse 1", "day 1/cage/mouse 1"])
def test_the_script_is_found_from_every_sequence(tmp_path, sequence):
    page = tmp_path / "report" / "sequences" / sequence / "embedding_2d.html"
    found = (page.parent / plotly_address(sequence)).resolve()
    assert found == (tmp_path / "report" / "plotly.min.js").resolve()
