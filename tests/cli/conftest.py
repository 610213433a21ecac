"""Fixtures of the tests of commands."""

from __future__ import annotations

import pytest

from tests.cli.door import Door


@pytest.fixture
def door(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Door:
    return Door(monkeypatch, capsys)
