"""glassballot demo over ballots that real people cast: the true totals, out of a record that anyone can check."""

from __future__ import annotations

import csv
import shutil
import time
from pathlib import Path

import pytest

from crypto.errors import ProofError
from election.announcement import announce
from election.entries import PartialDecryption, parse
from election.examine import follow
from election.manifest import Manifest
from election.record import RecordReader
from glassballot import keyring
from glassballot.plain_count import plain_count
from tests.cli.beginnings import beginning
from tests.cli.door import Door
from tests.demo.conftest import Held, glassballot, hold


def true_totals(held: Held) -> dict[str, tuple[int, dict[str, int]]]:
    """File name -> ballots and totals, by the plain count."""
    return {file.stem: plain_count(file, held.limit) for file in held.files}


def check_totals(held: Held) -> None:
    """Every unit's totals, and every contest's, are those of its files."""
    expected = true_totals(held)
    for contest in held.json["contests"]:
        for unit in contest["units"]:
            assert (unit["ballots"], unit["totals"]) == expected.pop(unit["id"])
        for option, total in contest["totals"].items():
            assert total == sum(unit["totals"][option] for unit in contest["units"])
        assert contest["ballots"] == sum(unit["ballots"] for unit in contest["units"])
    assert expected == {}


def manifest_of(record: Path) -> Manifest:
    manifest = parse(RecordReader.of_folder(record).entry(0).content)
    assert isinstance(manifest, Manifest)
    return manifest


def test_json(french: Held) -> None:
    found = french.json
    assert list(found) == ["record", "anchor", "verified", "contests"]
    assert (found["record"], found["verified"]) == (str(french.record), True)
    assert found["anchor"] == french.anchor.read_text().strip() and len(found["anchor"]) == 64
    (contest,) = found["contests"]
    assert list(contest) == ["id", "ballots", "totals", "units"]
    assert len(contest["totals"]) == 16 and "Chirac" in contest["totals"]
    assert [list(unit) for unit in contest["units"]] == [["id", "title", "ballots", "totals"]] * 4
    assert [unit["title"] for unit in contest["units"]] == ["GylesNonains", "Orsay1", "Orsay5", "Orsay6"]


def test_totals_of_the_stations_are_the_true_ones(french: Held) -> None:
    check_totals(french)
    assert french.json["contests"][0]["ballots"] == 120


def test_what_the_folder_holds(french: Held) -> None:
    assert {path.name for path in french.folder.iterdir()} == {"record", "anchor", "keys"}
    keys = french.folder / "keys"
    assert sorted(path.name for path in keys.glob("*.key")) == [
        *("log.key", "office.key", "trustee-1.key", "trustee-2.key", "trustee-3.key")
    ]
    assert sorted(path.name for path in (keys / "away").glob("*.key")) == ["trustee-4.key", "trustee-5.key"]
    assert len(list((keys / "voters").glob("*.credential"))) == 12
    for secret in [*keys.glob("**/*.key"), *keys.glob("**/*.credential"), *keys.glob("**/*.passphrase")]:
        assert secret.stat().st_mode & 0o077 == 0, secret


def test_steps_are_told_on_stderr(french: Held) -> None:
    for part in (
        "120 published ballots from 4 files: 1 contest, 4 units.",
        french.json["anchor"],
        "any three of them can decrypt",
        "120 voters are on the roll",
        "4 ballots were challenged and opened first; 8 voters voted twice",
        "4 of 5 trustees have agreed",
        "Two key files were moved",
        "PASSED up to stage final",
    ):
        assert part in french.err


def test_contest_of_several_stations_is_named_after_all_of_them(french: Held) -> None:
    (contest,) = manifest_of(french.record).contests
    assert (contest.id, contest.title) == ("00026", {"en": "GylesNonains, Orsay1, Orsay5, Orsay6"})


def test_another_process_recomputes_the_totals_from_the_record_alone(french: Held, tmp_path: Path) -> None:
    shutil.copytree(french.record, tmp_path / "record")
    anchor = french.json["anchor"]
    verified = glassballot("verify", "record", "--anchor", anchor, cwd=tmp_path)
    assert verified.returncode == 0 and "V5 ballot proofs — passed — 128 cast ballots" in verified.stdout
    assert "V6 set of ballots — passed — 120 counted, 8 superseded, 4 challenged" in verified.stdout
    done = glassballot("result", "record", "--anchor", anchor, "--format", "csv", cwd=tmp_path)
    totals: dict[str, dict[str, int]] = {}
    for row in csv.DictReader(done.stdout.splitlines()):
        totals.setdefault(row["unit"], {})[row["option"]] = int(row["total"])
    overall = totals.pop("")
    assert totals == {file: found for file, (_, found) in true_totals(french).items()}
    assert overall == {name: sum(unit[name] for unit in totals.values()) for name in overall}


