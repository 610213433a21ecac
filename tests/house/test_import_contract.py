"""Who may import whom: pyproject.toml has the contract, import-linter judges."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest


def lint_imports(root: Path) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache", "--no-logo"]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)


def test_contract_is_kept(copy_source: Callable[[Path], Path], tmp_path: Path) -> None:
    done = lint_imports(copy_source(tmp_path / "source"))
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        ("crypto", "election"),
        ("crypto", "socket"),
        ("election", "glassballot"),
        ("election", "pages"),
        ("pages", "bulletin_board"),
        ("pages", "flask"),
        ("trustees", "booth"),
        ("trustees", "flask"),
        ("verifier", "bulletin_board"),
        ("verifier", "sqlalchemy"),
        ("witness", "verifier"),
        ("glassballot", "flask"),
    ],
)
def test_contract_notices(
    copy_source: Callable[[Path], Path], tmp_path: Path, importer: str, imported: str
) -> None:
    source = copy_source(tmp_path / "source")
    (source / importer / "intruder.py").write_text(f"import {imported}\n")
    done = lint_imports(source)
    assert done.returncode == 1
    assert f"{importer}.intruder -> {imported}" in done.stdout
