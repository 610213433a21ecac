"""Fixtures of the museum."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.attacks.museum import Museum


@pytest.fixture
def museum(tmp_path: Path) -> Museum:
    folder = tmp_path / "records"
    folder.mkdir()
    return Museum(folder)


@pytest.fixture(scope="session")
def bad_encodings(shared: Path) -> list[bytes]:
    """The 29 strings of RFC 9496, appendix A.3, that no decoder may take for a point."""
    vectors = json.loads((shared / "vectors/ristretto255/rfc9496.json").read_text())
    found = [bytes.fromhex(entry["hex"]) for entry in vectors["bad_encodings"]]
    assert len(found) == 29
    return found
