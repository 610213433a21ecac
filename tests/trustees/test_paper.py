"""A key file on paper and back: every letter counts, and a wrong one is named by its line."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest
import segno

from glassballot.cli import front_door
from glassballot.console import UsageError
from tests.trustees.place import PASSPHRASE
from tests.trustees.test_keyfile import full
from tests.trustees.tools import CHEAP
from trustees import paper
from trustees.errors import KeyFileError
from trustees.keyfile import KeyFile
from trustees.public import fingerprint

SIZES = [1, 24, 25, 26, 70, 1_050, 5_000, 24_000]


@pytest.mark.parametrize("size", SIZES)
def test_there_and_back(size: int) -> None:
    sealed = os.urandom(size)
    printed = paper.lines(sealed)
    assert paper.read("\n".join(printed)) == sealed
    assert paper.read("\n".join(paper.parts(printed))) == sealed


def test_order_case_spaces_and_what_looks_alike_do_not_matter() -> None:
    sealed = os.urandom(1_050)
    printed = paper.lines(sealed)
    mixed = [*printed, *printed[:3]]
    random.Random(7).shuffle(mixed)
    assert paper.read(" \n\n ".join(mixed).lower()) == sealed
    confused = [line[:3] + line[3:].replace("0", "O").replace("1", "l") for line in printed]
    assert paper.read("\n".join(confused)) == sealed
    persian = "\n".join(printed).translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))
    assert paper.read(persian) == sealed
    joined = "".join(paper.parts(printed)).replace(" ", "")
    assert paper.read(joined) == sealed


def test_every_wrong_letter_is_named_by_its_line() -> None:
    sealed = os.urandom(120)
    printed = paper.lines(sealed)
    for number, line in enumerate(printed):
        for place in range(4, len(line)):
            if line[place] in " /":
                continue
            wrong = "Z" if line[place] != "Z" else "Y"
            damaged = [*printed[:number], line[:place] + wrong + line[place + 1 :], *printed[number + 1 :]]
            with pytest.raises(KeyFileError, match=f"line {number:02} is not as it was printed"):
                paper.read("\n".join(damaged))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda lines: lines[:5] + lines[6:], "line 05 is missing"),
        (lambda lines: lines[1:], "line 00 is missing"),
        (lambda lines: lines[:-1], "line 05 is missing"),
        (lambda lines: [], "line 00 is missing"),
        (lambda lines: ["hello", *lines], "something else than lines at the beginning"),
        (lambda lines: [*lines, "x"], "something else behind line"),
        (lambda lines: [lines[0], "0?:" + lines[1][3:], *lines[2:]], "something else behind line 00"),
        (lambda lines: [lines[0], *paper.lines(bytes(130))[1:]], "not all of one paper"),
        (lambda lines: [*lines, paper.lines(bytes(300))[9]], "not all of one paper"),
    ],
    ids=["hole", "head", "tail", "empty", "before", "after", "number", "other", "more"],
)
def test_what_is_not_the_whole_paper_is_refused(change: object, words: str) -> None:
    assert callable(change)
    with pytest.raises(KeyFileError, match=words):
        paper.read("\n".join(change(paper.lines(os.urandom(130)[:125]))))


def test_an_endless_text_is_refused() -> None:
    with pytest.raises(ValueError, match="too much for paper"):
        paper.lines(bytes(24_001))
    with pytest.raises(KeyFileError, match="no paper backup is so long"):
        paper.read("0" * 2_000_000)


def test_a_key_after_the_ceremony_fits_into_a_few_small_codes(tmp_path: Path) -> None:
    with KeyFile.create(tmp_path / "a.key", PASSPHRASE, "anna", cost=CHEAP) as key_file:
        key_file.keep(full())
    parts = paper.parts(paper.lines((tmp_path / "a.key").read_bytes()))
    assert len(parts) <= 4
    for i, part in enumerate(parts, 1):
        assert part.startswith(f"GLASSBALLOT KEY {i} OF {len(parts)}. ")
        code = segno.make_qr(part, error="m", boost_error=False)
        assert code.mode == "alphanumeric" and int(code.version) <= 20


def test_restored_by_the_command_it_is_known_as_a_copy(tmp_path: Path) -> None:
    with KeyFile.create(tmp_path / "a.key", PASSPHRASE, "anna", cost=CHEAP) as key_file:
        key_file.keep(full())
        before = key_file.secrets
    text, passphrase = tmp_path / "paper.txt", tmp_path / "passphrase"
    text.write_text("\n".join(paper.lines((tmp_path / "a.key").read_bytes())))
    passphrase.write_text(PASSPHRASE)
    command = ["trustee", "restore", str(tmp_path / "b.key"), "--from", str(text)]
    front_door.main([*command, "--passphrase-file", str(passphrase)], standalone_mode=False)
    with KeyFile.open(tmp_path / "b.key", PASSPHRASE) as back:
        assert back.secrets.restored == 1
        assert back.secrets.identity == before.identity and back.secrets.attempts == before.attempts
    with pytest.raises(UsageError, match="exists already"):
        front_door.main([*command, "--passphrase-file", str(passphrase)], standalone_mode=False)
    text.write_text(text.read_text().replace("02:", "2:"))
    command[2] = str(tmp_path / "c.key")
    with pytest.raises(UsageError, match="paper backup .*: there is something else behind line 01"):
        front_door.main([*command, "--passphrase-file", str(passphrase)], standalone_mode=False)


def test_a_wrong_passphrase_restores_nothing(tmp_path: Path) -> None:
    KeyFile.create(tmp_path / "a.key", PASSPHRASE, "anna", cost=CHEAP).close()
    sealed = (tmp_path / "a.key").read_bytes()
    with pytest.raises(KeyFileError, match="wrong passphrase"):
        KeyFile.restore(tmp_path / "b.key", sealed, "another one")
    with pytest.raises(KeyFileError, match="not a key file"):
        KeyFile.restore(tmp_path / "b.key", b"nothing of the kind", PASSPHRASE)
    assert not (tmp_path / "b.key").exists()


def test_the_office_reads_the_same_fingerprint(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    passphrase = tmp_path / "passphrase"
    passphrase.write_text(PASSPHRASE)
    key = tmp_path / "anna.key"
    init = ["trustee", "init", str(key), "--id", "anna", "--passphrase-file", str(passphrase)]
    front_door.main(init, standalone_mode=False)
    front_door.main(["trustee", "fingerprint", f"{key}.pub"], standalone_mode=False)
    printed = capsys.readouterr().out.splitlines()[-1]
    with KeyFile.open(key, PASSPHRASE) as key_file:
        assert printed == f"anna  {fingerprint(key_file.secrets.identity.public)}"
    assert len(printed.split()) == 1 + 8
    key.write_bytes(b"{}")
    with pytest.raises(UsageError):
        front_door.main(["trustee", "fingerprint", str(key)], standalone_mode=False)
