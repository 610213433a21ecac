"""The trustees' page in every phase: who has done what, whom all wait for, and the evidence against cheats."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from crypto.dkg.envelope import SharedSecrets, encrypt
from crypto.group import G, Scalars
from crypto.polynomial import evaluate
from election import entries as e
from election import manifest as m
from tests.attacks import ceremonies
from tests.attacks.ceremonies import complaint, dealt, failed, registered, start, started
from tests.board.tools import roll
from tests.web.shown import Open, Show, english_in, show_with, text_of
from tests.web.test_pages_election import STAGES, begun, closed, decrypting, opened
from tests.world import BEGIN, World


@pytest.fixture
def show(at: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Show:
    return show_with(at, tmp_path, monkeypatch.setattr)


def committed() -> World:
    world = registered()
    deals = {trustee: world.deal(trustee) for trustee in ("t1", "t2", "t3")}
    world.put(*(world.commit(trustee, deal.msg1) for trustee, deal in deals.items()))
    return world


def certified() -> World:
    world = dealt()
    world.put(*(world.certify(trustee) for trustee in ("t1", "t2")))
    return world


def waiting_for_the_key() -> World:
    world = certified()
    world.put(world.certify("t3"))
    return world


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (begun, "The key ceremony has not begun"),
        (started, "Waiting for t1, t2, and t3 to register."),
        (registered, "Waiting for t1, t2, and t3 to commit to their part of the key."),
        (committed, "Waiting for t1, t2, and t3 to send their shares."),
        (dealt, "Waiting for t1, t2, and t3 to check the shares and confirm them."),
        (certified, "Waiting for t3 to check the shares and confirm them."),
        (waiting_for_the_key, "All have confirmed."),
        (failed, "It ended because the log shows that t3 is at fault."),
        (opened, "The key stands in entry 15 of the log."),
        (closed, "Still needed: 3 of these: t1, t2, and t3."),
        (decrypting, "Still needed: 1 of these: t2 and t3."),
    ],
)
def test_whom_everybody_waits_for(show: Show, make: Callable[[], World], words: str) -> None:
    assert words in text_of(show(make(), 9_000 if make is decrypting else 1_500), "trustees")


@pytest.mark.parametrize("name", STAGES)
def test_every_stage_is_told_in_persian(show: Show, name: str) -> None:
    make, now, *_ = STAGES[name]
    assert not english_in(text_of(show(make(), now), "trustees", "fa"))


def cards(client: FlaskClient) -> list[list[tuple[str, str]]]:
    """State and heading of every step of every trustee."""
    page = client.get("/en/trustees").text
    return [
        [(state, heading.strip()) for state, heading in re.findall(r'<li class="(\w+)"[^>]*>([^<]+)', card)]
        for card in page.split('class="card trustee"')[1:]
    ]


def test_steps_of_each(show: Show) -> None:
    first, _, third = cards(show(certified(), 1_500))
    done = [("done", "Registered"), ("done", "Committed"), ("done", "Sent shares")]
    assert first[:4] == [*done, ("done", "Confirmed")]
    assert third[:4] == [*done, ("now", "Confirmed")]
    assert [state for state, _ in first[4:]] == ["next", "next"]


def test_closing_root_and_who_agreed(show: Show) -> None:
    world = closed()
    world.put(world.ready("t2"))
    client = show(world, 3_001)
    assert [dict((h, s) for s, h in card)["Agreed to the closing"] for card in cards(client)] == [
        "now",
        "done",
        "now",
    ]
    text = text_of(client, "trustees")
    assert world.state.closing
    root = world.state.closing.root.hex()
    assert " ".join(root[i : i + 4] for i in range(0, 64, 4)) in text
    assert "Trustees who have agreed to it: 1. Needed: 3." in text


def test_whoever_is_not_needed_any_more_is_not_waited_for(show: Show) -> None:
    make, now, *_ = STAGES["final"]
    _, second, _ = cards(show(make(), now))
    assert ("done", "Agreed to the closing") in second and "Decrypted" not in [h for _, h in second]


def exchanged() -> World:
    """t3 sends to t1 what it should send to t2: a share, and the wrong one."""
    world = registered()
    honest = ceremonies.commit_all(world, t3=(bad := forged(world, other_share(world))).msg1)
    world.put(honest["t1"], honest["t2"], bad)
    world.put(complaint(world, "t1", "t3"))
    return world


def no_scalar() -> World:
    """What t3 sends to t1 is no scalar."""
    world = registered()
    honest = ceremonies.commit_all(world, t3=(bad := forged(world, b"\xff" * 32)).msg1)
    world.put(honest["t1"], honest["t2"], bad)
    world.put(complaint(world, "t1", "t3"))
    return world


def other_share(world: World) -> bytes:
    return evaluate(ceremonies.secrets_of(world, "t3").a, Scalars.from_ints([2])).to_bytes()


def forged(world: World, plaintext: bytes) -> e.Deal:
    """t3's deal with this in the envelope to t1."""
    session, drawn = ceremonies.session(world), ceremonies.secrets_of(world, "t3")
    P = ceremonies.running(world).keys["t1"]
    shared = SharedSecrets(drawn.e * P, world.static["t3"] * P)
    sealed = encrypt(session, 3, 1, drawn.e * G, shared, plaintext)
    return world.deal("t3", {1: sealed})


