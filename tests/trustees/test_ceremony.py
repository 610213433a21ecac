"""The key ceremony, each trustee alone with the log and its own secrets (SPEC 8.2)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crypto.group import G, Scalars
from crypto.polynomial import lagrange_at_zero
from election import entries as e
from tests.trustees.tools import Trustees, five, post, start_attempt
from tests.world import BEGIN, World
from trustees.errors import DutyError
from trustees.secrets import AttemptSecrets, KeyPair, Secrets
from trustees.share import check_share, recover

STEPS = ["register", "commit", "deal", "certify"]


def own(trustees: Trustees, id: str) -> AttemptSecrets:
    attempt = trustees.world.state.attempt
    assert attempt is not None
    found = trustees.kept[id].attempt(attempt.session_id)
    assert found is not None
    return found


def test_five_make_a_key_that_three_hold_together() -> None:
    trustees = five()
    last = trustees.run()
    state = trustees.world.state
    assert state.keys is not None and state.trustees == ("t1", "t2", "t3", "t4", "t5")
    assert {owed.says for owed in last.values()} == {
        "The election key is complete, and you have your share of it. Voting comes next."
    }
    shares = [check_share(state, trustees.kept[id]).secret for id in ("t5", "t1", "t3")]
    weights = lagrange_at_zero([5, 1, 3])
    assert Scalars.concat(shares).dot(weights) * G == state.keys.K


def test_each_step_waits_for_all() -> None:
    trustees = five()
    for id in ("t1", "t2", "t4"):
        trustees.act(id)
    waiting = trustees.look("t1")
    assert waiting.says == "Waiting for t3 and t5 to register." and waiting.soon and not waiting.entries
    trustees.act("t3")
    assert trustees.look("t4").says == "Waiting for t5 to register."
    trustees.act("t5")
    assert [entry.kind for entry in trustees.look("t4").entries] == ["commit"]


@pytest.mark.parametrize("kind", STEPS)
def test_killed_before_posting_posts_the_same_later(kind: str) -> None:
    trustees = five()
    trustees.run_until(kind)
    for id in trustees.kept:
        before = trustees.look(id)
        trustees.keep(id, before)
        after = trustees.act(id)
        assert after.secrets == before.secrets
        assert content(before.entries[0]) == content(after.entries[0])
        assert before.entries[0].to_bytes() != after.entries[0].to_bytes(), "nonces are fresh every time"
    trustees.run()
    assert trustees.world.state.keys is not None


def content(entry: object) -> dict[str, object]:
    """The members that no fresh nonce goes into."""
    assert isinstance(entry, e.Register | e.Commit | e.Deal | e.Certify)
    return {k: v for k, v in entry.to_json().items() if k not in ("proof", "sig", "signature")}


def test_killed_before_keeping_has_posted_nothing() -> None:
    trustees = five()
    lost, again = trustees.look("t1"), trustees.look("t1")
    assert isinstance(lost.entries[0], e.Register) and isinstance(again.entries[0], e.Register)
    assert lost.entries[0].key != again.entries[0].key
    trustees.run()
    assert trustees.world.state.keys is not None


def test_killed_after_posting_owes_it_no_more() -> None:
    trustees = five()
    while trustees.world.state.keys is None:
        for id in trustees.kept:
            before = trustees.act(id)
            after = trustees.look(id)
            if before.entries and after.entries:
                assert before.entries[0].kind != after.entries[0].kind


def test_the_key_is_posted_once() -> None:
    trustees = five()
    trustees.run_until("key")
    assert [trustees.look(id).entries[0].kind for id in trustees.kept] == ["key"] * 5
    trustees.act("t4")
    assert not any(trustees.look(id).entries for id in trustees.kept)


def test_static_keys_and_seeds_are_new_in_every_attempt() -> None:
    trustees = five(deadline=BEGIN - 500)
    trustees.run_until("deal")
    first = {id: own(trustees, id) for id in trustees.kept}
    post(trustees.world, e.Clock(BEGIN - 500))
    assert "Attempt 1 at the key ceremony has failed: its deadline has passed." in trustees.look("t1").says
    start_attempt(trustees.world, 2)
    trustees.run_until("deal")
    for id, secrets in first.items():
        assert own(trustees, id).static.public != secrets.static.public
        assert own(trustees, id).seed != secrets.seed
    trustees.run()
    assert trustees.world.state.keys is not None


def test_waits_before_the_manifest_and_before_the_start() -> None:
    world = World()
    trustees = Trustees(world)
    assert trustees.look("t1").says == "Waiting for the manifest of the election."
    world.start()
    assert trustees.look("t1").says == "Waiting for the election office to start the key ceremony."


def test_refuses_a_manifest_without_its_key() -> None:
    trustees = five()
    stranger = Secrets.generate("t9")
    trustees.kept["t9"] = stranger
    with pytest.raises(DutyError, match="names no trustee t9"):
        trustees.look("t9")
    trustees.kept["t1"] = Secrets.generate("t1")
    with pytest.raises(DutyError, match="another key than this key file has"):
        trustees.look("t1")


def test_refuses_a_second_election() -> None:
    first = five()
    first.act("t1")
    second = World(trustees=5, threshold=3, like=first.world)
    second.start()
    others = Trustees(second)
    others.kept["t1"] = first.kept["t1"]
    with pytest.raises(DutyError, match="serves another election"):
        others.look("t1")


@pytest.mark.parametrize(
    ("kind", "what"), [("register", "a registration"), ("commit", "a commitment"), ("deal", "a commitment")]
)
def test_refuses_what_somebody_else_posts_in_its_name(kind: str, what: str) -> None:
    """The thief of a key file has drawn another seed, or another key, and is quicker than the owner."""
    trustees = five()
    thief = Trustees(trustees.world)
    if kind != "register":
        trustees.run_until("commit")
        thief.kept["t2"] = trustees.kept["t2"].with_attempt(replace(own(trustees, "t2"), seed=bytes(32)))
    thief.act("t2")
    if kind == "deal":
        trustees.run("t1", "t3", "t4", "t5")
        thief.act("t2")
    with pytest.raises(DutyError, match=f"attempt 1 has {what} in your name"):
        trustees.look("t2")


def test_share_comes_back_from_log_and_static_key() -> None:
    trustees = five()
    trustees.run_until("certify")
    copies = dict(trustees.kept)
    trustees.run()
    state = trustees.world.state
    for id, copy in copies.items():
        with pytest.raises(DutyError, match="lacks your share"):
            check_share(state, copy)
        assert check_share(state, recover(state, copy)) == check_share(state, trustees.kept[id])
        assert recover(state, trustees.kept[id]) is trustees.kept[id]


def test_a_wrong_share_is_noticed_and_put_right() -> None:
    trustees = five()
    trustees.run()
    state, right = trustees.world.state, own(trustees, "t3")
    wrong = AttemptSecrets(right.seed, right.session, KeyPair.generate(), right.static)
    trustees.kept["t3"] = trustees.kept["t3"].with_attempt(wrong)
    with pytest.raises(DutyError, match="not that of the election key"):
        trustees.look("t3")
    assert recover(state, trustees.kept["t3"]).attempt(right.session) == right


def test_nothing_brings_back_a_share_without_the_static_key() -> None:
    trustees = five()
    older = trustees.kept["t1"]
    trustees.run_until("certify")
    with pytest.raises(DutyError, match="is not complete"):
        recover(trustees.world.state, trustees.kept["t1"])
    trustees.run()
    with pytest.raises(DutyError, match="from before the key ceremony"):
        recover(trustees.world.state, older)
