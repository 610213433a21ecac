"""What pages show of an election that a test has made."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

from flask.testing import FlaskClient

from bulletin_board.web.pages import stage
from tests.board.tools import Place
from tests.web.tools import Served
from tests.world import World

Open = Callable[..., Served]
Show = Callable[..., FlaskClient]


def show_with(at: Open, folder: object, set_: Callable[..., None]) -> Show:
    """Shows the log of a world on a board. now: on the clock on the wall."""

    def show(world: World, now: int = 0) -> FlaskClient:
        set_(stage, "utc", lambda: float(now))
        place = Place(f"sqlite:///{folder}/board.db", world)
        served = at(place)
        place.open_voting(served.board)
        assert served.board.reader.size >= len(world.log.contents) - 1, "a clock at the end is not logged"
        return served.client

    return show


def text_of(client: FlaskClient, path: str = "", language: str = "en") -> str:
    """What the page says, without its frame and without markup."""
    answer = client.get(f"/{language}/{path}")
    assert answer.status_code == 200, answer.text
    inner = answer.text.split('<main id="main"', 1)[1].split(">", 1)[1].split("</main>", 1)[0]
    text = " ".join(unescape(re.sub(r"<[^>]+>", " ", inner)).split())
    return text.replace("\u2068", "").replace("\u2069", "")


def english_in(text: str, *names: str) -> set[str]:
    """Words of English on a Persian page, but for codes and the names that the election itself has."""
    words = re.findall(r"[A-Za-z]{4,}", text)
    return {word for word in words if word not in names and not set(word) <= set("abcdef")}
