"""The group, once in each back end."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

import pytest


@pytest.fixture(params=["crypto._native", "crypto.sodium"])
def group(request: pytest.FixtureRequest) -> ModuleType:
    """A module with Scalars, Points and Matrix; test_group_back_ends fails if native is missing but due."""
    try:
        return import_module(request.param)
    except ModuleNotFoundError:
        pytest.skip(f"{request.param} was not built")
