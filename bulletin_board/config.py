"""The configuration of a board: a folder with board.toml and the log's key, and what the environment says."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from bulletin_board.errors import BoardError
from bulletin_board.web.pages.settings import PageSettings
from bulletin_board.web.settings import Settings

FILE = "board.toml"
ENVIRONMENT = "GLASSBALLOT_BOARD_"
TEMPLATE = """\
# The board of {origin}; docs/operations.md explains every setting.
# GLASSBALLOT_BOARD_DATABASE, _KEY, _LISTEN and _PUBLISH in the environment go before these.
database = {database}
key = "log.key"
listen = "127.0.0.1:8080"
# publish = "public"   # static files, for a web server or a CDN

[limits]
# append = {{ per_second = 50, burst = 1000 }}   # entries of one address
# proxies = ["127.0.0.1"]                        # whose X-Forwarded-For is believed

[pages]
# address = "https://board.example.org"   # how voters reach the board, for commands and QR codes
# time_zone = "Asia/Tehran"               # of all times that the pages show
# reports = "reports"                     # folder that keeps uploaded reports; without it none is kept

[witnesses]
# "witness.example.org" = "https://witness.example.org"   # name in the manifest = where it is
"""

_TEXTS = ("database", "key", "listen", "publish")


@dataclass(frozen=True)
class Config:
    """database: as SQLAlchemy names it; key: the log's key file; listen: HOST:PORT; publish: folder of static files.

    threads: how many requests at a time; witnesses: a witness's name in the manifest -> its URL; ask_witnesses:
    seconds between two rounds. Paths are relative to the folder of board.toml.
    """

    folder: Path
    database: str = field(repr=False)
    key: Path
    listen: str = "127.0.0.1:8080"
    publish: Path | None = None
    threads: int = 48
    witnesses: Mapping[str, str] = field(default_factory=dict)
    ask_witnesses: float = 5.0
    settings: Settings = field(default_factory=Settings)
    pages: PageSettings = field(default_factory=PageSettings)

    @classmethod
    def load(cls, folder: Path, environment: Mapping[str, str] = os.environ) -> Config:
        """Raises BoardError, naming the member. GLASSBALLOT_BOARD_DATABASE and the like go before the file."""
        path = folder / FILE
        try:
            members = tomllib.loads(path.read_text("utf-8"))
        except OSError as error:
            raise BoardError(f"{path}: {error.strerror}") from None
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise BoardError(f"{path}: {error}") from None
        for name in _TEXTS:
            if value := environment.get(ENVIRONMENT + name.upper()):
                members[name] = value
        try:
            return cls._of(folder, members)
        except BoardError as error:
            raise BoardError(f"{path}: {error}") from None

    @classmethod
    def _of(cls, folder: Path, members: dict[str, Any]) -> Config:
        found: dict[str, Any] = {"folder": folder, "settings": Settings.of(_table(members, "limits"))}
        found["pages"] = PageSettings.of(folder, _table(members, "pages"))
        found["witnesses"] = {
            n: _text(url, f"witnesses.{n}") for n, url in _table(members, "witnesses").items()
        }
        for name in ("threads", "ask_witnesses"):
            if name in members:
                found[name] = _positive(members.pop(name), name)
        texts = {name: _text(members.pop(name), name) for name in _TEXTS if name in members}
        found |= {"listen": texts["listen"]} if "listen" in texts else {}
        if members:
            raise BoardError(f"{sorted(members)[0]}: there is no such setting")
        found["database"] = database_in(folder, texts.get("database", "sqlite:///board.db"))
        found["key"] = folder / texts.get("key", "log.key")
        if "publish" in texts:
            found["publish"] = folder / texts["publish"]
        config = cls(**found)
        if config.settings.appends >= config.threads:
            raise BoardError("limits.appends: fewer than threads, or nobody would be left to answer readers")
        return config


def database_in(folder: Path, name: str) -> str:
    """The database with a path of its own made absolute. Raises BoardError."""
    try:
        url = make_url(name)
    except ArgumentError:
        raise BoardError("database: named as sqlite:///PATH or postgresql://USER@HOST/NAME") from None
    if url.get_backend_name() == "sqlite" and url.database and not Path(url.database).is_absolute():
        url = url.set(database=str((folder / url.database).resolve()))
    return url.render_as_string(hide_password=False)


def _table(members: dict[str, Any], name: str) -> dict[str, Any]:
    value = members.pop(name, {})
    if not isinstance(value, dict):
        raise BoardError(f"{name}: a table was due here")
    return value


def _text(value: Any, place: str) -> str:
    if not isinstance(value, str) or not value:
        raise BoardError(f"{place}: a text was due here")
    return value


def _positive(value: Any, place: str) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
        raise BoardError(f"{place}: a number above 0 was due here")
    return int(value) if place == "threads" else float(value)
