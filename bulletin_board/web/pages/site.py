"""What every page of a board is made with: the board, its register, the templates, and what stands on all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

from flask import Response, request
from jinja2 import Environment, FileSystemLoader

from bulletin_board.mirror import Mirror
from bulletin_board.web.packing import pack
from bulletin_board.web.pages.settings import PageSettings
from bulletin_board.web.register import Register
from bulletin_board.web.turns import Turns
from election.ledger import Phase
from election.manifest import Manifest, Title
from election.record import RecordReader, Source
from election.results import title_in
from pages import languages
from pages.assets import Assets
from pages.environment import environment

_FOLDER = Path(__file__).parent
_BRIEF = "public, max-age=3"
_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; font-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


Routes = tuple[tuple[str, str, Callable[..., Response], list[str]], ...]
"""Rule behind the language, name, view, methods. A view is given the Site, then what the rule names."""


class Log(Protocol):
    """What is shown: a board's log, or a copy of it."""

    @property
    def reader(self) -> RecordReader: ...
    @property
    def manifest(self) -> Manifest: ...
    @property
    def store(self) -> Source: ...


@dataclass(frozen=True)
class Site:
    """Pages get at the log by `register.current()`, and give it back before they are rendered."""

    board: Log
    register: Register
    settings: PageSettings
    turns: Turns = field(default_factory=Turns)

    @cached_property
    def assets(self) -> Assets:
        return Assets(_FOLDER / "static")

    @cached_property
    def environment(self) -> Environment:
        found = environment(FileSystemLoader(_FOLDER / "templates"), self.assets, self.settings.time_zone)
        found.globals |= {"site": self, "Phase": Phase}
        found.filters["title"] = title
        return found

    @property
    def manifest(self) -> Manifest:
        return self.board.manifest

    @cached_property
    def context(self) -> str:
        """The election's anchor in hexadecimal."""
        return self.board.reader.entry(0).hash.hex()

    @property
    def is_mirror(self) -> bool:
        """Whether somebody else than the board shows this."""
        return isinstance(self.board, Mirror)

    @property
    def phase(self) -> Phase:
        """Of the log now. Not to be asked for while the register is held."""
        with self.register.current() as seen:
            return seen.state.phase

    @property
    def zone(self) -> str:
        return languages.current().zone(self.settings.time_zone)

    @property
    def preferred(self) -> list[str]:
        """Languages of the election's own title."""
        return list(self.manifest.title)

    def render(self, template: str, *, status: int = 200, personal: bool = False, **values: Any) -> Response:
        """A page in the language of the request; personal: it is the answer to somebody's own question.

        Every other page a cache before the board may keep for some seconds, so that very many can look at it.
        """
        text = self.environment.get_template(template).render(path=_path(), **values)
        answer = Response(text, status, content_type="text/html; charset=utf-8")
        answer.headers["Content-Security-Policy"] = _POLICY
        shared = status == 200 and request.method == "GET" and not personal
        answer.headers["Cache-Control"] = _BRIEF if shared else "no-store"
        return pack(answer)


def _path() -> str:
    """Of this page, behind its language: where the other languages have it, too."""
    path = "/" + request.path.partition("/")[2].partition("/")[2]
    return f"{path}?{request.query_string.decode('latin-1')}" if request.query_string else path


def title(titles: Title | Mapping[str, str]) -> str:
    """A title of the manifest in the language of the page, if it has it."""
    return title_in(titles, languages.current().tag)