def step(door: Door, held: Held, record: Path, trustee: str, hours: int) -> None:
    """A trustee acts on a record, so many hours after voting has ended."""
    (key,) = (held.folder / "keys").glob(f"**/{trustee}.key")
    done = door(
        *(
            "trustee",
            "step",
            record,
            "--key",
            key,
            "--once",
            "--passphrase-file",
            key.with_suffix(".passphrase"),
        ),
        *("--log-key", held.folder / "keys" / "log.key", "--clock-offset", offset(held, hours)),
    )
    assert done.code == 0, done.err


def offset(held: Held, hours: int) -> int:
    return manifest_of(held.record).voting.end - int(time.time()) + hours * 3600


def test_two_of_five_key_files_cannot_decrypt(french: Held, door: Door, tmp_path: Path) -> None:
    """On the record as it was before anybody decrypted; a third key file then gives the same totals."""
    keys = french.folder / "keys"
    kinds = [parse(raw.content) for raw in RecordReader.of_folder(french.record).entries()]
    first = next(i for i, entry in enumerate(kinds) if isinstance(entry, PartialDecryption))
    record = beginning(french.record, first, tmp_path / "record", keyring.load_log(keys / "log.key"))
    step(door, french, record, "trustee-4", 3)
    for hours in (3, 5):
        step(door, french, record, "trustee-5", hours)
    publish = ("election", "publish", record, "--keys", keys, "--clock-offset", offset(french, 5))
    assert door.fails(1, *publish).endswith("00026: 2 of 3 trustees have decrypted")

    replay = follow(RecordReader.of_folder(record))
    assert replay.tally is not None and set(replay.partials["00026"]) == {"trustee-4", "trustee-5"}
    with pytest.raises(ProofError, match="target 0 is not t"):
        announce(replay.tally, replay.numbered_partials, keyring.load_office(keys / "office.key"))

    step(door, french, record, "trustee-1", 5)
    assert door(*publish).code == 0
    found = door("result", record, "--anchor-file", french.anchor, "--format", "json").json
    (expected,), (contest,) = french.json["contests"], found["contests"]
    assert contest["totals"] == expected["totals"]
    assert [unit["totals"] for unit in contest["units"]] == [unit["totals"] for unit in expected["units"]]


def test_files_with_other_options_or_rules_are_other_contests(mixed: Held) -> None:
    check_totals(mixed)
    contests = {contest.id: contest for contest in manifest_of(mixed.record).contests}
    assert {id: len(contest.options) for id, contest in contests.items()} == {
        "Rembertow": 38, "Wesola": 29, "krakow-2018": 123 * 3, "wroclaw-2023": 52
    }  # fmt: skip
    for district in ("Rembertow", "Wesola"):
        (rule,) = contests[district].rules
        assert (rule.min, rule.max, len(rule.terms)) == (1, 15, len(contests[district].options))
    (rule,) = contests["wroclaw-2023"].rules
    assert (rule.min, rule.max) == (1, 1)
    assert contests["Wesola"].title == {"en": "District PB in Warszawa, Wesoła"}


def test_rankings_count_as_points(mixed: Held) -> None:
    contests = {contest["id"]: contest for contest in mixed.json["contests"]}
    assert sum(contests["krakow-2018"]["totals"].values()) == 3 * (3 + 2 + 1)
    assert sum(contests["wroclaw-2023"]["totals"].values()) == 3


def test_without_files_it_makes_ballots_itself(tmp_path: Path) -> None:
    """Everything a person sees, in a folder of the system's own choice."""
    done = glassballot("demo", TMPDIR=str(tmp_path))
    assert (done.returncode, done.stderr) == (0, "")
    (folder,) = tmp_path.glob("glassballot-demo-*")
    for part in (
        "200 made-up ballots from 3 files: 1 contest, 3 units.",
        "V9 result — passed — 24 totals",
        "Council (200 ballots)",
        "By unit: decrypted = plain count",
        "Every total, of every unit, is that of the plain count.",
        f"glassballot verify {folder}/record --anchor-file {folder}/anchor",
    ):
        assert part in done.stdout
    assert done.stdout.count("Group arithmetic: ") == 1


def test_whole_french_data(stations: tuple[Path, ...], tmp_path: Path) -> None:
    """The one long test: 1,710 real ballots, no limit."""
    held = hold(tmp_path / "out", stations)
    check_totals(held)
    (contest,) = held.json["contests"]
    assert [unit["ballots"] for unit in contest["units"]] == [365, 409, 476, 460]
    assert (contest["totals"]["Chirac"], contest["totals"]["Jospin"]) == (657, 648)
