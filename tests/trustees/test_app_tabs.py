"""Forgotten tabs, pages left alone, work that ends late: nothing is done for an election or a key it was not for."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from election import durable
from tests.trustees.browsing import BOARD, Forms, Town, Trustee
from tests.trustees.place import PASSPHRASE
from trustees.app.jobs import Timing
from trustees.app.opened import Opened
from trustees.errors import KeyFileError
from trustees.keyfile import KeyFile


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    found = Town(tmp_path)
    yield found
    found.close_pages()


def connected(town: Town) -> Trustee:
    """In front of the election, which is not accepted yet."""
    page = town.pages["t1"]
    page.press("connect", address=BOARD, anchor=town.context.hex())
    assert "accept" in page.buttons
    return page


def secrets(page: Trustee) -> Any:
    assert page.desk.open is not None
    return page.desk.open.key_file.secrets


@pytest.mark.parametrize("button", ["ceremony", "decrypt", "agree", "verify", "carry-on"])
def test_no_button_works_for_an_election_that_was_not_accepted(town: Town, button: str) -> None:
    """From a tab in which another one was open. A key that had acted would serve no other election any more."""
    page = connected(town)
    before = town.state.size
    answer = page.post(button, {"form_key": page.guard.form_key, "root": "ab" * 32})
    assert answer.status_code == 303
    page.look()
    assert "accept" in page.buttons
    assert town.state.size == before and secrets(page).context is None and not secrets(page).attempts


def test_a_key_is_not_destroyed_for_an_election_that_was_not_accepted(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = connected(town)
    monkeypatch.setattr(Opened, "destroy", lambda own: pytest.fail("destroyed"))
    page.post("destroy", {"form_key": page.guard.form_key, "typed": "t1"})
    page.look()
    assert "accept" in page.buttons and not page.desk.destroyed


def test_only_the_election_that_was_seen_is_accepted(town: Town) -> None:
    page = connected(town)
    seen = Forms(page.text).found["accept"]
    page.press("disconnect")
    page.press("connect", address=BOARD, anchor="ab" * 32)
    page.post("accept", seen)
    page.look()
    assert not page.desk.settings.accepted


def test_nothing_goes_on_by_itself_at_another_board(town: Town) -> None:
    page = connected(town)
    page.press("accept")
    page.press("carry-on")
    assert page.desk.by_itself
    page.post("disconnect", {"form_key": page.guard.form_key})
    page.look()
    assert not page.desk.by_itself


def test_nothing_goes_on_by_itself_with_another_key(town: Town) -> None:
    """And the key that was in use before is free for others."""
    page = connected(town)
    page.press("accept")
    page.press("carry-on")
    first = page.desk.open
    fields = {"form_key": page.guard.form_key, "name": "Anna", "id": "second"}
    page.post("create", fields | {"passphrase": PASSPHRASE, "again": PASSPHRASE})
    page.look()
    assert not page.desk.by_itself and secrets(page).trustee == "second"
    page.desk.look()
    page.look()
    assert first is not None and first.closed
    KeyFile.open(town.key("t1"), PASSPHRASE).close()


def test_stop_is_heard_between_two_steps(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    page = connected(town)
    page.press("accept")
    page.press("ceremony")
    desk = page.desk
    original = Opened.round

    def stopped(own: Opened, *given: Any, **named: Any) -> None:
        desk.by_itself = False
        original(own, *given, **named)

    for id in ("t2", "t3", "t4", "t5"):
        town.pages[id].find_election()
        town.pages[id].press("ceremony")
    with monkeypatch.context() as patch:
        patch.setattr(Opened, "round", stopped)
        before = town.state.size
        page.press("look")
        assert "ceremony" in page.buttons
        page.press("carry-on")
    assert town.state.size == before


def test_a_look_that_ends_too_late_shows_nothing(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """The picture of the board before would stand under the address of the next one."""
    page = connected(town)
    own = page.desk.open
    assert own is not None
    begun, go_on = threading.Event(), threading.Event()
    inner = own._see

    def slow(*given: Any) -> None:
        begun.set()
        assert go_on.wait(10)
        inner(*given)

    with monkeypatch.context() as patch:
        patch.setattr(own, "_see", slow)
        page.desk.look()
        assert begun.wait(10)
        page.desk.disconnect()
    page.post("connect", {"form_key": page.guard.form_key, "address": BOARD, "anchor": "ab" * 32})
    go_on.set()
    page.look()
    assert page.desk.shown.picture is None and page.desk.shown.trouble is not None


def test_it_locks_while_the_tool_is_still_at_work(tmp_path: Path) -> None:
    """A board that answers slowly enough would keep the key open for ever."""
    now = [0.0]
    page = Trustee(
        tmp_path / "anna", timing=Timing(every=1e9, soon=1e9, idle=60, tick=0.01), monotonic=lambda: now[0]
    )
    page.make_key("Anna Berg", "anna")
    done = threading.Event()

    def long() -> None:
        done.wait(10)

    page.desk._jobs._worker.put(long)
    now[0] = 61.0
    answer = page.request("GET", f"/{page.guard.room}/?again")
    done.set()
    assert "unlock" in Forms(answer.text).found
    page.close()


def test_a_key_whose_public_file_cannot_be_written_can_be_unlocked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = Trustee(tmp_path / "anna")
    original = durable.create

    def full(path: Path, data: bytes, *, private: bool = True) -> None:
        if path.suffix == ".pub":
            raise OSError(28, "No space left on device")
        original(path, data, private=private)

    page.look("new")
    with monkeypatch.context() as patch:
        patch.setattr(durable, "create", full)
        text = page.press("create", 422, name="Anna", id="anna", passphrase=PASSPHRASE, again=PASSPHRASE)
    assert "No space left on device" in text
    try:
        KeyFile.open(tmp_path / "anna" / "anna.key", PASSPHRASE).close()
    except KeyFileError as error:
        pytest.fail(str(error))
    page.close()
