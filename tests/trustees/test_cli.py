"""glassballot trustee, through the front door: what it says, writes and refuses, and its exit codes."""

from __future__ import annotations

import json
import shutil
import stat
import sys
import time
from pathlib import Path
from typing import Any

import click
import pytest

import glassballot.stepping
import glassballot.trustee
from crypto.sealing import Cost
from election.entries import Clock
from election.manifest import Trustee
from glassballot.cli import main
from glassballot.console import REFUSED, UNUSABLE
from tests.trustees.place import PASSPHRASE, TOTALS, Place
from tests.trustees.tools import CHEAP
from tests.world import BEGIN, COMPLAINTS
from trustees.keyfile import KeyFile, is_destroyed


class QuickKeyFile(KeyFile):
    """A guess at its passphrase costs nothing, so that the tests cost little."""

    @classmethod
    def create(cls, path: Path, passphrase: str, trustee: str, *, cost: Cost = CHEAP) -> QuickKeyFile:
        return super().create(path, passphrase, trustee, cost=cost)


class Shell:
    """A shell in which a trustee sits: the clock is the place's."""

    def __init__(
        self, place: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self.place, self._monkeypatch, self._capsys = place, monkeypatch, capsys
        self.passphrase = place.folder / "passphrase"
        self.passphrase.write_text(f"{PASSPHRASE}\n")
        monkeypatch.setattr(glassballot.trustee, "KeyFile", QuickKeyFile)

    def __call__(self, *arguments: object) -> tuple[int, str, str]:
        """Exit code, stdout and stderr of `glassballot trustee …`."""
        self._monkeypatch.setattr(sys, "argv", ["glassballot", "trustee", *map(str, arguments)])
        self._capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            main()
        return int(end.value.code or 0), *self._capsys.readouterr()

    def trustee(self, command: str, id: str, *options: object) -> tuple[int, str, str]:
        """A command on the place's record with a trustee's key file."""
        key = ["--key", self.place.key(id), "--passphrase-file", self.passphrase]
        return self(command, self.place.record, *key, *options)

    @property
    def clock(self) -> list[object]:
        return ["--clock-offset", self.place.now - int(time.time())]

    def step(self, id: str, *options: object) -> tuple[int, str, str]:
        log = [] if "--out" in options else ["--log-key", self.place.log_key]
        return self.trustee("step", id, "--once", *log, *self.clock, *options)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


@pytest.fixture
def shell(place: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(place, monkeypatch, capsys)


def refused(result: tuple[int, str, str], code: int, *words: str) -> None:
    """One clear line on stderr, and the exit code."""
    assert result[0] == code and result[1] == ""
    line = result[2]
    assert line.startswith("glassballot: ") and line.count("\n") == 1 and "Traceback" not in line
    for word in words:
        assert word in line


def init(shell: Shell, name: str, *options: object) -> tuple[int, str, str]:
    return shell("init", shell.place.folder / name, "--passphrase-file", shell.passphrase, *options)


def test_init_writes_a_key_and_its_public_part(shell: Shell, tmp_path: Path) -> None:
    code, out, _ = init(shell, "anna.key", "--id", "anna", "--title", "en=Anna Berg", "--title", "fa=آنا برگ")
    assert code == 0 and "give it to the election office" in out
    assert stat.S_IMODE((tmp_path / "anna.key").stat().st_mode) == 0o600
    public = Trustee.from_json(json.loads((tmp_path / "anna.key.pub").read_bytes()), "anna")
    assert public.id == "anna" and public.title == {"en": "Anna Berg", "fa": "آنا برگ"}
    with QuickKeyFile.open(tmp_path / "anna.key", PASSPHRASE) as key_file:
        assert key_file.secrets.identity.public == public.key
    refused(init(shell, "anna.key", "--id", "anna"), UNUSABLE, "exists already")
    (tmp_path / "anna.key.pub").unlink()
    refused(init(shell, "anna.key", "--id", "anna"), UNUSABLE, "nothing is overwritten")


def test_init_without_a_title_takes_the_id(shell: Shell, tmp_path: Path) -> None:
    assert init(shell, "b.key", "--id", "babak")[0] == 0
    assert json.loads((tmp_path / "b.key.pub").read_bytes())["title"] == {"en": "babak"}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--id", "two words"], "--id"),
        (["--id", "a", "--title", "Anna"], "LANGUAGE=NAME was due here"),
        (["--id", "a", "--title", "english=Anna"], "no language tag"),
        (["--id", "a", "--title", "en=\u202eannA"], "--title"),
    ],
)
def test_init_refuses_what_no_manifest_takes(
    shell: Shell, tmp_path: Path, options: list[str], words: str
) -> None:
    refused(init(shell, "a.key", *options), UNUSABLE, words)
    assert not (tmp_path / "a.key").exists()


