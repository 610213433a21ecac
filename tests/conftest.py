"""Fixtures that every test may use."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

# A slow machine is no reason for a test to fail.
settings.register_profile("glassballot", deadline=None)
settings.load_profile("glassballot")

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real ballots and other people's test vectors, beside the checkout."""
    if not SHARED.is_dir():
        if os.environ.get("CI") == "true":
            pytest.fail("the folder ../shared is missing, and CI does without nothing")
        pytest.skip("needs the folder ../shared")
    return SHARED
