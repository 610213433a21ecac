"""What an administrator decides about the pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bulletin_board.errors import BoardError
from crypto.errors import EncodingError
from election.record.transport import parse_address
from pages.languages import UTC


@dataclass(frozen=True)
class PageSettings:
    """address: how voters reach the board, "" where nobody has said; reports: folder of uploaded reports, if kept."""

    address: str = ""
    time_zone: ZoneInfo = UTC
    reports: Path | None = None

    @classmethod
    def of(cls, folder: Path, members: Mapping[str, Any]) -> PageSettings:
        """Out of a table of the board.toml in this folder. Raises BoardError, naming the member."""
        found: dict[str, Any] = {}
        for name, value in members.items():
            if name not in ("address", "time_zone", "reports"):
                raise BoardError(f"pages.{name}: there is no such setting")
            if not isinstance(value, str) or not value:
                raise BoardError(f"pages.{name}: a text was due here")
            try:
                found[name] = _decoded(folder, name, value)
            except (EncodingError, ZoneInfoNotFoundError, ValueError) as error:
                raise BoardError(f"pages.{name}: {error}") from None
        return cls(**found)


def _decoded(folder: Path, name: str, value: str) -> Any:
    if name == "address":
        return parse_address(value)
    return ZoneInfo(value) if name == "time_zone" else folder / value
