"""Errors that name their place."""

from __future__ import annotations

import pickle

import pytest

from crypto.errors import GlassballotError
from election.errors import ManifestError, RecordError
from election.faults import Refusal


@pytest.mark.parametrize("kind", [ManifestError, RecordError])
def test_place_and_reason(kind: type[ManifestError | RecordError]) -> None:
    error = kind("contests[2].title", "an empty text")
    assert isinstance(error, GlassballotError)
    assert str(error) == "contests[2].title: an empty text"
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), again.place, again.reason) == (kind, error.place, error.reason)


def test_a_refusal_survives_the_way_between_processes() -> None:
    refusal = Refusal(5, "the proof is false", 7, void=True)
    assert pickle.loads(pickle.dumps(refusal)).fault == refusal.fault