def test_passphrase_is_asked_for_twice(shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked: list[dict[str, Any]] = []

    def prompt(text: str, **options: Any) -> str:
        asked.append(options)
        return "typed"

    monkeypatch.setattr(click, "prompt", prompt)
    assert shell("init", tmp_path / "c.key", "--id", "c")[0] == 0
    assert asked[0]["hide_input"] and asked[0]["confirmation_prompt"]
    with QuickKeyFile.open(tmp_path / "c.key", "typed") as key_file:
        assert key_file.secrets.trustee == "c"


def test_an_election_step_by_step(shell: Shell, place: Place) -> None:
    code, out, _ = shell.step("t1")
    assert code == 0
    lines = out.splitlines()
    assert (lines[0], lines[-1]) == (
        "You register for the key ceremony.",
        "Waiting for t2 and t3 to register.",
    )
    assert place.context.hex() in lines, "the anchor is shown when the key file takes the election on"
    assert place.context.hex() not in shell.step("t1")[1]
    while place.state.keys is None:
        for id in place.ids:
            assert shell.step(id)[0] == 0
    place.vote()
    place.close()
    for id in place.ids:
        assert "You have checked the whole record, and agree to its closing." in shell.step(id)[1]
    place.now += COMPLAINTS + 5
    assert "You decrypt your part of the totals of council; nothing else." in shell.step("t1")[1]
    code, out, _ = shell.step("t3", "--json")
    assert json.loads(out) == {
        "trustee": "t3",
        "context": place.context.hex(),
        "did": [
            {
                "says": "You decrypt your part of the totals of council; nothing else.",
                "entries": ["partial-decryption"],
            }
        ],
        "waits": "Enough trustees have decrypted. The election office can publish the result.",
    }
    assert place.publish() == TOTALS
    _, out, _ = shell("status", place.record, "--json")
    done = ["registered", "committed", "dealt", "confirmed", "agreed to the closing"]
    assert json.loads(out)["trustees"] == {
        "t1": [*done, "decrypted council"],
        "t2": done,
        "t3": [*done, "decrypted council"],
    }


def test_without_the_logs_key_it_writes_what_it_owes(shell: Shell, place: Place) -> None:
    out = place.folder / "from-t1"
    code, said, _ = shell.step("t1", "--out", out)
    assert code == 0 and "You register for the key ceremony." in said
    assert place.state.attempt is not None and not place.state.attempt.keys
    first = out.read_bytes()
    refused(shell.step("t1", "--out", out), UNUSABLE, "nothing is overwritten")
    assert shell.step("t1", "--out", place.folder / "again")[0] == 0
    lines = [
        json.loads(line)
        for data in (first, (place.folder / "again").read_bytes())
        for line in data.splitlines()
    ]
    assert [line["kind"] for line in lines] == ["register", "register"]
    assert lines[0]["key"] == lines[1]["key"]
    assert first.endswith(b"\n")
    place.forge(first.removesuffix(b"\n"))
    assert "t1" in place.state.attempt.keys


def test_out_with_nothing_owed_writes_nothing(shell: Shell, place: Place) -> None:
    place.step("t1")
    code, said, _ = shell.step("t1", "--out", place.folder / "nothing")
    assert code == 0 and said.startswith("Waiting for t2 and t3") and not (place.folder / "nothing").exists()


def test_it_stays_until_the_others_have_acted(
    shell: Shell, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Instead of sleeping, the others act."""
    slept = []

    def others_act(seconds: float) -> None:
        slept.append(seconds)
        for id in ("t2", "t3"):
            place.step(id)

    monkeypatch.setattr(glassballot.stepping.time, "sleep", others_act)  # type: ignore[attr-defined]
    place.now = BEGIN - 100
    code, out, _ = shell.trustee("step", "t1", "--log-key", place.log_key, *shell.clock)
    assert code == 0 and slept and place.state.keys is not None
    assert "Voting comes next." in out and out.count("You register for") == 1


def test_status_with_a_key_says_what_is_owed_and_changes_nothing(shell: Shell, place: Place) -> None:
    before = place.key("t1").read_bytes()
    code, out, _ = shell.trustee("status", "t1")
    assert code == 0 and "done nothing yet" in out and "You owe: register." in out
    assert json.loads(shell.trustee("status", "t1", "--json")[1])["owes"] == ["register"]
    assert place.key("t1").read_bytes() == before and place.state.attempt is not None
    place.step("t1")
    assert json.loads(shell.trustee("status", "t1", "--json")[1])["waits"].startswith("Waiting for t2")


def test_a_copy_needs_the_closing_root(shell: Shell, place: Place) -> None:
    place.run()
    shutil.copy(place.key("t1"), place.folder / "backup")
    place.vote()
    place.close()
    place.step("t1")
    shutil.copy(place.folder / "backup", place.key("t1"))
    root = place.state.closing.root.hex() if place.state.closing else ""
    refused(shell.step("t1"), REFUSED, "looks like a copy", root, "--closing-root tells it")
    refused(shell.step("t1", "--closing-root", "00" * 32), REFUSED, "not the one that you were told")
    refused(shell.step("t1", "--closing-root", "abc"), UNUSABLE, "the closing root")
    assert shell.step("t1", "--closing-root", root.upper())[0] == 0
    assert shell.step("t1")[0] == 0


def test_the_owner_of_a_copy_is_asked(shell: Shell, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.run()
    place.vote()
    place.close()
    shutil.copy(place.key("t1"), place.folder / "copy")
    place.key("t1").with_name("t1.key.journal").unlink()
    root = place.state.closing.root.hex() if place.state.closing else ""
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr(click, "prompt", lambda *_, **__: "00" * 32)
    code, _, said = shell.step("t1")
    assert (
        code == REFUSED
        and "Stop: this key file looks like a copy" in said
        and "not the one that you were told" in said
    )
    monkeypatch.setattr(click, "prompt", lambda *_, **__: root)
    assert shell.step("t1")[0] == 0 and "t1" in place.state.ready


def test_recover(shell: Shell, place: Place) -> None:
    refused(shell.trustee("recover", "t1"), REFUSED, "short of stage ceremony")
    place.run_until("deal")
    shutil.copy(place.key("t1"), place.folder / "backup")
    place.run()
    shutil.copy(place.folder / "backup", place.key("t1"))
    refused(shell.step("t1"), REFUSED, "'glassballot trustee recover' brings it back")
    assert shell.trustee("recover", "t1")[1] == "Your share is back, and it is the right one.\n"
    assert shell.trustee("recover", "t1")[1] == "Your share is there, and it is right.\n"
    assert shell.step("t1")[0] == 0


def test_destroy(shell: Shell, place: Place) -> None:
    place.run()
    place.vote()
    place.close()
    place.run()
    place.now += COMPLAINTS
    place.run()
    refused(shell.trustee("destroy", "t1", "--yes"), REFUSED, "short of stage final")
    place.publish()
    code, out, _ = shell.trustee("destroy", "t1", "--yes", "--anchor", place.context.hex())
    assert code == 0 and is_destroyed(place.key("t1"))
    for rest in ("paper backups", "copies of the key file", "snapshots and backups", "solid-state disk"):
        assert rest in out
    assert "has been destroyed before" in shell.trustee("destroy", "t1", "--yes")[1]
    refused(shell.step("t1"), UNUSABLE, "this key file has been destroyed")


def test_destroy_asks_first(shell: Shell, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def confirm(text: str, **options: Any) -> bool:
        raise click.Abort

    monkeypatch.setattr(click, "confirm", confirm)
    refused(shell.trustee("destroy", "t1"), UNUSABLE, "stopped")
    assert not is_destroyed(place.key("t1"))


def test_bad_input_is_one_line(shell: Shell, place: Place) -> None:
    nowhere = place.folder / "nowhere"
    (place.folder / "wrong").write_text("wrong\n")
    log, key = ["--log-key", place.log_key], ["--key", place.key("t1")]
    right = ["--passphrase-file", shell.passphrase]
    refused(shell("step", nowhere, *key, *log, *right), UNUSABLE, "nowhere: no such folder")
    refused(shell("step", place.folder, *key, *log, *right), UNUSABLE, "checkpoint")
    refused(shell("step", place.record, "--key", nowhere, *log, *right), UNUSABLE, "nowhere: No such file")
    refused(
        shell("step", place.record, *key, *log, "--passphrase-file", place.folder / "wrong"),
        UNUSABLE,
        "wrong passphrase, or damaged",
    )
    refused(
        shell("step", place.record, *key, *log, "--passphrase-file", nowhere), UNUSABLE, "passphrase file"
    )
    refused(shell("step", place.record, *key, *right), UNUSABLE, "give either --log-key")
    refused(
        shell("step", place.record, *key, *right, *log, "--out", nowhere), UNUSABLE, "give either --log-key"
    )
    refused(shell("step", place.record, *key, *right, "--log-key", nowhere), UNUSABLE, "nowhere")
    refused(shell("step", place.record, *key, *log, *right, "--anchor", "abc"), UNUSABLE, "--anchor")
    refused(
        shell("step", place.record, *key, *log, *right, "--anchor", "00" * 32),
        REFUSED,
        "another election than the anchor names",
    )
    refused(shell("step", place.record, *log, *right), UNUSABLE, "--key")
    refused(shell("status", nowhere), UNUSABLE, "nowhere")
    refused(shell("destroy", place.record, "--key", nowhere, "--yes", *right), UNUSABLE, "nowhere")


def test_a_record_cut_short_is_refused(shell: Shell, place: Place) -> None:
    number = place.forge(Clock(5))
    refused(shell.step("t1"), REFUSED, f"V2, entry {number}", "the clock does not advance")
    for bundle in (place.record / "tile" / "entries").rglob("*"):
        if bundle.is_file():
            bundle.write_bytes(bundle.read_bytes()[:-3])
    assert shell.step("t1")[0] in (REFUSED, UNUSABLE)


@pytest.mark.parametrize("command", ["init", "step", "status", "recover", "destroy"])
def test_help_has_an_example(shell: Shell, command: str) -> None:
    code, out, _ = shell(command, "--help")
    assert code == 0 and f"glassballot trustee {command} " in out and "Example" in out
