"""Key files in the folder of the page: which there are, new ones, and ones that come back from paper."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

from crypto.errors import EncodingError
from crypto.sealing import Cost, is_sealed
from election import canonical, durable
from election.manifest import Title, Trustee
from election.texts import check_identifier, check_text
from trustees import paper
from trustees.errors import KeyFileError
from trustees.keyfile import KeyFile
from trustees.public import path_of_public, public_file
from trustees.sentences import Sentence

SHORTEST = 12
"""Characters of a new passphrase, spaces included."""

_MAX_PUBLIC = 64 * 1024
_HASH = re.compile(r"[0-9a-f]{64}")
_LATIN = str.maketrans(
    {
        **dict(zip("آابپتثجدرزسطفکكگلمنوهیيئ", "aabptsjdrzstfkkglmnvhiii", strict=True)),
        **{"چ": "ch", "ح": "h", "خ": "kh", "ذ": "z", "ژ": "zh", "ش": "sh", "ص": "s", "ض": "z", "ظ": "z"},
        **{"ع": "a", "غ": "gh", "ق": "gh", "ء": "", "\u200c": "-", " ": "-"},
    }
)


class Invalid(Exception):
    """What was typed cannot be used. field: of the form; reason: what is wrong with it."""

    def __init__(self, field: str, reason: Sentence) -> None:
        super().__init__(field, reason)
        self.field, self.reason = field, reason


def key_files(folder: Path) -> list[Path]:
    """Those that may be a trustee's, by name; only the passphrase shows whether they are."""
    return sorted(path for path in folder.glob("*.key") if path.is_file() and _looks_sealed(path))


def id_of(name: str) -> str:
    """A short name in Latin letters for a name, "" where none comes to mind."""
    plain = unicodedata.normalize("NFKC", name).strip().translate(_LATIN)
    letters = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode().lower()
    return "".join(c for c in letters if c.isalnum() or c in "-._").strip("-._")[:32]


def create(folder: Path, name: str, id: str, language: str, passphrase: str, cost: Cost) -> KeyFile:
    """A new key in ID.key, and ID.key.pub beside it. Raises Invalid."""
    name = name.strip()
    try:
        check_text(name, "name")
    except EncodingError:
        raise Invalid("name", Sentence("Please type your name as it is to be published.")) from None
    id = id.strip() or id_of(name)
    try:
        check_identifier(id, "id")
    except EncodingError:
        raise Invalid("id", Sentence("Please choose a short name of Latin letters and digits.")) from None
    path = folder / f"{id}.key"
    if path_of_public(path).exists():
        raise Invalid("id", Sentence("There is a key of this name already. Nothing is overwritten."))
    try:
        key_file = KeyFile.create(path, passphrase, id, cost=cost)
    except KeyFileError:
        raise Invalid(
            "id", Sentence("There is a key of this name already. Nothing is overwritten.")
        ) from None
    try:
        durable.create(path_of_public(path), public_file(key_file.secrets, {language: name}), private=False)
    except BaseException:
        key_file.close()
        raise
    return key_file


def check_passphrase(passphrase: str, again: str) -> None:
    """Raises Invalid unless it is long enough, and the same both times."""
    if len(passphrase) < SHORTEST:
        raise Invalid(
            "passphrase",
            Sentence("This is too short: at least %(least)s characters are needed.", least=SHORTEST),
        )
    if passphrase != again:
        raise Invalid("again", Sentence("The two passphrases differ. Please type both again."))


def hash_of(typed: str, field: str) -> str:
    """64 hexadecimal digits, however they were grouped. Raises Invalid."""
    plain = "".join(typed.split()).lower()
    if not _HASH.fullmatch(plain):
        raise Invalid(field, Sentence("This has 64 characters: the digits 0 to 9 and the letters a to f."))
    return plain


def restore(folder: Path, text: str, name: str, passphrase: str) -> KeyFile:
    """A key from the lines of a paper, in NAME.key. Raises Invalid."""
    try:
        sealed = paper.read(text)
    except KeyFileError as error:
        raise Invalid(
            "text", Sentence("This cannot be read yet: %(reason)s.", reason=error.args[0])
        ) from None
    try:
        check_identifier(name, "name")
    except EncodingError:
        raise Invalid("name", Sentence("Please choose a short name of Latin letters and digits.")) from None
    path = folder / f"{name}.key"
    try:
        return KeyFile.restore(path, sealed, passphrase)
    except KeyFileError:
        if path.exists():
            raise Invalid(
                "name", Sentence("There is a key of this name already. Nothing is overwritten.")
            ) from None
        raise wrong_passphrase() from None


def wrong_passphrase() -> Invalid:
    return Invalid(
        "passphrase", Sentence("The key does not open: the passphrase is wrong, or the file is damaged.")
    )


def title_of(key_file: KeyFile) -> Title:
    """The owner's name as it is in the public file; its short name where that is not there."""
    try:
        with path_of_public(key_file.path).open("rb") as file:
            data = file.read(_MAX_PUBLIC)
        return Trustee.from_json(canonical.decode(data.removesuffix(b"\n")), "trustee").title
    except (OSError, EncodingError):
        return {"en": key_file.secrets.trustee}


def public_of(key_file: KeyFile, title: Title) -> bytes:
    """What the file for the election office holds."""
    return public_file(key_file.secrets, title)


def _looks_sealed(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return is_sealed(file.read(4096))
    except OSError:
        return False
