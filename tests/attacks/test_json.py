"""Entries that are not the one encoding of anything, or say too much: rows 8, 47, 55, 57; all are V0."""

from __future__ import annotations

from election import canonical
from election.entries import Clock
from tests.attacks.museum import Museum, check_lines, decrypted, finished, voted
from tests.world import BEGIN, World

CLOCK = Clock(BEGIN + 1).to_bytes()

# Each says, to one parser or another, that it is one second after voting began.
AMBIGUOUS = {
    "duplicate key": b'{"kind":"clock","time":2001,"time":2002}',
    "duplicate kind": b'{"kind":"clock","kind":"cast","time":2001}',
    "NaN": b'{"kind":"clock","time":NaN}',
    "Infinity": b'{"kind":"clock","time":Infinity}',
    "-Infinity": b'{"kind":"clock","time":-Infinity}',
    "fraction": b'{"kind":"clock","time":2001.0}',
    "exponent": b'{"kind":"clock","time":2001e0}',
    "plus": b'{"kind":"clock","time":+2001}',
    "leading zero": b'{"kind":"clock","time":02001}',
    "minus zero": b'{"kind":"clock","time":-0}',
    "hexadecimal": b'{"kind":"clock","time":0x7d1}',
    "true": b'{"kind":"clock","time":true}',
    "null": b'{"kind":"clock","time":null}',
    "text": b'{"kind":"clock","time":"2001"}',
    "2^53": b'{"kind":"clock","time":9007199254740992}',
    "4300 digits": b'{"kind":"clock","time":' + b"7" * 4300 + b"}",
    "4301 digits": b'{"kind":"clock","time":' + b"7" * 4301 + b"}",
    "a million digits": b'{"kind":"clock","time":' + b"7" * 65_000 + b"}",
    "lone surrogate": b'{"kind":"\\ud800","time":2001}',
    "surrogate as bytes": b'{"kind":"\xed\xa0\x80","time":2001}',
    "escaped letter": b'{"kind":"cl\\u006fck","time":2001}',
    "escaped slash": b'{"kind":"clock\\/","time":2001}',
    "UTF-16": CLOCK.decode().encode("utf-16"),
    "UTF-16 without mark": CLOCK.decode().encode("utf-16-le"),
    "UTF-32": CLOCK.decode().encode("utf-32"),
    "byte order mark": b"\xef\xbb\xbf" + CLOCK,
    "overlong": b'{"kind":"cloc\xc1\xab","time":2001}',
    "white space before": b" " + CLOCK,
    "white space behind": CLOCK + b"\n",
    "white space inside": b'{"kind": "clock", "time": 2001}',
    "another order": b'{"time":2001,"kind":"clock"}',
    "trailing comma": b'{"kind":"clock","time":2001,}',
    "comment": b'{"kind":"clock","time":2001}//',
    "single quotes": b"{'kind':'clock','time':2001}",
    "two objects": CLOCK + CLOCK,
    "array": b"[" + CLOCK + b"]",
    "deep array": b"[" * 60_000 + b"]" * 5_000,
    "deep object": b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
    "zero byte": CLOCK + b"\0",
    "nothing": b"",
    "empty object": b"{}",
    "string": b'"clock"',
    "number": b"2001",
}


def test_row_55_ambiguous_json(museum: Museum) -> None:
    """Every one of them is named, and has no effect; the honest entry after them is accepted."""
    world = voted()
    numbers = [world.put(content) for content in AMBIGUOUS.values()]
    world.put(CLOCK)
    world.finish()
    found = museum.examined(world)
    named = {fault.entry: fault.reason for fault in found.faults}
    assert [(fault.check, fault.entry, fault.void) for fault in found.faults] == [
        (0, n, False) for n in numbers
    ]
    assert all(len(reason) < 200 and "Error" not in reason for reason in named.values())
    check_lines(found)


def test_row_55_one_ambiguous_entry(museum: Museum) -> None:
    world = voted()
    n = world.put(AMBIGUOUS["duplicate key"])
    museum.refused(world, 0, n, "an object has one key twice")
    world.log.contents[-1] = AMBIGUOUS["another order"]
    museum.refused(world, 0, n, "not canonical: first difference at byte")


def test_row_55_manifest_in_another_order(museum: Museum) -> None:
    """The context would be another one for whoever encodes it again."""
    world = World()
    world.start()
    world.log.contents[0] = b" " + world.log.contents[0]
    found = museum.examined(world)
    assert (found.faults[0].check, found.faults[0].entry) == (0, 0)


