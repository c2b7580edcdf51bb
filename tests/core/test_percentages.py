import pytest

from kinembed.core.percentages import percent


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (1.0, "100.0 %"),
        (0.125, "12.5 %"),
        (0.0001, "less than 0.1 %"),
        (0.0, "0.0 %"),
        (0.999, "99.9 %"),
    ],
)
def test_percentages_have_one_decimal(share, text):
    assert percent(share) == text