def false_complaint() -> World:
    world = dealt()
    world.put(complaint(world, "t1", "t3"))
    assert world.state.culprits == {"t1": "a false complaint"}
    return world


def entry(client: FlaskClient, number: str) -> dict[str, Any]:
    line: dict[str, dict[str, Any]] = json.loads(client.get(f"/entries?from={number}&limit=1").text)
    return line["entry"]


@pytest.mark.parametrize(
    ("make", "culprit", "words"),
    [
        (failed, "t3", "the envelope cannot be opened, even with the right key. t3 is at fault"),
        (no_scalar, "t3", "there is no share in the envelope. t3 is at fault"),
        (exchanged, "t3", "the share contradicts what t3 had published. t3 is at fault"),
        (false_complaint, "t1", "The complaint was false, and t1 is at fault"),
    ],
)
def test_evidence_is_told_and_linked(show: Show, make: Callable[[], World], culprit: str, words: str) -> None:
    client = show(make(), 1_500)
    text = text_of(client, "trustees")
    assert f"{culprit} was found at fault in attempt 1" in text and words in text
    assert "t1 said that the share sent by t3 was bad" in text
    found = re.search(r"the complaint is entry (\d+).*?what had been sent is entry (\d+)", text)
    assert found and [entry(client, n)["kind"] for n in found.groups()] == ["complaint", "deal"]
    assert entry(client, found[2])["trustee"] == "t3"
    assert f'href="/en/entry/{found[1]}"' in client.get("/en/trustees").text


def test_the_next_attempt_goes_on_without_the_cheat(show: Show) -> None:
    world = failed()
    world.put(start(world))
    world.put(world.register("t1"), world.register("t2"))
    ceremonies.complete(world)
    client = show(world, 1_500)
    text = text_of(client, "trustees")
    assert "t3 was found at fault in attempt 1" in text and "All 2 trustees of the ceremony" in text
    assert re.search(r"Attempt 2: the key was made .* Attempt 1: ended: somebody was at fault", text)
    assert cards(client)[2] == [] and "Found at fault; takes no further part" in text


def test_the_honest_accuser_who_cheats_later_is_named_in_the_right_attempt(show: Show) -> None:
    """Attempt 1 is t3's fault, attempt 2 t1's."""
    world = World(trustees=4, threshold=2, ceremony=m.Ceremony(2, 0, m.CEREMONY, 2))
    registered(world)
    bad = world.deal("t3", {1: bytes(48)})
    honest = ceremonies.commit_all(world, t3=bad.msg1)
    world.put(honest["t1"], honest["t2"], bad, honest["t4"])
    world.put(complaint(world, "t1", "t3"))
    world.put(start(world))
    world.put(*(world.register(trustee) for trustee in ceremonies.running(world).trustees))
    world.deals()
    world.put(complaint(world, "t1", "t2"))
    assert set(world.state.culprits) == {"t1", "t3"}
    text = text_of(show(world, 1_500), "trustees")
    assert "t3 was found at fault in attempt 1" in text and "t1 was found at fault in attempt 2" in text


def test_an_attempt_that_was_not_done_in_time(show: Show) -> None:
    world = started()
    world.put(world.register("t1"), e.Clock(BEGIN), roll(world))
    text = text_of(show(world, BEGIN), "trustees")
    assert "The last attempt has ended without a key" in text
    assert re.search(r"Missing: t2 and t3 \(“Registered”\)", text)
    assert "Attempt 1: ended: not done in time" in text


def test_too_few_are_left(show: Show) -> None:
    """Two culprits of three, where two are needed."""
    world = failed()
    world.put(start(world))
    world.put(world.register("t1"), world.register("t2"))
    world.deals()
    world.put(complaint(world, "t1", "t2"))
    assert "Too few trustees are left" in text_of(show(world, 1_500), "trustees")


def test_hostile_names_stay_text(show: Show) -> None:
    bad = "<script>alert(1)</script><b>"
    world = failed()
    names = tuple(m.Trustee(t.id, t.key, {"en": bad + t.id}) for t in world.state.election.trustees)
    again = World(like=world)
    again.members["trustees"] = names
    failed(again)
    page = show(again, 1_500).get("/en/trustees").text
    assert (
        "<script>" not in page
        and "<b>" not in page
        and "&lt;script&gt;alert(1)&lt;/script&gt;&lt;b&gt;t3" in page
    )
