"""Credential files: strict, private, optionally sealed; a foreign public half is refused (ATTACKS 33)."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from booth.credential import Credential, make_credentials
from booth.errors import CredentialError
from crypto.errors import SealError
from crypto.group import G, Scalars
from crypto.sealing import Cost
from election import canonical
from election.tracker import pseudonym

CONTEXT = bytes(range(32))
CHEAP = Cost(1, 8)


@pytest.fixture
def credential() -> Credential:
    return make_credentials(CONTEXT, "north", 1)[0]


def altered(own: Credential, **members: object) -> bytes:
    value = canonical.decode(own.to_bytes()[:-1])
    assert isinstance(value, dict)
    return canonical.encode({**value, **members})


def test_round_trip(credential: Credential, tmp_path: Path) -> None:
    path = tmp_path / "credential"
    credential.save(path)
    again = Credential.load(path)
    assert again.c == credential.c
    assert (again.context, again.unit, again.pseudonym) == (CONTEXT, "north", credential.pseudonym)
    assert credential.pseudonym == pseudonym((credential.c * G).to_bytes())


def test_file_is_private_and_never_overwritten(credential: Credential, tmp_path: Path) -> None:
    path = tmp_path / "credential"
    credential.save(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(FileExistsError):
        credential.save(path)


def test_many_are_all_different() -> None:
    made = make_credentials(CONTEXT, "north", 20)
    assert len({credential.C.to_bytes() for credential in made}) == 20


def test_secret_is_never_printed(credential: Credential) -> None:
    secret = credential.c.to_bytes()
    shown = f"{credential!r} {credential}"
    assert secret.hex() not in shown and canonical.b64encode(secret) not in shown


def test_sealed(credential: Credential) -> None:
    data = credential.to_bytes("correct horse", cost=CHEAP)
    assert credential.c.to_bytes() not in data
    assert canonical.b64encode(credential.c.to_bytes()).encode() not in data
    assert Credential.parse(data, lambda: "correct horse").c == credential.c
    with pytest.raises(SealError):
        Credential.parse(data, lambda: "wrong horse")
    with pytest.raises(CredentialError, match="passphrase"):
        Credential.parse(data)


def test_sealed_secret_is_bound_to_its_file(credential: Credential) -> None:
    value = canonical.decode(credential.to_bytes("horse", cost=CHEAP)[:-1])
    assert isinstance(value, dict)
    moved = canonical.encode({**value, "unit": "south"})
    with pytest.raises(SealError):
        Credential.parse(moved, lambda: "horse")


def test_passphrase_is_not_asked_for_an_open_file(credential: Credential) -> None:
    def ask() -> str:
        raise AssertionError

    assert Credential.parse(credential.to_bytes(), ask).c == credential.c


def test_foreign_public_half_is_refused(credential: Credential) -> None:
    other = make_credentials(CONTEXT, "north", 1)[0]
    data = altered(credential, credential=canonical.b64encode(other.C.to_bytes()))
    with pytest.raises(CredentialError, match="does not belong"):
        Credential.parse(data)


@pytest.mark.parametrize(
    "members",
    [
        {"pseudonym": "0000-0000-0000-0000"},
        {"pseudonym": 1},
        {"secret": canonical.b64encode(bytes(32))},
        {"secret": canonical.b64encode(b"\xff" * 32)},
        {"secret": canonical.b64encode(bytes(31))},
        {"secret": ""},
        {"sealed": 1},
        {"sealed": 2},
        {"context": "00"},
        {"unit": "no unit"},
        {"format": "glassballot/credential/v2"},
        {"more": 1},
    ],
)
def test_damaged_file(credential: Credential, members: dict[str, object]) -> None:
    with pytest.raises((CredentialError, SealError)):
        Credential.parse(altered(credential, **members), lambda: "horse")


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b"\xff", b"null", b"{" * 4096])
def test_no_credential_at_all(data: bytes) -> None:
    with pytest.raises(CredentialError):
        Credential.parse(data)


def test_identity_is_no_credential() -> None:
    zero = Credential(CONTEXT, "north", Scalars.from_ints([0]))
    with pytest.raises(CredentialError):
        Credential.parse(zero.to_bytes())
