"""Manifest drafts that make no sense, or are none: every node of the template replaced, rules that contradict."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from crypto.group import G, Scalars
from election.manifest import Trustee
from glassballot import drafts
from tests.cli.door import Door

Place = tuple[str | int, ...]

VALUES: list[Any] = [
    *(None, True, "", "text", "\x1b[31m", "a" * 5000, "2027-02-30T08:00:00+03:30", "2027-01-10T08:00"),
    *(0, 5, -1, 2**53, 10**30, [], {}, [[]], [None], {"a": 1}),
]


def complete() -> Any:
    """The template with trustees and a rule below 0."""
    draft = drafts.template(datetime.now(UTC))
    names = ("anna", "babak", "chen")
    draft["trustees"] = [Trustee(id, Scalars.random(1) * G, {"en": id}).to_json() for id in names]
    draft["contests"][0]["rules"].append({"min": -3, "max": 0, "terms": [{"option": "omid", "times": -2}]})
    return draft


DRAFT = complete()


def nodes(value: Any, place: Place = ()) -> Iterator[Place]:
    yield place
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, item in below:
        yield from nodes(item, (*place, name))


def replaced(value: Any, place: Place, new: Any) -> Any:
    if not place:
        return new
    value = copy.copy(value)
    value[place[0]] = replaced(value[place[0]], place[1:], new)
    return value


@pytest.fixture
def check(door: Door, tmp_path: Path) -> Callable[[bytes], str]:
    """`election check` of a draft: the line on stderr, "" where it is fine."""

    def run(draft: bytes) -> str:
        (tmp_path / "draft.json").write_bytes(draft)
        done = door("election", "check", tmp_path / "draft.json")
        if done.code == 0:
            assert done.err == ""
            return ""
        assert (done.code, done.out) == (2, ""), done
        (line,) = done.err.splitlines()
        assert line.startswith("glassballot: ") and line.isprintable() and len(line) < 500, line
        return line.removeprefix("glassballot: ")

    return run


def test_draft_itself_is_fine(check: Callable[[bytes], str]) -> None:
    assert check(json.dumps(DRAFT).encode()) == ""


@pytest.mark.parametrize("value", VALUES, ids=lambda value: repr(value)[:20])
def test_every_node_replaced(check: Callable[[bytes], str], value: Any) -> None:
    """A refusal names where it is: the top member, or the contest, style or unit."""
    for place in nodes(DRAFT):
        line = check(json.dumps(replaced(DRAFT, place, value)).encode())
        if line and place:
            assert line.startswith((str(place[0]), "contests.", "styles.", "units.", "draft ")), (place, line)


def test_members_removed_and_added(check: Callable[[bytes], str]) -> None:
    for place in nodes(DRAFT):
        draft = copy.deepcopy(DRAFT)
        node = draft
        for name in place:
            node = node[name]
        if isinstance(node, dict):
            for member in list(node):
                without = {name: value for name, value in node.items() if name != member}
                line = check(json.dumps(replaced(DRAFT, place, without)).encode())
                assert "missing member" in line or place[-1:] == ("title",), (place, member, line)
            line = check(json.dumps(replaced(DRAFT, place, {**node, "more": 1})).encode())
            assert "unknown member" in line or place[-1:] == ("title",), (place, line)


RULES: Place = ("contests", 0, "rules")


def terms(**times: int) -> list[dict[str, Any]]:
    return [{"option": option, "times": n} for option, n in times.items()]


@pytest.mark.parametrize(
    ("place", "value", "reason"),
    [
        (RULES, [{"min": 3, "max": 2, "terms": terms(omid=1)}], "at least 3 and at most 2 is impossible"),
        (RULES, [{"min": 0, "max": 2, "terms": terms(omid=1) * 2}], "option omid occurs twice"),
        (RULES, [{"min": 0, "max": 2, "terms": terms(nobody=1)}], "there is no option nobody"),
        (RULES, [{"min": 0, "max": 2, "terms": terms(omid=0)}], "option omid times 0"),
        (RULES, [{"min": 0, "max": 2, "terms": []}], "a rule about nothing"),
        (RULES, [{"min": 0, "max": 2, "terms": terms(omid=2**53 - 1)}], "its sums could exceed 2^53"),
        (RULES, [{"min": 3, "max": 3, "terms": terms(omid=1, sima=1)}], "styles.all.example: "),
        (("contests", 0, "packing"), 4, "more options a slot than there are"),
        (("contests", 0, "options", 1, "id"), "omid", "option omid occurs twice"),
        (("contests", 0, "options", 1, "max"), 0, "an option whose largest value is 0"),
        (
            ("contests", 0, "options", 1, "max"),
            2**53 - 1,
            "contests.council.packing: a cell's total could reach",
        ),
        (("styles", 0, "example"), [1, 1], "styles.all.example: "),
        (("styles", 0, "example"), [1, 1, 1], "styles.all.example: "),
        (("styles", 0, "contests"), ["mayor"], "styles.all: there is no contest mayor"),
        (("styles", 0, "contests"), [], "styles.all: a ballot without contests"),
        (("units", 0, "style"), "none", "units.station-1: there is no style 'none'"),
        (("units", 1, "id"), "station-1", "units: unit station-1 occurs twice"),
        (("units", 0, "parent"), "station-2", "its parent station-2 must stand before it"),
        (("units",), [], "units: an election without units"),
        (("contests",), [], "contests: an election without contests"),
        (("ceremony", "threshold"), 4, "ceremony.threshold: 4 of 3 is no threshold"),
        (("ceremony", "threshold"), 1, "ceremony.threshold: 1 needs single_trustee set"),
        (("ceremony", "min_trustees"), 2, "ceremony.min_trustees: it must be from the threshold 3 to 3"),
        (("trustees", 1, "key"), DRAFT["trustees"][0]["key"], "occurs twice"),
        (("trustees", 1, "id"), "anna", "trustees: trustee anna occurs twice"),
        (("trustees",), [], "names no trustees"),
        (("voting", "begin"), DRAFT["voting"]["end"], "voting: it ends before it begins"),
        (("voting", "end"), "10:00", "voting.end: '10:00' is neither UTC seconds nor an ISO 8601 time"),
        (("voting", "begin"), "0001-01-01T00:00:00+14:00", "voting.begin: an integer from 0"),
        (("voting", "end"), "2027-01-10T20:00", "voting.end: '2027-01-10T20:00' names no time zone"),
        (("deadline",), DRAFT["voting"]["end"], "deadline: it is before voting and complaints end"),
        (("agreement",), ["ready", "witnesses"], "agreement: exactly one rule must be named"),
        (("agreement",), ["witnesses"], "agreement: witnesses cannot agree where there are none"),
        (("witnesses", "quorum"), 1, "witnesses: a quorum of no witnesses"),
        (("title",), {}, "title: a title in at least one language is missing"),
        (("title",), {"en": "\u202eneddih"}, "title: en: U+202E at character 0 is refused in texts"),
    ],
    # Some of the values are drawn at random: the reason names the case.
    ids=lambda value: value if isinstance(value, str) and ": " in value else "",
)
def test_contradictions(check: Callable[[bytes], str], place: Place, value: Any, reason: str) -> None:
    assert reason in check(json.dumps(replaced(DRAFT, place, value)).encode())


@pytest.mark.parametrize("name", sorted(drafts.FILLED_IN))
def test_what_the_tool_fills_in(check: Callable[[bytes], str], name: str) -> None:
    line = check(json.dumps({**DRAFT, name: "mine"}).encode())
    assert line == f"{name}: this member is filled in by the tool"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b'{"a": 1} {}', "not JSON"),
        (b"\xff\xfe{}", "not JSON"),
        (b'{"title": "\xff"}', "not JSON"),
        (b'{"title": 1, "title": 2}', "a member occurs twice in one object"),
        (b'{"deadline": 1.5}', "1.5 is not a whole number"),
        (b'{"deadline": NaN}', "NaN is not a whole number"),
        (b'{"deadline": 1e3}', "1e3 is not a whole number"),
        (b'{"deadline": ' + b"9" * 10_000 + b"}", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b'{"a":' * 100_000, "not JSON"),
        (b"null", "draft: an object was due here"),
        (b"[1, 2]", "draft: an object was due here"),
        (b'{"title": "\\ud800"}', ""),
        (b" " * (5 * 1024 * 1024), "longer than"),
    ],
)
def test_not_even_json(check: Callable[[bytes], str], text: bytes, reason: str) -> None:
    assert reason in check(text)
