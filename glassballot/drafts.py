"""Manifest drafts: what the office writes by hand, and what the tool adds when it signs.

A draft is JSON with the manifest's own members but those of `FILLED_IN`. Times may be ISO 8601 texts with a zone,
and trustees may come as the .pub files that their own tools made.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, NoReturn

from crypto.errors import EncodingError
from crypto.group import G, Scalars
from crypto.note import NoteKey
from election import canonical
from election.errors import ManifestError
from election.manifest import CEREMONY, GROUP, MANIFEST_CONTEXT, PROTOCOL, Manifest
from glassballot.console import UsageError, read_file

TEHRAN = timezone(timedelta(hours=3, minutes=30))
FILLED_IN = frozenset({"group", "log", "nonce", "office_key", "protocol", "sig"})


def template(now: datetime) -> dict[str, Any]:
    """A small complete draft to start from: voting is in a month."""
    begin = (now + timedelta(days=30)).astimezone(TEHRAN).replace(hour=8, minute=0, second=0, microsecond=0)
    end = begin + timedelta(hours=12)
    choice = [{"option": name, "times": 1} for name in ("omid", "parvin", "sima")]
    return {
        "title": {"en": "Example council", "fa": "شورای نمونه"},
        "voting": {"begin": begin.isoformat(), "end": end.isoformat()},
        "complaint_seconds": 3600,
        "deadline": (end + timedelta(days=7)).isoformat(),
        "revoting": "last",
        "min_unit_ballots": 10,
        "agreement": ["ready"],
        "witnesses": {"faulty": 0, "keys": [], "quorum": 0},
        "ceremony": {"min_trustees": 3, "single_trustee": 0, "threshold": 3},
        "trustees": [],
        "contests": [
            {
                "id": "council",
                "title": {"en": "Council, up to two names", "fa": "شورا، تا دو نام"},
                "max_cell_ballots": 5000,
                "packing": 1,
                "options": [
                    {"id": "omid", "max": 1, "title": {"en": "Omid", "fa": "امید"}},
                    {"id": "parvin", "max": 1, "title": {"en": "Parvin", "fa": "پروین"}},
                    {"id": "sima", "max": 1, "title": {"en": "Sima", "fa": "سیما"}},
                ],
                "rules": [{"min": 0, "max": 2, "terms": choice}],
            }
        ],
        "styles": [{"id": "all", "contests": ["council"], "example": [1, 1, 0]}],
        "units": [
            {"id": "station-1", "parent": "", "style": "all", "title": {"en": "Station 1", "fa": "شعبهٔ ۱"}},
            {"id": "station-2", "parent": "", "style": "all", "title": {"en": "Station 2", "fa": "شعبهٔ ۲"}},
        ],
        "stations": [],
    }


def read_json(path: Path, what: str) -> Any:
    """JSON that a person wrote: any layout, but no duplicate members and no fractions. Raises UsageError."""

    def refuse(token: str) -> NoReturn:
        raise ValueError(f"{token} is not a whole number")

    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        value = dict(pairs)
        if len(value) < len(pairs):
            raise ValueError("a member occurs twice in one object")
        return value

    data = read_file(path, what, canonical.MAX_BYTES)
    try:
        return json.loads(data, parse_float=refuse, parse_constant=refuse, object_pairs_hook=members)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{what} {path}: not JSON that can be used: {error}") from None


def sign(draft: Any, office: Scalars, log: NoteKey, trustees: Sequence[Mapping[str, Any]] = ()) -> Manifest:
    """The manifest of a draft, with a nonce of its own. trustees: further members of its list, as in .pub files.

    Raises ManifestError, naming the place, for a draft of another form.
    """
    members = _filled(draft, office, log, trustees)
    due = Manifest.schema.keys() - {"sig"}
    for name in sorted(members.keys() ^ due):
        raise ManifestError(name, "unknown member" if name in members else "missing member")
    try:
        canonical.encode(members)
        decoded = {name: Manifest.schema[name].decode(value, name) for name, value in members.items()}
    except EncodingError as error:
        place, _, reason = str(error).partition(": ")
        raise ManifestError(place, reason) from None
    return Manifest.sign(MANIFEST_CONTEXT, office, **decoded)


def _filled(
    draft: Any, office: Scalars, log: NoteKey, trustees: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    if not isinstance(draft, dict):
        raise ManifestError("draft", "an object was due here")
    for name in sorted(draft.keys() & FILLED_IN):
        raise ManifestError(name, "this member is filled in by the tool")
    members = dict(draft)
    if isinstance(members.get("ceremony"), dict):
        members["ceremony"] = {"suite": CEREMONY, **members["ceremony"]}
    if isinstance(members.get("trustees"), list):
        members["trustees"] = [*members["trustees"], *trustees]
    if isinstance(members.get("voting"), dict):
        members["voting"] = {name: _time(v, f"voting.{name}") for name, v in members["voting"].items()}
    if "deadline" in members:
        members["deadline"] = _time(members["deadline"], "deadline")
    members |= {
        "group": GROUP,
        "log": {"key": str(log), "origin": log.name},
        "nonce": canonical.b64encode(os.urandom(32)),
        "office_key": canonical.b64encode((office * G).to_bytes()),
        "protocol": PROTOCOL,
    }
    return members


def _time(value: Any, place: str) -> Any:
    """UTC seconds of an ISO 8601 text with a zone; anything else is left to the manifest's own check."""
    if not isinstance(value, str):
        return value
    try:
        time = datetime.fromisoformat(value)
    except ValueError:
        raise ManifestError(place, f"{value[:40]!r} is neither UTC seconds nor an ISO 8601 time") from None
    if time.tzinfo is None:
        raise ManifestError(place, f"{value[:40]!r} names no time zone")
    return int(time.timestamp())
