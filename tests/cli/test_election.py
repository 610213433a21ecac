"""Whole elections on the command line, as scripts that can be read from top to bottom."""

from __future__ import annotations

from pathlib import Path

import pytest

from crypto.sealing import Cost
from tests.cli.door import Door
from tests.cli.script import run_script
from trustees.keyfile import KeyFile

SCRIPTS = sorted((Path(__file__).parent / "scripts").glob("*.txt"))
# A guess at a passphrase costs nothing here, so that the tests cost little.
CHEAP = Cost(passes=1, memory=8)
TRUSTEES = ("anna", "babak", "chen", "dana", "emil")


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_script(door: Door, script: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for method in ("create", "open"):
        monkeypatch.setitem(vars(KeyFile)[method].__func__.__kwdefaults__, "cost", CHEAP)
    for name in TRUSTEES:
        (tmp_path / f"{name}.pass").write_text(f"passphrase of {name}\n")
    run_script(door, script)
