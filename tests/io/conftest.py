"""Fixtures of the readers' tests."""

import pytest
from helpers.fuzzing import forked

from kinembed.io.formats import child_process


@pytest.fixture
def quick_children(monkeypatch):
    """Fork the scripts that a run starts as Python anew: much quicker."""
    monkeypatch.setattr(child_process, "_problem", forked)
