"""What each command refuses, and in which words: exit code 1 where a rule is broken, 2 where nothing can be done."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.cli.door import Door
from tests.cli.good import words_of
from tests.cli.town import Town

ANNA = "--key anna.key --passphrase-file anna.pass"
CAST = "--unit station-1 --credential voters/station-1-* --decision cast --log-key keys/log.key --receipt new"

REFUSED = {
    # A phase that has gone, or has not come.
    "election open voting --keys keys --clock-offset @voting": "an opening has no place in phase voting",
    "election open final --keys keys --clock-offset @later": "an opening has no place in phase final",
    "election open begun --keys keys --clock-offset @setup": "voting cannot open before the key ceremony is complete",
    "election open keyed --keys keys --clock-offset @setup": "voting cannot open without voters",
    "election close closed --keys keys --clock-offset @later": "a closing has no place in phase closed",
    "election close final --keys keys --clock-offset @later": "a closing has no place in phase final",
    "election close rolled --keys keys --clock-offset @closing": "a closing has no place in phase setup",
    "election close voting --keys keys --clock-offset @voting": "voting goes on until",
    "election publish voting --keys keys --clock-offset @later": "a result has no place in phase voting",
    "election publish closed --keys keys --clock-offset @later": "council: 0 of 3 trustees have decrypted",
    "election publish final --keys keys --clock-offset @later": "a result has no place in phase final",
    "election roll voting --keys keys --unit station-1 --add voters/station-1.roll --clock-offset @voting": (
        "a roll has no place in phase voting"
    ),
    "election credentials closed new --unit station-1 --count 1": "the roll is frozen in phase closed",
    "election ceremony begun --keys keys --clock-offset @closing": "a deadline in the past",
    f"vote closed omid {CAST} --clock-offset @closing": "voting has ended",
    f"vote final omid {CAST} --clock-offset @later": "voting has ended",
    "vote keyed omid --unit station-1 --decision challenge --out new": "voting has not been opened",
    "vote begun omid --unit station-1 --decision challenge --out new": "the key ceremony is not complete",
    "challenge check begun opened.json": "the key ceremony is not complete",
    "election append voting twelve.entry --log-key keys/log.key --clock-offset @voting": (
        "an earlier entry has the same body"
    ),
    "result closed": "the record has come to phase closed, short of stage final",
    f"trustee destroy voting {ANNA} --yes": "short of stage final",
    # Somebody else's keys, and somebody else's election.
    "election roll rolled --keys mixed --unit station-1 --add voters/station-1.roll --clock-offset @setup": (
        "not signed by the office"
    ),
    "election append foreign/record unsent.entry --log-key foreign/log.key": "phase final",
    f"trustee status foreign/record {ANNA}": "this key file serves another election",
    f"trustee recover foreign/record {ANNA}": "V1, entry 0: the context is",
    f"trustee status voting {ANNA} --clock-offset @setup".replace("anna", "stranger"): "names no trustee",
    "verify final --anchor-file foreign/anchor": "REFUSED at V1",
    "result final --anchor-file foreign/anchor": "the context is",
    "vote voting omid --unit station-1 --decision challenge --out new --anchor-file foreign/anchor": "anchor",
}  # fmt: skip

UNUSABLE = {
    f"trustee status voting {ANNA}".replace("anna.pass", "babak.pass"): "anna.key: sealed secret: wrong passphrase",
    f"trustee destroy final {ANNA} --yes".replace("anna.pass", "babak.pass"): "wrong passphrase",
    "trustee status voting --key anna.key --passphrase-file rubbish/empty": "passphrase file rubbish/empty: empty",
    "trustee status voting --key anna.key --passphrase-file rubbish/latin-1": "not UTF-8",
    "trustee status voting --key keys/log.key --passphrase-file anna.pass": "keys/log.key: not a key file of a trustee",
    "trustee init anna.key --id anna --passphrase-file anna.pass": "key file anna.key exists already",
    "trustee init new --id 'a b' --passphrase-file anna.pass": "--id: not an identifier",
    "trustee init new --id a --title Anna --passphrase-file anna.pass": "LANGUAGE=NAME was due here",
    "trustee init new --id a --title en= --passphrase-file anna.pass": "empty text",
    "trustee init new --id a --title english=A --passphrase-file anna.pass": "'english' is no language tag",
    f"trustee step voting {ANNA}": "give either --log-key, to append to the record, or --out",
    f"trustee step closed {ANNA} --out new --closing-root xyz": "closing root",
    f"trustee step closed {ANNA} --out anchor --clock-offset @closing": "anchor exists already",
    "election keys keys --origin example.org/x": "exists already, and nothing is overwritten",
    "election keys new --origin 'a b'": "the log's origin: 'a b' has a space or a plus",
    "election keys new --origin ''": "the log's origin: an empty text",
    "election template draft.json": "draft draft.json exists already, and nothing is overwritten",
    "election create voting --draft draft.json --keys keys --trustee anna.key.pub --trustee babak.key.pub"
    " --trustee chen.key.pub": "a new log needs an empty folder",
    "election create new --draft draft.json --keys keys --trustee anna.key.pub --trustee babak.key.pub"
    " --trustee chen.key.pub --clock-offset @voting": "voting would have begun already",
    "election create new --draft draft.json --keys keys --trustee anna.key": "not JSON",
    "election create new --draft draft.json --keys keys": "names no trustees",
    "election create new --draft draft.json --keys swapped --trustee anna.key.pub": "not a glassballot log key",
    "election open rolled --keys swapped": "not a glassballot office key",
    "election open rolled --keys damaged": "damaged, its public half is not that of its secret",
    "election open rolled --keys foreign --clock-offset @setup": "foreign/log.key: not the key of the log in rolled",
    "election append voting unsent.entry --log-key another-log.key": "another-log.key: not the key of the log",
    f"trustee step voting {ANNA} --log-key another-log.key": "another-log.key: not the key of the log in voting",
    "election open rolled --keys nowhere": "No such file or directory",
    "election roll keyed --keys keys --unit station-1": "roll: give --add, --remove or both",
    "election roll keyed --keys keys --unit station-1 --add anchor": "roll file anchor, line 1: ",
    "election roll keyed --keys keys --unit station-1 --add rubbish/empty": "it holds no credentials",
    "election ceremony begun --keys keys --hours -1": "--hours",
    "election ceremony begun --keys keys --hours nan": "not a length of time",
    "election ceremony begun --keys keys --hours 1e300": "--hours",
    "election ceremony begun --keys keys --clock-offset soon": "--clock-offset",
    "election ceremony begun --keys keys --clock-offset 999999999999999999999": "--clock-offset",
    "election credentials keyed new --unit station-1 --count 0": "--count",
    "election credentials keyed new --unit station-1 --count 99999999999": "--count",
    "election credentials keyed new --unit station-9 --count 1": "only station-1, station-2",
    "election append voting rubbish/empty --log-key keys/log.key": "there are no entries",
    "election append voting draft.json --log-key keys/log.key": "entry file draft.json, line 1: ",
    "election append voting unsent.entry": "--log-key is needed",
    "election status anchor": "record anchor: not a folder",
    "election status keys": "record keys: checkpoint: missing",
    "demo --ballots ballots.pb --limit 0": "--limit",
    "demo --ballots anchor": "neither a .cat file of PrefLib nor a .pb file of Pabulib",
    "demo --ballots ballots.pb --out keys": "exists and is not an empty folder",
    "vote voting omid --unit station-9 --decision cast --out new": "no unit of voters is called 'station-9'",
    "vote voting omid omid --unit station-1 --decision cast --out new": "'omid' and 'omid' name the same option",
    "vote voting omid parvin sima --unit station-1 --decision cast --out new": "at most 2",
    "vote voting --unit station-1 --decision cast --out new": "--empty to mark nothing",
    f"vote voting omid {CAST}".replace("voters/station-1-*", "keys/office.key"): "credential keys/office.key: ",
    f"vote voting omid {CAST}".replace("--receipt new", "--receipt anchor"): "anchor exists already",
    "vote voting --resend draft.json --receipt new --log-key keys/log.key": "ballot draft.json: not canonical",
    "receipt check voting opened.json": "receipt opened.json: not a receipt",
    "challenge check voting first.receipt": "opening first.receipt: ",
    "receipt find voting --tracker 1234": "a tracker has",
    "verify nowhere": "no such folder",
    "verify final --anchor 12": "an anchor has 64 hex digits",
    "verify final --anchor-file rubbish/binary": "an anchor has 64 hex digits",
    "verify final --size 0": "--size",
    "verify final --size 99999": "entries, 99999 were to be judged",
    "verify final --stage soon": "'soon' is not one of",
    "result final --contest mayor": "there is no contest mayor, only council",
    "result final --format pdf": "'pdf' is not one of",
}  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def more_keys(town: Town) -> None:
    """A log's and another office's key, keys under each other's names, a key with a wrong public half."""
    for name, office, log in (
        ("mixed", "foreign/office.key", "keys/log.key"),
        ("swapped", "keys/log.key", "keys/office.key"),
        ("damaged", "keys/office.key", "keys/log.key"),
    ):
        Path(name).mkdir()
        shutil.copy(office, Path(name) / "office.key")
        shutil.copy(log, Path(name) / "log.key")
    text = Path("damaged/office.key").read_text()
    other = Path("foreign/office.key").read_text().split('"public":"')[1][:43]
    Path("damaged/office.key").write_text(text.replace(text.split('"public":"')[1][:43], other))
    Path("stranger.pass").write_text("passphrase of a stranger\n")
    init = ("trustee", "init", "stranger.key", "--id", "stranger", "--passphrase-file", "stranger.pass")
    assert Door()(*init).code == 0
    town.__init__(town.folder)  # type: ignore[misc]


@pytest.mark.parametrize("line", REFUSED)
def test_refused(door: Door, town: Town, line: str) -> None:
    check(door, town, 1, line, REFUSED[line])


@pytest.mark.parametrize("line", UNUSABLE)
def test_unusable(door: Door, town: Town, line: str) -> None:
    check(door, town, 2, line, UNUSABLE[line])


def check(door: Door, town: Town, code: int, line: str, reason: str) -> None:
    done = door(*words_of(line))
    new, changed = town.restore()
    assert done.code == code, done
    assert not new and not changed
    if line.startswith("verify") and code == 1:
        assert reason in done.out.splitlines()[-1]
    else:
        (said,) = done.err.splitlines()
        assert said.startswith("glassballot: ") and reason in said
