"""glassballot receipt print: what is on the paper, and for whom none is made."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

import pytest

from crypto.checkpoint import sign_checkpoint
from crypto.note import NoteSigner
from crypto.signing import SigningKey
from election.entries import Clock
from election.receipt import Receipt
from glassballot import extras
from glassballot.receipt_print import logged_after
from pages.qr import qr_svg
from tests.booth.home import Done, Home
from tests.world import BEGIN, ORIGIN, World

ADDRESS = "https://vote.example.org"


@pytest.fixture
def receipt(home: Home) -> Receipt:
    """Of anna's first ballot, in my.receipt."""
    assert home.vote("a", "c", "--decision", "cast").code == 0
    return Receipt.parse((home.folder / "my.receipt").read_bytes())


def print_(home: Home, *options: object, file: str = "my.receipt", out: str = "receipt.html") -> Done:
    arguments = (home.record, home.folder / file, "--out", home.folder / out)
    return home.run("receipt", "print", *arguments, *options)


def page(home: Home) -> str:
    return (home.folder / "receipt.html").read_text()


@pytest.mark.parametrize("language", ["en", "fa"])
def test_what_is_on_the_paper(home: Home, receipt: Receipt, language: str) -> None:
    done = print_(home, "--address", f"{ADDRESS}/", "--language", language)
    assert done.code == 0, done.error
    text = page(home)
    title, direction = {"en": ("Council", "ltr"), "fa": ("شورا", "rtl")}[language]
    assert f'<html lang="{language}" dir="{direction}">' in text
    assert f"<bdi>{title}</bdi>" in text
    groups = re.findall(r'<bdi class="code groups" dir="ltr">(.*?)</bdi>', text)
    assert [re.sub(r"<[^>]+>", "", found) for found in groups] == [receipt.tracker, receipt.pseudonym]
    answer = f"{ADDRESS}/{language}/find/ballot?tracker={receipt.tracker}&pseudonym={receipt.pseudonym}"
    label = {
        "en": "QR code with the address of the answer",
        "fa": "کد QR با نشانی پاسخ",
    }[language]
    assert qr_svg(answer, label) in text
    assert home.world.context.hex() in text


def test_it_needs_no_other_file(home: Home, receipt: Receipt) -> None:
    print_(home, "--address", ADDRESS)
    outside = [found for found in re.findall(r'(?:src|href|url)[=(]"([^"]+)"', page(home))]
    assert outside and all(found.startswith("data:font/woff2;base64,") for found in outside)
    assert "<script" not in page(home) and "@import" not in page(home)


def test_nothing_secret_is_on_it(home: Home, receipt: Receipt) -> None:
    """Not even what the receipt itself has beyond the names: ciphertexts and proofs stay in the file."""
    print_(home, "--address", ADDRESS)
    entry = receipt.entry.to_json()
    for secret in (entry["credential"], entry["body"]["one_time_key"], "slots", "Option a"):
        assert secret not in page(home)


def test_a_hostile_title_stays_inert(home: Home, receipt: Receipt) -> None:
    world = World(title={"en": "</title><script>alert(1)</script>" + "x" * 900})
    world.open()
    other = Home(world, home.folder / "other")
    assert other.vote("a", "--decision", "cast").code == 0
    assert print_(other, "--address", ADDRESS).code == 0
    assert "<script" not in page(other)
    assert "<script>alert(1)</script>" in unescape(page(other))


@pytest.fixture(autouse=True)
def folders(home: Home) -> None:
    (home.folder / "other").mkdir()


def test_the_time_is_that_of_the_logs_clock(home: Home, receipt: Receipt) -> None:
    reader = home.reader()
    assert logged_after(reader, receipt.index) is not None
    for number, seconds in ((1, None), (2, 1_000), (reader.size, None)):
        assert logged_after(reader, number) == seconds
    home.world.put(*(Clock(BEGIN + i) for i in range(1, 700)))
    later = home.publish("later")
    assert logged_after(later, later.size - 1) == BEGIN + 698
    print_(home, "--address", ADDRESS, "--time-zone", "Asia/Tehran", "--language", "fa")
    assert "Asia/Tehran" in page(home) and "۱۳۴۸" in page(home)


def test_a_test_ballots_receipt(home: Home) -> None:
    opening = home.folder / "opening"
    assert home.vote("a", "--opening", opening, "--publish", "--decision", "challenge").code == 0
    assert print_(home, "--address", ADDRESS).code == 0
    assert "Receipt of a test ballot" in page(home) and "Pseudonym" not in page(home)


def test_the_address_has_to_be_known(home: Home, receipt: Receipt) -> None:
    done = print_(home)
    assert done.code == 2 and "--address" in done.error
    done = print_(home, "--address", "not an address")
    assert done.code == 2 and done.error.startswith("--address:")


@pytest.mark.parametrize("zone", ["Nowhere/Land", "", "/etc/passwd", "../x", "x" * 999, "a\0b"])
def test_no_such_time_zone(home: Home, receipt: Receipt, zone: str) -> None:
    done = print_(home, "--address", ADDRESS, "--time-zone", zone)
    assert done.code == 2 and "time zone" in done.error


def test_nothing_is_overwritten(home: Home, receipt: Receipt) -> None:
    assert print_(home, "--address", ADDRESS).code == 0
    done = print_(home, "--address", ADDRESS)
    assert done.code == 2 and "exists already" in done.error


@pytest.mark.parametrize("false", ["forged", "elsewhere", "junk"])
def test_none_is_made_of_what_is_no_receipt_of_this_election(
    home: Home, receipt: Receipt, false: str
) -> None:
    signer = NoteSigner(ORIGIN, SigningKey.generate())
    signed = sign_checkpoint(receipt.proof.signed.checkpoint, signer)
    data = {
        "forged": replace(receipt, proof=replace(receipt.proof, signed=signed)).to_bytes(),
        "elsewhere": replace(receipt, context=bytes(32)).to_bytes(),
        "junk": b"junk",
    }[false]
    (home.folder / "false").write_bytes(data)
    done = print_(home, "--address", ADDRESS, file="false")
    assert done.code == 2 and done.error.startswith("receipt ")
    assert not (home.folder / "receipt.html").exists()


def test_without_the_libraries_of_pages(
    home: Home, receipt: Receipt, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extras, "find_spec", lambda name: None)
    done = print_(home, "--address", ADDRESS)
    assert (
        done.code == 2
        and done.error == "receipt print needs more libraries: pip install 'glassballot[pages]'"
    )
