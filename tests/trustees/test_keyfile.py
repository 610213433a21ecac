"""Key files: sealed, whole after any crash, never overwritten, and known as copies where they are."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from crypto.errors import EncodingError
from crypto.group import Scalars
from crypto.sealing import seal
from election import canonical
from tests.trustees.tools import CHEAP
from trustees.errors import KeyFileError
from trustees.journal import path_beside
from trustees.keyfile import DESTROYED, PURPOSE, KeyFile, is_destroyed
from trustees.secrets import Agreement, AttemptSecrets, KeyPair, Secrets

PASSPHRASE = "four words and a number"


class KilledError(Exception):
    """The process ends here."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    key = tmp_path / "anna.key"
    KeyFile.create(key, PASSPHRASE, "anna", cost=CHEAP).close()
    return key


def opened(path: Path, passphrase: str = PASSPHRASE) -> KeyFile:
    return KeyFile.open(path, passphrase)


def read(path: Path) -> Secrets:
    with opened(path) as key_file:
        return key_file.secrets


def change(path: Path, **members: Any) -> Secrets:
    with opened(path) as key_file:
        key_file.keep(replace(key_file.secrets, **members))
        return key_file.secrets


def full() -> Secrets:
    own = AttemptSecrets(bytes(32), bytes(64), KeyPair.generate(), KeyPair.generate())
    return replace(
        Secrets.generate("anna"), agreed=Agreement(bytes(32), 5, 7), attempts=(own,), context=bytes(32)
    )


def test_what_is_kept_is_there_again(path: Path) -> None:
    secrets = full()
    with opened(path) as key_file:
        key_file.keep(secrets)
    assert read(path) == secrets


def test_only_its_owner_may_read_it(path: Path) -> None:
    change(path, context=bytes(32))
    for file in (path, path_beside(path)):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_init_overwrites_nothing(path: Path) -> None:
    before = path.read_bytes()
    with pytest.raises(KeyFileError, match="nothing is overwritten"):
        KeyFile.create(path, PASSPHRASE, "anna", cost=CHEAP)
    assert path.read_bytes() == before
    path.unlink()
    with pytest.raises(KeyFileError, match="nothing is overwritten"):
        KeyFile.create(path, PASSPHRASE, "anna", cost=CHEAP)


def test_one_clear_line_for_what_does_not_open(path: Path, tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match=r"anna\.key: sealed secret: wrong passphrase, or damaged"):
        opened(path, "another")
    with pytest.raises(KeyFileError, match="No such file"):
        opened(tmp_path / "none.key")
    with pytest.raises(KeyFileError, match="Is a directory"):
        opened(tmp_path)
    (tmp_path / "text").write_text("not a key")
    with pytest.raises(KeyFileError, match="not a key file of a trustee"):
        opened(tmp_path / "text")
    with pytest.raises(KeyFileError, match="no key file is so large"):
        opened(Path("/dev/zero"))
    assert not (tmp_path / "none.key.journal").exists()


def test_damage_anywhere_is_one_error(path: Path) -> None:
    """Before the election opens, and not at its end (ATTACKS 30)."""
    data = path.read_bytes()
    for place in [*range(0, len(data), 7), len(data) - 1]:
        path.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
        with pytest.raises(KeyFileError, match=r"anna\.key: (sealed secret|not a key file)"):
            opened(path)
        path.write_bytes(data[:place])
        with pytest.raises(KeyFileError):
            opened(path)


Change = Callable[[dict[str, Any]], object]


@pytest.mark.parametrize(
    "change",
    [
        lambda value: value["identity"].update(public=foreign()),
        lambda value: value["attempts"][0]["static"].update(public=foreign()),
        lambda value: value["attempts"][0]["share"][0].update(public=foreign()),
    ],
)
def test_a_foreign_public_key_signs_nothing(path: Path, change: Change) -> None:
    """ATTACKS 33: whoever can write the file still gets no signature under another key."""
    value = full().to_json()
    change(value)
    path.write_bytes(seal(canonical.encode(value), PASSPHRASE, purpose=PURPOSE, cost=CHEAP))
    with pytest.raises(KeyFileError, match="damaged, the stored public key is not that of its secret"):
        opened(path)


def foreign() -> str:
    return canonical.b64encode(KeyPair.generate().public.to_bytes())


@pytest.mark.parametrize(
    "change",
    [
        lambda value: value.update(more=1),
        lambda value: value.pop("agreed"),
        lambda value: value.update(restored=2),
        lambda value: value.update(context=[canonical.b64encode(bytes(32))] * 2),
        lambda value: value["identity"].update(secret=canonical.b64encode(b"\xff" * 32)),
        lambda value: value["identity"].update(secret=""),
    ],
)
def test_the_content_is_strict(change: Change) -> None:
    value = full().to_json()
    change(value)
    with pytest.raises(EncodingError):
        Secrets.from_bytes(canonical.encode(value))


def test_secrets_are_not_printed(path: Path) -> None:
    secrets = full()
    shown = repr(secrets) + repr(secrets.attempts) + repr(secrets.identity) + repr(opened(path))
    for secret in (secrets.identity.secret, secrets.attempts[0].static.secret):
        assert secret.to_bytes().hex() not in shown and str(secret.to_ints()[0]) not in shown
    assert "\\x00" not in shown


