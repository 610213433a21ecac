"""How to check: what the pages for voters, observers and auditors show can be done, and they say what cannot."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from bulletin_board.web import PageSettings, create_app
from crypto.note import Cosigner
from crypto.signing import SigningKey
from election import manifest as m
from election.faults import CHECKS
from election.receipt import Receipt
from pages.languages import LANGUAGES
from tests.board.tools import Place
from tests.browser.serve import Stand, stand
from tests.house.commands import check_command, commands_of_page
from tests.web.tools import Served
from tests.world import World

Open = Callable[..., Served]
ADDRESS = "https://board.example.org"
PAGES = ("check", "check/observers", "check/auditors")


@pytest.fixture
def named(at: Open, place: Place) -> FlaskClient:
    """A board that knows its address."""
    board = at(place).board
    return create_app(board, page_settings=PageSettings(address=ADDRESS)).test_client()


def page(client: FlaskClient, path: str, language: str = "en") -> str:
    answer = client.get(f"/{language}/{path}")
    assert answer.status_code == 200, answer.text
    return answer.text


def main_part(text: str) -> str:
    """What is said on a page, without its frame and without markup."""
    inner = text.split('<main id="main"', 1)[1].split("</main>", 1)[0]
    return unescape(re.sub(r"<[^>]+>", " ", inner))


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_commands_exist(named: FlaskClient, path: str, language: str) -> None:
    for line in commands_of_page(page(named, path, language)):
        check_command(line)


def test_auditors_are_shown_every_command_that_they_need(named: FlaskClient) -> None:
    lines = list(commands_of_page(page(named, "check/auditors")))
    for start in ("verify", "result", "receipt check", "receipt find", "challenge check", "board show"):
        assert any(line.startswith(start) for line in lines), start
    assert any("--keep" in line for line in lines) and any("--since" in line for line in lines)


@pytest.mark.parametrize("path", PAGES[1:])
def test_commands_are_the_same_in_every_language(named: FlaskClient, path: str) -> None:
    english, persian = (list(commands_of_page(page(named, path, tag))) for tag in ("en", "fa"))
    assert english == persian and english


def test_commands_name_the_boards_address_and_the_anchor(named: FlaskClient, place: Place) -> None:
    anchor = place.world.context.hex()
    [line] = commands_of_page(page(named, "check/observers"))
    assert line == f"verify {ADDRESS} --anchor {anchor} --since checkpoint.txt"
    assert f"echo {anchor} > anchor" in main_part(page(named, "check/auditors"))


def test_without_an_address_the_commands_say_where_it_belongs(client: FlaskClient) -> None:
    text = page(client, "check/auditors")
    assert "verify https://ADDRESS --anchor-file anchor --keep copy" in commands_of_page(text)
    assert "put the address of this board" in main_part(text)


def test_every_check_of_the_verifier_is_explained(client: FlaskClient) -> None:
    rows = re.findall(r"V(\d+)</bdi> ([^<]+)</th><td>([^<]+)</td>", page(client, "check/auditors"))
    assert {int(number): title for number, title, _ in rows} == CHECKS
    assert len({meaning for _, _, meaning in rows}) == len(CHECKS)


@pytest.mark.parametrize("path", PAGES)
def test_each_page_says_what_cannot_be_checked(client: FlaskClient, path: str) -> None:
    text = main_part(page(client, path))
    for risk in (
        "malicious software",
        "buys your vote",
        "exist",
        "Any 2 of the 3 trustees",
        "for ever",
        "false pages",
    ):
        assert risk in text, risk


def test_a_voter_is_told_where_to_look_what_to_try_and_what_to_compare(client: FlaskClient) -> None:
    text = page(client, "check")
    first = text.split("<ol>", 1)[1].split("</ol>", 1)[0]
    assert 'href="/en/find"' in first and "challenge" in first and "anchor" in first
    assert len(main_part(text.split("<details>", 1)[0] + "</main>").split()) < 110


def test_observers_can_keep_the_checkpoint_that_is_shown(at: Open, place: Place) -> None:
    served = at(place)
    text = page(served.client, "check/observers")
    size, root = served.board.reader.size, served.board.reader.root.hex()
    assert f"<dd>{size}</dd>" in text and root in text
    assert 'href="/checkpoint" download' in text
    assert served.client.get("/checkpoint").data.split(b"\n")[1] == str(size).encode()


def test_observers_are_told_whether_there_are_witnesses(client: FlaskClient) -> None:
    text = page(client, "check/observers")
    assert "has no witnesses" in main_part(text)
    assert "/checkpoint.witnessed" not in text


def test_observers_are_told_who_the_witnesses_are(at: Open, tmp_path: Path) -> None:
    keys = tuple(str(Cosigner(f"w{i}.example.org", SigningKey.generate()).key) for i in (1, 2, 3))
    world = World(witnesses=m.Witnesses(0, keys, 2))
    world.start()
    served = at(Place(f"sqlite:///{tmp_path}/board.db", world))
    text = page(served.client, "check/observers")
    assert "w1.example.org" in text and "at least 2 of them" in text and "/checkpoint.witnessed" in text
    assert "witness policy copy > election.policy" in commands_of_page(page(served.client, "check/auditors"))


def plain_paths(own: Stand) -> list[str]:
    """Of all pages that need no number or name, and of one answer about a ballot."""
    rules = (rule for rule in own.app.url_map.iter_rules() if rule.endpoint.startswith("pages."))
    found = [str(rule).split(":language>/", 1)[1] for rule in rules if "GET" in (rule.methods or ())]
    receipt = Receipt.parse(own.receipts["counted"].read_bytes())
    asked = f"find/ballot?tracker={receipt.tracker}&pseudonym={receipt.pseudonym}"
    return [path for path in found if "<" not in path] + [asked]


@pytest.mark.parametrize("language", LANGUAGES)
def test_commands_of_other_pages_exist_too(tmp_path: Path, language: str) -> None:
    with stand("final", tmp_path) as own:
        client = own.app.test_client()
        pages = [client.get(f"/{language}/{path}") for path in plain_paths(own)]
    lines = [line for answer in pages for line in commands_of_page(answer.text)]
    assert any(line.startswith("verify") for line in lines) and len(lines) > 15
    for line in lines:
        check_command(line)
