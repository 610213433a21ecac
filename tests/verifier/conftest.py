"""Fixtures of the verifier's tests."""

from __future__ import annotations

from tests.cli.conftest import door as door
