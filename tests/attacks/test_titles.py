"""Titles that hide something, or look like another: row 78, V1, and the warnings about it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from election.entries import parse
from election.manifest import Manifest
from election.manifest_check import look_alikes
from election.record import FolderSource
from tests.attacks.manifests import contest, manifest, refused
from tests.attacks.museum import Museum, finished
from tests.world import World, approval, option
from verifier.run import verify

# SPEC 1.6, written out once more: first and last of every range.
REFUSED = [
    *((0x0000, 0x001F), (0x007F, 0x009F), (0x061C, 0x061C), (0x200B, 0x200B), (0x200E, 0x200F)),
    *((0x2028, 0x2029), (0x202A, 0x202E), (0x2060, 0x206F), (0xFEFF, 0xFEFF), (0xFFF9, 0xFFFB)),
    *((0xE0000, 0xE007F), (0xFDD0, 0xFDEF)),
    *((plane + 0xFFFE, plane + 0xFFFF) for plane in range(0, 0x110000, 0x10000)),
]
CHARACTERS = [code for first, last in REFUSED for code in range(first, last + 1)]


def titled(text: str) -> dict[str, Any]:
    return {"contests": contest(options=(replace(option("a"), title={"en": text}), option("b"), option("c")))}


@pytest.mark.parametrize("code", sorted({end for ends in REFUSED for end in ends}), ids=hex)
def test_row_78_hidden_marks_in_a_title(museum: Museum, code: int) -> None:
    """At both ends of every range: a whole record each."""
    place = f"contests.council.a: en: U+{code:04X} at character 4 is refused in texts"
    refused(museum, place, **titled(f"Yes {chr(code)}No"))


def test_row_78_every_character_of_the_list() -> None:
    """One manifest each, as the ledger judges it."""
    world = World()
    for code in CHARACTERS:
        content = manifest(world, **titled(f"a{chr(code)}")).to_bytes()
        assert isinstance(parse(content), Manifest)
        refusal = world.refusal(content)
        assert refusal.fault.check == 1
        assert f"U+{code:04X} at character 1" in refusal.fault.reason


@pytest.mark.parametrize("where", ["election", "contest", "option", "unit", "trustee"])
def test_row_78_in_every_title_of_a_manifest(museum: Museum, where: str) -> None:
    world = World()
    bad = {"en": "Council", "fa": "\u202eسورش"}
    own, units = world.members["trustees"], world.members["units"]
    members: dict[str, Any] = {
        "election": {"title": bad},
        "contest": {"contests": contest(title=bad)},
        "option": {"contests": contest(options=(option("a"), option("b"), replace(option("c"), title=bad)))},
        "unit": {"units": (replace(units[0], title=bad), units[1])},
        "trustee": {"trustees": (replace(own[0], title=bad), *own[1:])},
    }
    place = {"election": "title", "contest": "contests.council", "option": "contests.council.c"}
    place |= {"unit": "units.north", "trustee": "trustees.t1"}
    refused(museum, f"{place[where]}: fa: U+202E at character 0", world, **members[where])


@pytest.mark.parametrize(
    "text", ["", " ", "\u2003", "x" * 1001], ids=["empty", "space", "em space", "too long"]
)
def test_row_78_titles_that_nobody_can_read(museum: Museum, text: str) -> None:
    refused(museum, "contests.council.a: en: ", **titled(text))


def test_row_78_joiners_of_persian_stay(museum: Museum) -> None:
    """U+200C and U+200D have their place in its spelling."""
    world = finished(World(contests=(replace(approval(), title={"fa": "می\u200cخواهم \u200dه"}),)))
    assert museum.examined(world).faults == []


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("کریمی", "كريمي"),
        ("Ali", "ALI"),
        ("Ａｌｉ", "Ali"),
        ("می\u200cخواهم", "میخواهم"),
        ("List 1", "List ۱"),
        ("Maria  Berg", "Maria Berg"),
    ],
    ids=["Arabic letters", "case", "full width", "joiner", "digits", "spaces"],
)
def test_row_78_look_alikes_are_warned_about(museum: Museum, first: str, second: str) -> None:
    """The record passes: nobody can decide for the office who has which name."""
    options = (
        replace(option("a"), title={"fa": first}),
        replace(option("b"), title={"fa": second}),
        option("c"),
    )
    world = finished(World(contests=contest(options=options)))
    found = museum.examined(world)
    assert found.faults == []
    assert look_alikes(world.state.election) == ["contests.council: a and b read alike (fa)"]
    report = verify(FolderSource(world.write(museum.new_folder())), anchor=world.context)
    warnings = [(concern.check, concern.reason) for concern in report.warnings]
    assert (1, "contests.council: a and b read alike (fa)") in warnings
