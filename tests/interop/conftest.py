"""The Go program of tests/go, built once."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[1] / "go"

RecordCheck = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def record_check(tmp_path_factory: pytest.TempPathFactory) -> RecordCheck:
    """record_check(base, vkey, *older checkpoints): the program's run."""
    if shutil.which("go") is None:
        if os.environ.get("CI") == "true":
            pytest.fail("Go is missing, and CI does without nothing")
        pytest.skip("needs Go")
    program = tmp_path_factory.mktemp("go") / "record-check"
    subprocess.run(["go", "build", "-o", program, "."], cwd=SOURCE, check=True)

    def run(*arguments: object) -> subprocess.CompletedProcess[str]:
        command = [str(program), *map(str, arguments)]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    return run
