"""Errors that name their place."""

from __future__ import annotations

import pickle

import pytest

from crypto.errors import GlassballotError
from election.errors import ManifestError, RecordError


@pytest.mark.parametrize("kind", [ManifestError, RecordError])
def test_place_and_reason(kind: type[ManifestError | RecordError]) -> None:
    error = kind("contests[2].title", "an empty text")
    assert isinstance(error, GlassballotError)
    assert str(error) == "contests[2].title: an empty text"
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), again.place, again.reason) == (kind, error.place, error.reason)
