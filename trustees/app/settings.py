"""What the page remembers beside a key file, none of it secret: the board, the anchor, the language, what was seen."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Self

from election import durable


@dataclass(frozen=True)
class Settings:
    """anchor: 64 hexadecimal digits; handed, accepted, backed: the owner has said that this step is done."""

    address: str = ""
    anchor: str = ""
    language: str = ""
    handed: bool = False
    accepted: bool = False
    backed: bool = False

    @property
    def election(self) -> tuple[str, str] | None:
        """Address and anchor, once the owner has said that this is the election."""
        return (self.address, self.anchor) if self.accepted else None

    @classmethod
    def load(cls, key_file: Path) -> Self:
        """As they were saved; what cannot be read is asked for again."""
        try:
            found = json.loads(_path(key_file).read_bytes())
        except (OSError, ValueError, RecursionError):
            return cls()
        if not isinstance(found, dict):
            return cls()
        kinds = {field.name: type(field.default) for field in fields(cls)}
        known: dict[str, Any] = {n: value for n, value in found.items() if type(value) is kinds.get(n)}
        return cls(**known)

    def save(self, key_file: Path) -> None:
        """Raises OSError."""
        durable.replace(_path(key_file), json.dumps(asdict(self), indent=1).encode() + b"\n")


def _path(key_file: Path) -> Path:
    return key_file.with_name(key_file.name + ".page")