def test_row_47_whole_ballots_in_the_clear(museum: Museum) -> None:
    """No kind of entry, and no member of one, has room for what somebody voted."""
    world = voted()
    stray = {
        "plaintext": {"kind": "plaintext", "choices": [1, 0, 0], "credential": "AAAA"},
        "beside a cast": {**canonical_cast(world), "choices": [1, 0, 0]},
        "in a body": {
            **canonical_cast(world),
            "body": {**canonical_cast(world)["body"], "choices": [1, 0, 0]},
        },
        "name": {**canonical_cast(world), "name": "Maryam Mirzakhani"},
    }
    numbers = [world.put(canonical.encode(value)) for value in stray.values()]
    world.finish()
    found = museum.examined(world)
    assert [(fault.check, fault.entry) for fault in found.faults] == [(0, n) for n in numbers]
    reasons = [fault.reason for fault in found.faults]
    assert reasons[0] == "an entry names its kind, and this one names none that exists"
    assert reasons[1:] == [
        "cast: unknown member 'choices'",
        "cast.body: unknown member 'choices'",
        "cast: unknown member 'name'",
    ]


def canonical_cast(world: World) -> dict[str, dict[str, object]]:
    entry = world.cast(world.voters["south"][2], (1, 0, 0))
    return {"kind": entry.kind, **entry.to_json()}


def test_row_47_names_beside_credentials(museum: Museum) -> None:
    world = World()
    world.start()
    world.ceremony()
    world.roll()
    value = {"kind": "roll", "names": ["Maryam Mirzakhani"]}
    entry = canonical.decode(world.log.contents[-1])
    assert isinstance(entry, dict)
    n = world.put(canonical.encode({**entry, **value}))
    museum.refused(world, 0, n, "roll: unknown member 'names'")


def test_row_08_fields_that_ask_to_be_spared(museum: Museum) -> None:
    """Members such as skip and verified are unknown, wherever they stand."""
    for asked in ({"skip": ["V5", "V7"]}, {"verified": 1}, {"version": 0}):
        world = decrypted()
        members = world.announcement().to_json()
        n = world.put(canonical.encode({"kind": "result", **members, **asked}))
        museum.refused(world, 0, n, f"result: unknown member {next(iter(asked))!r}")
        world = World()
        world.start()
        manifest = canonical.decode(world.log.contents[0])
        assert isinstance(manifest, dict)
        world.log.contents = [canonical.encode({**manifest, **asked})]
        museum.refused(world, 0, 0, f"manifest: unknown member {next(iter(asked))!r}")


def test_row_08_an_election_without_ballots_does_not_print_as_checked(museum: Museum) -> None:
    world = World()
    world.open()
    world.finish()
    found = museum.examined(world)
    assert found.faults == []
    assert {line.number: line.status for line in found.checks if line.status != "passed"}.keys() >= {5, 6}


DELETED = {
    "ceremony-start": (3, "there is no attempt 1 going on"),
    "register": (3, "not every trustee has registered"),
    "commit": (3, "not every trustee has committed"),
    "deal": (3, "not every trustee has dealt"),
    "certify": (3, "not certified by t1, t2, t3"),
    "key": (2, "voting cannot open before the key ceremony is complete"),
    "roll": (4, "voting cannot open without voters"),
    "opening": (2, "a cast has no place in phase setup"),
    "clock": (2, "a ballot before voting begins"),
    "closing": (2, "a ready has no place in phase voting"),
    "ready": (8, "decrypted when 0 of 3 trustees had agreed on the closing"),
    "partial-decryption": (8, "council: 2 partial decryptions are missing"),
    "result": (2, "the record has come to phase closed, short of stage final"),
}


def test_row_08_whole_sections_deleted(museum: Museum) -> None:
    """Missing is refused, at the first entry that needed it; nothing after that prints as passed."""
    for kind, (check, reason) in DELETED.items():
        world = finished()
        mark = f'"kind":"{kind}"'.encode()
        world.log.contents = [content for content in world.log.contents if mark not in content]
        found = museum.examined(world)
        assert found.fatal, kind
        assert (found.fatal[0].check, found.fatal[0].reason) == (check, reason), kind
        check_lines(found)


def test_row_08_ballots_deleted(museum: Museum) -> None:
    """With the closing root gone, no trustee has agreed to this record."""
    world = finished()
    world.log.contents = [content for content in world.log.contents if b'"kind":"cast"' not in content]
    found = museum.examined(world)
    assert (found.fatal[0].check, found.fatal[0].reason) == (8, "over another closing than entry 21")
