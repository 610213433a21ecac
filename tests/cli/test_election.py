"""Whole elections on the command line, as scripts that can be read from top to bottom."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.door import Door
from tests.cli.script import run_script
from tests.cli.town import cheap_passphrases, write_passphrases

SCRIPTS = sorted((Path(__file__).parent / "scripts").glob("*.txt"))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_script(door: Door, script: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    cheap_passphrases(monkeypatch)
    write_passphrases(tmp_path)
    run_script(door, script)
