"""Serves the city's election for people and browsers: python -m tests.browser.serve --phase voting --port 8101."""

from __future__ import annotations

import argparse
import io
import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest import mock
from zoneinfo import ZoneInfo

import waitress
from flask import Flask

from bulletin_board.web import Settings, create_app
from bulletin_board.web.pages import stage
from bulletin_board.web.pages.settings import PageSettings
from bulletin_board.web.settings import Rate
from crypto.signing import SigningKey
from election.entries import parse
from election.examine import Stage
from election.ledger import Phase
from election.receipt import Receipt
from tests.board.tools import Place
from tests.browser.town import PHASES, Town
from tests.world import World
from verifier import verify

_FREE = Rate(0, 0)
UNLIMITED = Settings(reads=_FREE, questions=_FREE, append=_FREE, reports=_FREE)


@dataclass(frozen=True)
class Stand:
    """An election whose board is up. receipts: name -> file, for those that the phase has."""

    phase: str
    town: Town
    app: Flask
    folder: Path
    receipts: dict[str, Path]
    cheats: bool = False

    def numbers(self) -> dict[str, list[int]]:
        """Kind of entry -> where it stands in the log."""
        found: dict[str, list[int]] = {}
        for number, content in enumerate(self.town.world.log.contents):
            found.setdefault(parse(content).kind, []).append(number)
        return found

    def reports(self) -> list[str]:
        """Digests of the reports that the board keeps."""
        return sorted(path.stem for path in (self.folder / "reports").glob("*.json"))


@contextmanager
def stand(
    phase: str, folder: Path, *, time_zone: str = "Asia/Tehran", cheat: bool = False, reports: bool = True
) -> Iterator[Stand]:
    """A board of this phase in a folder. cheat: it has dropped a ballot; then the phase is voting."""
    town = Town.at("voting" if cheat else phase)
    world = town.cheated() if cheat else town.world
    place = Place(f"sqlite:///{folder}/board.db", world)
    kept = folder / "reports" if reports else None
    pages = PageSettings("https://board.example.org", ZoneInfo(time_zone), kept)
    # Pages look at the clock on the wall, too; here it is always that of the log.
    with place.running() as board, mock.patch.object(stage, "utc", float):
        place.open_voting(board)
        assert board.reader.size >= len(world.log.contents) - 1, "the board has not taken what the world has"
        app = create_app(board, UNLIMITED, page_settings=pages)
        if world.state.phase is Phase.FINAL and reports:
            report = verify(board.store, Stage.FINAL, anchor=world.context).to_json()
            _upload(app, json.dumps(report).encode())
        yield Stand(phase, town, app, folder, _receipts(town, folder), cheat)


def _upload(app: Flask, report: bytes) -> None:
    """Somebody shows what a verification of this board has found."""
    data = {"report": (io.BytesIO(report), "report.json"), "name": "خانهٔ ناظران شهر"}
    answer = app.test_client().post("/fa/reports", data=data)
    assert answer.status_code == 303, answer.text


def _receipts(town: Town, folder: Path) -> dict[str, Path]:
    """Files with the receipts of the ballots that something happened to, and with one that nobody signed."""
    if town.counted < 0:
        return {}
    found: dict[str, Receipt] = {
        name: town.receipt(getattr(town, name)) for name in ("counted", "superseded", "challenged", "dropped")
    }
    found["forged"] = town.receipt(town.counted, SigningKey.generate())
    for name, receipt in found.items():
        (folder / f"{name}.receipt").write_bytes(receipt.to_bytes())
    return {name: folder / f"{name}.receipt" for name in found}


def _about(world: World, stand: Stand, address: str) -> Iterator[str]:
    yield f"{address}/fa/ {address}/en/ entries {world.state.size}"
    for name, path in stand.receipts.items():
        receipt = Receipt.parse(path.read_bytes())
        yield f"{name}: entry {receipt.index} tracker {receipt.tracker} pseudonym {receipt.pseudonym or '-'} {path}"
    if stand.receipts:
        yield f"has not voted: {stand.town.stranger()}"
    if stand.cheats:
        yield "this board has dropped the ballot of dropped.receipt"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--phase", choices=PHASES, default="voting")
    parser.add_argument("--port", type=int, default=8101)
    parser.add_argument("--time-zone", default="Asia/Tehran")
    parser.add_argument("--cheat", action="store_true", help="drop a ballot (the phase is voting)")
    parser.add_argument("--no-reports", action="store_true", help="keep no uploaded reports")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        options = {"time_zone": given.time_zone, "cheat": given.cheat, "reports": not given.no_reports}
        with stand(given.phase, Path(folder), **options) as own:
            print(*_about(own.town.world, own, f"http://127.0.0.1:{given.port}"), sep="\n", flush=True)
            waitress.serve(own.app, host="127.0.0.1", port=given.port, threads=16)


if __name__ == "__main__":
    main()
