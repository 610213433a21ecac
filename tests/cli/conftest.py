"""Fixtures of the tests of commands."""

from __future__ import annotations

import pytest

from tests.cli.door import Door


@pytest.fixture(scope="session")
def door() -> Door:
    return Door()
