"""Style sheets, scripts and fonts: all of them ours, read once, kept by browsers until they change."""

from __future__ import annotations

import hashlib
import mimetypes
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

SHARED = Path(__file__).parent / "static"
_TYPES = {".woff2": "font/woff2", ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}


@dataclass(frozen=True)
class Asset:
    """type: a media type."""

    content: bytes
    type: str

    @cached_property
    def version(self) -> str:
        """16 hexadecimal digits; another content has another version."""
        return hashlib.sha256(self.content).hexdigest()[:16]


class Assets:
    """All files of these folders by name, and of those that all pages share."""

    def __init__(self, *folders: Path) -> None:
        files = (path for folder in (SHARED, *folders) for path in sorted(folder.iterdir()) if path.is_file())
        self._known = {path.name: Asset(path.read_bytes(), _type(path)) for path in files}

    def address(self, name: str) -> str:
        """Where a page finds an asset; another content has another address."""
        return f"/static/{self._known[name].version}/{name}"

    def find(self, name: str) -> Asset | None:
        """By name alone: a style sheet names its fonts beside itself, under its own version."""
        return self._known.get(name)


def _type(path: Path) -> str:
    return _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