def test_two_processes_do_not_use_it_at_once(path: Path) -> None:
    with opened(path), pytest.raises(KeyFileError, match="another process is using"):
        opened(path)
    read(path)


def test_an_original_is_no_copy(path: Path) -> None:
    for time in range(3):
        assert change(path, agreed=Agreement(bytes(32), time, 7)).restored == 0
    path.rename(path.with_name("moved.key"))
    path_beside(path).rename(path_beside(path.with_name("moved.key")))
    assert read(path.with_name("moved.key")).restored == 0


def older_version(path: Path) -> None:
    shutil.copy(path, path.with_name("backup"))
    change(path, context=bytes(32))
    change(path, context=bytes(31) + b"1")
    shutil.copy(path.with_name("backup"), path)


def version_before(path: Path) -> None:
    shutil.copy(path, path.with_name("backup"))
    change(path, context=bytes(32))
    shutil.copy(path.with_name("backup"), path)


def no_journal(path: Path) -> None:
    path_beside(path).unlink()


def both_copied(path: Path) -> None:
    for file in (path, path_beside(path)):
        shutil.copy2(file, file.with_name(file.name + ".copy"))
        os.replace(file.with_name(file.name + ".copy"), file)


def grown_elsewhere(path: Path) -> None:
    """A copy that a tool on another computer has gone on with."""
    other = path.with_name("other.key")
    shutil.copy(path, other)
    for context in (bytes(32), bytes(31) + b"1"):
        change(other, context=context)
    shutil.copy(other, path)


COPIES = [older_version, version_before, no_journal, both_copied, grown_elsewhere]


@pytest.mark.parametrize("copy", COPIES)
def test_a_copy_is_known_and_stays_known(path: Path, copy: Callable[[Path], None]) -> None:
    copy(path)
    assert read(path).restored == 1
    assert read(path).restored == 1
    assert change(path, agreed=Agreement(bytes(32), 1, 7)).restored == 1
    assert read(path).restored == 1


# Where a process may be killed while it keeps a new version: (what of os, before it or after it).
KILLS = [(name, after) for name in ("write", "fsync", "replace") for after in (False, True)]


@pytest.mark.parametrize(("name", "after"), KILLS)
@pytest.mark.parametrize("call", range(1, 5))
def test_killed_while_keeping(
    path: Path, monkeypatch: pytest.MonkeyPatch, name: str, after: bool, call: int
) -> None:
    """Old or new, never neither; and a crash is not taken for a copy, nor a copy for a crash."""
    backup = path.with_name("backup")
    shutil.copy(path, backup)
    old = read(path)
    new = replace(old, context=bytes(32))
    with opened(path) as key_file:
        kill(monkeypatch, name, after, call)
        try:
            key_file.keep(new)
            killed = False
        except KilledError:
            killed = True
        monkeypatch.undo()
    found = read(path)
    assert found in (old, new) and (killed or found == new)
    kept = change(path, context=bytes(31) + b"1")
    assert kept.restored == 0 and read(path) == kept
    shutil.copy(backup, path)
    assert read(path).restored == 1


def kill(monkeypatch: pytest.MonkeyPatch, name: str, after: bool, call: int) -> None:
    """Let the call-th use of an os function be the last thing that happens, or not happen any more."""
    real, calls = getattr(os, name), [0]

    def dying(*arguments: Any) -> Any:
        calls[0] += 1
        if calls[0] > call or (calls[0] == call and not after):
            raise KilledError
        result = real(*arguments)
        if calls[0] == call:
            raise KilledError
        return result

    monkeypatch.setattr(os, name, dying)


@pytest.mark.parametrize("written", range(0, 67, 11))
def test_a_torn_line_of_the_journal(path: Path, written: int) -> None:
    with path_beside(path).open("ab") as journal:
        journal.write(f"+ {'5a' * 32}\n".encode()[:written])
    assert read(path).restored == 0
    assert change(path, context=bytes(32)).restored == 0
    assert read(path).restored == 0


def test_a_link_to_it_stays_a_link(path: Path) -> None:
    link = path.with_name("link")
    link.symlink_to(path)
    kept = change(link, context=bytes(32))
    assert link.is_symlink() and read(path) == kept and kept.restored == 0


def test_destroyed_is_destroyed(path: Path) -> None:
    secrets = change(path, context=bytes(32))
    sealed = path.read_bytes()
    with opened(path) as key_file:
        key_file.destroy()
    assert is_destroyed(path) and not path_beside(path).exists()
    left = path.read_bytes()
    assert left.startswith(DESTROYED) and len(left) > len(sealed)
    assert sealed[len(DESTROYED) :] not in left and secrets.identity.secret.to_bytes() not in left
    with pytest.raises(KeyFileError, match="has been destroyed"):
        opened(path)
    with pytest.raises(KeyFileError, match="nothing is overwritten"):
        KeyFile.create(path, PASSPHRASE, "anna", cost=CHEAP)


def test_zero_is_no_secret() -> None:
    with pytest.raises(EncodingError):
        KeyPair.from_json(KeyPair.of(Scalars.from_ints([0])).to_json(), "pair")
