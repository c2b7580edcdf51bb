"""Shapes and types in signatures are enforced while the tests run; real recordings come by a mirror."""

import os
from pathlib import Path

import pytest
from jaxtyping import install_import_hook

install_import_hook("kinembed", "beartype.beartype")


@pytest.fixture(scope="session")
def mirror() -> Path:
    """Folder of real recordings named by KINEMBED_MIRROR; tests that need it skip without it."""
    location = os.environ.get("KINEMBED_MIRROR")
    if not location:
        pytest.skip("KINEMBED_MIRROR is not set: no real recordings to test on")
    return Path(location)
