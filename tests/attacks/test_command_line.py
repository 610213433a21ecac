"""Two forged records and more for every check, through `glassballot verify RECORD --anchor HEX --json`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from glassballot.cli import main
from tests.attacks.forgeries import FORGERIES, Forgery
from tests.attacks.museum import finished
from tests.world import World

PASSED, REFUSED, UNUSABLE, UNANCHORED = 0, 1, 2, 3
Capture = pytest.CaptureFixture[str]
Patch = pytest.MonkeyPatch


def verify(capsys: Capture, monkeypatch: Patch, *arguments: str) -> tuple[int, Any]:
    """Exit code and report of the command."""
    monkeypatch.setattr(sys, "argv", ["glassballot", "verify", *arguments, "--json"])
    with pytest.raises(SystemExit) as ended:
        main()
    out, err = capsys.readouterr()
    assert err == ""
    assert isinstance(ended.value.code, int)
    return ended.value.code, json.loads(out)


def test_two_forgeries_at_least_for_every_check() -> None:
    for check in range(10):
        assert sum(forgery.check == check for forgery in FORGERIES) >= 2


@pytest.mark.parametrize("forgery", FORGERIES, ids=str)
def test_forged_record(forgery: Forgery, tmp_path: Path, capsys: Capture, monkeypatch: Patch) -> None:
    """Refused at exactly that check and entry, nothing before it; a void entry alone leaves exit code 0."""
    world, n = forgery.forge()
    if forgery.void:
        if world.state.closing is None:
            world.close()
            world.decrypt()
        world.put(world.announcement())
    record = str(world.write(tmp_path / "record"))
    anchor = world.context or bytes(32)
    code, report = verify(capsys, monkeypatch, record, "--anchor", anchor.hex())
    named = {line["check"]: line["faults"] for line in report["checks"] if line["faults"]}
    assert code == report["exit"] == (PASSED if forgery.void else REFUSED)
    faults = report["void"] if forgery.void else named.pop(f"V{forgery.check}")
    assert named == {} and len(faults) == 1
    assert faults[0]["entry"] == n
    assert forgery.reason in faults[0]["reason"]
    status = {line["check"]: line["status"] for line in report["checks"]}
    if forgery.void:
        assert {status[f"V{check}"] for check in range(10)} == {"passed"}
    else:
        assert status[f"V{forgery.check}"] == "refused"
        assert all(status[f"V{check}"] != "refused" for check in range(forgery.check))
        assert all(status[f"V{check}"] == "not run" for check in range(forgery.check + 1, 10))
    assert report["verified"] is forgery.void


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> tuple[World, str]:
    world = finished()
    return world, str(world.write(tmp_path_factory.mktemp("honest") / "record"))


def test_honest_record(honest: tuple[World, str], capsys: Capture, monkeypatch: Patch) -> None:
    """So that the refusals above are not all that the command can say."""
    world, record = honest
    code, report = verify(capsys, monkeypatch, record, "--anchor", world.context.hex())
    assert (code, report["verified"], report["void"]) == (PASSED, True, [])
    code, report = verify(capsys, monkeypatch, record)
    assert (code, report["verified"], report["anchored"]) == (UNANCHORED, False, False)
    assert report["context"] == world.context.hex()


def test_row_56_another_anchor(honest: tuple[World, str], capsys: Capture, monkeypatch: Patch) -> None:
    _, record = honest
    code, report = verify(capsys, monkeypatch, record, "--anchor", "00" * 32)
    (fault,) = report["checks"][1]["faults"]
    assert (code, fault["entry"]) == (REFUSED, 0)
    assert "the anchor " + "00" * 32 in fault["reason"]


def test_in_a_process_of_its_own(tmp_path: Path) -> None:
    """No record, a refused one, a good one: one clear line, the right exit code, never a traceback."""
    world = finished()
    good = world.write(tmp_path / "good")
    world.log.contents[-1] = world.log.contents[-1].replace(b"[[2,1,0]", b"[[3,1,0]")
    refused = world.write(tmp_path / "refused")
    (tmp_path / "empty").mkdir()
    expected = {good: PASSED, refused: REFUSED, tmp_path / "empty": UNUSABLE, tmp_path / "absent": UNUSABLE}
    for record, code in expected.items():
        command = [
            sys.executable,
            "-m",
            "glassballot",
            "verify",
            str(record),
            "--anchor",
            world.context.hex(),
        ]
        ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
        assert ended.returncode == code, ended.stderr
        assert "Traceback" not in ended.stdout + ended.stderr
        assert len(ended.stderr.splitlines()) == (code == UNUSABLE)
