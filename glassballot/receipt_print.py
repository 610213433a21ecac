"""glassballot receipt print: a receipt on paper, with a QR code that leads to the answer."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click

from booth.following import check_log, manifest_of
from booth.words import LANGUAGES
from crypto.errors import EncodingError, ProofError
from election.entries import Clock, parse
from election.manifest import Manifest
from election.receipt import MAX_FILE, Receipt, check_signed
from election.record import RecordReader
from election.record.transport import parse_address
from election.results import title_in
from glassballot.console import UsageError, naming, read_file, say, write_new
from glassballot.extras import check_installed
from glassballot.place import Place, RecordCommand, open_record, record_argument

if TYPE_CHECKING:
    from pages.assets import Assets

_FILE = click.Path(path_type=Path)
_STEP = 256


@click.command("print", cls=RecordCommand)
@record_argument
@click.argument("receipt", type=_FILE)
@click.option("--out", type=_FILE, required=True, help="Write this file, a page of HTML that needs no other.")
@click.option("--language", type=click.Choice(LANGUAGES), default="en", help="Of the page.")
@click.option("--address", metavar="URL", help="Where voters reach the board, if RECORD is something else.")
@click.option("--time-zone", default="UTC", show_default=True, help="Of the time, such as Asia/Tehran.")
def command(
    record: Place, receipt: Path, out: Path, language: str, address: str | None, time_zone: str
) -> None:
    """Make a page to print of RECEIPT: title, tracker, pseudonym, time, and a QR code with the address of the answer.

    Like the receipt itself it says nothing about what was voted.

    \b
    Example:
      glassballot receipt print --board https://vote.example.org my.receipt --language fa --out receipt.html
    """
    check_installed("pages", "receipt print")
    with naming(receipt, "receipt"):
        own = Receipt.parse(read_file(receipt, "receipt", MAX_FILE))
    reader = open_record(record)
    manifest = _manifest_of_ours(own, reader, receipt)
    place = _address(record, address)
    try:
        zone = ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UsageError(f"there is no time zone {time_zone!r}") from None
    page = printed(own, manifest, language, place, logged_after(reader, own.index), zone)
    write_new(out, page.encode(), "page")
    say(f"Wrote {out}: open it in a browser and print it.")


def printed(
    receipt: Receipt, manifest: Manifest, language: str, address: str, time: int | None, zone: ZoneInfo
) -> str:
    """A whole HTML file. address: of the board; time: POSIX seconds, None where nobody knows."""
    # Only here: without the libraries of pages the other commands about receipts go on.
    from jinja2 import DictLoader

    from pages.assets import Assets
    from pages.environment import environment
    from pages.languages import LANGUAGES, speak

    speak(LANGUAGES[language])
    assets = Assets()
    names = {"tracker": receipt.tracker, "pseudonym": receipt.pseudonym}
    query = urlencode({name: value for name, value in names.items() if value})
    text: str = (
        environment(DictLoader({}), assets, zone)
        .get_template("printed_receipt.html")
        .render(
            receipt=receipt,
            title=title_in(manifest.title, language),
            context=receipt.context.hex(),
            board=address,
            answer=f"{address}/{language}/find/ballot?{query}",
            time=time,
            zone=zone.key,
            style=_inlined("printed.css", assets),
        )
    )
    return text


def logged_after(reader: RecordReader, number: int) -> int | None:
    """The log's clock when entry `number` came, POSIX seconds; None where this record does not say."""
    if number >= reader.size:
        return None
    for leaf in _backwards(reader, number):
        if leaf.startswith(b'{"kind":"clock"'):
            entry = parse(leaf)
            assert isinstance(entry, Clock)
            return entry.time
    return None


def _backwards(reader: RecordReader, number: int) -> Iterator[bytes]:
    for stop in range(number, 0, -_STEP):
        yield from reversed(list(reader.leaves(max(0, stop - _STEP), stop)))


def _manifest_of_ours(receipt: Receipt, reader: RecordReader, path: Path) -> Manifest:
    """Raises UsageError for a receipt of another log or election: nobody should carry it home as hers."""
    check_log(reader)
    manifest, context = manifest_of(reader)
    try:
        check_signed(receipt, manifest)
    except ProofError as error:
        raise UsageError(f"receipt {path}: {error}") from None
    if receipt.context != context:
        raise UsageError(f"receipt {path}: it is of the election {receipt.context.hex()}")
    return manifest


def _address(record: Place, given: str | None) -> str:
    if given is None and isinstance(record, Path):
        raise UsageError(
            "where do voters reach the board? Give --board URL, or --address URL beside a folder"
        )
    try:
        return parse_address(given) if given is not None else str(record)
    except EncodingError as error:
        raise UsageError(f"--address: {error}") from None


def _inlined(name: str, assets: Assets) -> str:
    """A style sheet of ours, as markup, with the fonts that it names in it."""
    from markupsafe import Markup

    def content(found: re.Match[str]) -> str:
        asset = assets.find(found[1])
        assert asset is not None, found[1]
        return f'url("data:{asset.type};base64,{base64.b64encode(asset.content).decode()}")'

    sheet = assets.find(name)
    assert sheet is not None
    return Markup(re.sub(r'url\("([^"]+)"\)', content, sheet.content.decode()))
