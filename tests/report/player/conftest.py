import pytest


@pytest.fixture
def results(toy_motion):
    from helpers.made_up import results_of

    return results_of(toy_motion, "swings")
