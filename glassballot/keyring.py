"""Key files of the election office, of the log and of witnesses: small JSON files that only their owner may read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from crypto.errors import EncodingError
from crypto.group import G, Points, Scalars
from crypto.note import Cosigner, NoteKey, NoteSigner
from crypto.signing import SigningKey
from election import canonical
from election.texts import check_text
from glassballot.console import UsageError, read_file, write_new

MAX_ORIGIN = 255
OFFICE, LOG, WITNESS = "glassballot office key", "glassballot log key", "glassballot witness key"


def make_office(path: Path) -> Scalars:
    """A new office key, written to a new file. Raises UsageError."""
    secret = Scalars.random(1)
    _write(path, {"file": OFFICE, "public": (secret * G).to_bytes(), "secret": secret.to_bytes()})
    return secret


def load_office(path: Path) -> Scalars:
    """The office's secret x of key = x·G. Raises UsageError; a public half that is not its own is refused."""
    members = _read(path, OFFICE, ("public", "secret"))
    try:
        secret = Scalars.from_bytes(canonical.b64decode(members["secret"], "secret", length=32))
        public = Points.from_bytes(canonical.b64decode(members["public"], "public", length=32))
    except EncodingError as error:
        raise UsageError(f"key file {path}: {error}") from None
    if secret * G != public:
        raise UsageError(f"key file {path}: damaged, its public half is not that of its secret")
    return secret


def check_origin(origin: str) -> str:
    """The name of a log itself. Raises UsageError, EncodingError where it cannot be one (C2SP signed-note)."""
    check_text(origin, "the log's origin", max_length=MAX_ORIGIN)
    if "+" in origin or any(c.isspace() for c in origin):
        raise UsageError(f"the log's origin: {origin!r} has a space or a plus, and cannot name a log")
    return origin


def make_log(path: Path, origin: str) -> NoteSigner:
    """A new key for the log of this origin, written to a new file. Raises UsageError, EncodingError."""
    key = SigningKey.generate()
    signer = NoteSigner(check_origin(origin), key)
    _write(path, {"file": LOG, "origin": origin, "public": str(signer.key), "secret": key.secret_bytes()})
    return signer


def load_log(path: Path) -> NoteSigner:
    """The log's signer. Raises UsageError; a public half that is not its own is refused."""
    members = _read(path, LOG, ("origin", "public", "secret"))
    try:
        secret = canonical.b64decode(members["secret"], "secret")
        signer = NoteSigner(members["origin"], SigningKey(secret))
    except (EncodingError, ValueError) as error:
        raise UsageError(f"key file {path}: {error}") from None
    if str(signer.key) != members["public"]:
        raise UsageError(f"key file {path}: damaged, its public half is not that of its secret")
    return signer


def read_log_key(path: Path) -> NoteKey:
    """A log's verifier key: the one line of a file. Raises UsageError."""
    try:
        return NoteKey.parse(read_file(path, "log key", 4096).decode().removesuffix("\n"))
    except (EncodingError, UnicodeDecodeError) as error:
        raise UsageError(f"log key {path}: {error}") from None


def make_witness(path: Path, name: str) -> Cosigner:
    """A new key for the witness of this name, written to a new file. Raises UsageError, EncodingError."""
    witness = Cosigner(name, SigningKey.generate())
    secret = witness.secret.secret_bytes()
    _write(path, {"file": WITNESS, "name": name, "public": str(witness.key), "secret": secret})
    return witness


def load_witness(path: Path) -> Cosigner:
    """The witness's signer. Raises UsageError; a public half that is not its own is refused."""
    members = _read(path, WITNESS, ("name", "public", "secret"))
    try:
        witness = Cosigner(members["name"], SigningKey(canonical.b64decode(members["secret"], "secret")))
    except (EncodingError, ValueError) as error:
        raise UsageError(f"key file {path}: {error}") from None
    if str(witness.key) != members["public"]:
        raise UsageError(f"key file {path}: damaged, its public half is not that of its secret")
    return witness


def _write(path: Path, members: dict[str, Any]) -> None:
    encoded = {n: canonical.b64encode(v) if isinstance(v, bytes) else v for n, v in members.items()}
    write_new(path, canonical.encode(encoded) + b"\n", "key file", private=True)


def _read(path: Path, what: str, names: tuple[str, ...]) -> dict[str, str]:
    data = read_file(path, "key file", 4096)
    try:
        value = canonical.decode(data.removesuffix(b"\n"))
    except EncodingError as error:
        raise UsageError(f"key file {path}: {error}") from None
    if not isinstance(value, dict) or value.get("file") != what or value.keys() != {"file", *names}:
        raise UsageError(f"key file {path}: not a {what}")
    if not all(isinstance(member, str) for member in value.values()):
        raise UsageError(f"key file {path}: not a {what}")
    return {name: str(member) for name, member in value.items()}
