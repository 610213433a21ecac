"""The file of `verify --json`: read back as it was written, and nothing else is taken for one."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from crypto.errors import EncodingError
from election.record import FolderSource
from election.reports import MAX_FILE, ReportFile
from tests.cli.door import Door
from tests.world import World
from verifier import verify


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Final, with a ballot whose proof is another's."""
    world = World()
    world.open()
    world.vote({"north": [(1, 0, 0)], "south": [(0, 1, 0)]})
    one, other = (world.cast(world.voters["north"][n], (1, 0, 0)) for n in (1, 2))
    world.put(replace(one, proof=other.proof))
    world.finish()
    return world.write(tmp_path_factory.mktemp("world") / "record")


def written(door: Door, record: Path, *arguments: str) -> bytes:
    return door("verify", record, "--json", *arguments).out.encode()


@pytest.fixture
def good(door: Door, record: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(written(door, record))
    return found


@pytest.mark.parametrize("arguments", [(), ("--stage", "closed"), ("--size", "3", "--stage", "ceremony")])
def test_round_trip(door: Door, record: Path, arguments: tuple[str, ...]) -> None:
    data = written(door, record, *arguments)
    found = ReportFile.parse(data)
    assert found.to_json() == json.loads(data)
    assert found.context == verify(FolderSource(record)).context


def test_of_a_refused_record(record: Path) -> None:
    report = verify(FolderSource(record), anchor=bytes(32))
    found = ReportFile.parse(json.dumps(report.to_json()).encode())
    assert (found.exit, found.verified, found.checks[1].status) == (1, False, "refused")
    assert found.checks[1].faults[0].reason == report.faults[0].reason


def test_void_entries_are_told(good: dict[str, Any]) -> None:
    (void,) = ReportFile.parse(json.dumps(good).encode()).void
    assert (void.check, void.entry) == ("V5", good["void"][0]["entry"])


def first_check(**members: Any) -> Callable[[dict[str, Any]], None]:
    return lambda report: report["checks"][0].update(members)


BENT: dict[str, Callable[[dict[str, Any]], Any]] = {
    "unknown member": lambda r: r.update(more=1),
    "missing member": lambda r: r.pop("size"),
    "another verdict": lambda r: r.update(exit=1),
    "verified without an anchor": lambda r: r.update(verified=True),
    "anchored to nothing": lambda r: r.update(anchored=True, exit=0, verified=True, context=None),
    "a check twice": lambda r: r["checks"].append(r["checks"][0]),
    "no check": lambda r: r.update(checks=[]),
    "another title": first_check(title="all is well"),
    "refused without a fault": first_check(status="refused"),
    "passed with a fault": first_check(faults=[{"entry": None, "reason": "why"}]),
    "unknown status": first_check(status="wonderful"),
    "number as text": lambda r: r.update(size="7"),
    "number as truth": lambda r: r.update(size=True),
    "truth as number": lambda r: r.update(verified=0),
    "negative size": lambda r: r.update(size=-1),
    "short hash": lambda r: r.update(root="ab"),
    "capital hash": lambda r: r.update(root="AB" * 32),
    "unknown stage": lambda r: r.update(stage="<script>"),
    "lone surrogate": lambda r: r["warnings"].append({"check": "V1", "reason": "\ud800"}),
    "check V11": lambda r: r["void"].append({"check": "V11", "entry": 1, "reason": "why"}),
}


@pytest.mark.parametrize("bend", BENT.values(), ids=BENT.keys())
def test_no_report(good: dict[str, Any], bend: Callable[[dict[str, Any]], Any]) -> None:
    bend(good)
    with pytest.raises(EncodingError):
        ReportFile.parse(json.dumps(good).encode())


NO_JSON = {
    "empty": b"",
    "deep": b"[" * 100_000,
    "deep and closed": b'{"checks":' + b"[" * 5_000 + b"]" * 5_000 + b"}",
    "not a number": b'{"size":NaN}',
    "fraction": b'{"size":1.5}',
    "huge number": b'{"size":' + b"9" * 10_000 + b"}",
    "twice": b'{"size":1,"size":1}',
    "long": b'"' + b"x" * MAX_FILE + b'"',
    "no UTF-8": b'"\xff"',
    "byte order mark": b"\xef\xbb\xbf{}",
    "a list": b"[]",
    "null": b"null",
}


@pytest.mark.parametrize("data", NO_JSON.values(), ids=NO_JSON.keys())
def test_no_json(data: bytes) -> None:
    with pytest.raises(EncodingError):
        ReportFile.parse(data)
