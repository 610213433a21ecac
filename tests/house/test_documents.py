"""What the documents say can be done: commands and options exist, links lead somewhere, attacks have a number."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.house.commands import check_command, commands

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [
    ROOT / "README.md",
    ROOT / "SECURITY.md",
    ROOT / "SPEC.md",
    *sorted((ROOT / "docs").rglob("*.md")),
]
NAMES = [str(path.relative_to(ROOT)) for path in DOCUMENTS]


@pytest.mark.parametrize("path", DOCUMENTS, ids=NAMES)
def test_commands_exist(path: Path) -> None:
    for line in commands(path.read_text()):
        check_command(line)


def test_the_documents_show_commands() -> None:
    assert sum(1 for path in DOCUMENTS for _ in commands(path.read_text())) > 40


@pytest.mark.parametrize("path", DOCUMENTS, ids=NAMES)
def test_code_blocks_begin_and_end(path: Path) -> None:
    fences = [line.strip() for line in path.read_text().splitlines() if "```" in line]
    assert fences == ["```"] * len(fences)
    assert len(fences) % 2 == 0


@pytest.mark.parametrize("path", DOCUMENTS, ids=NAMES)
def test_links_lead_somewhere(path: Path) -> None:
    text = path.read_text()
    anchors = {
        re.sub(r"[^\w -]", "", h.lower()).replace(" ", "-") for h in re.findall(r"^#+ (.+)$", text, re.M)
    }
    for target in re.findall(r"\]\(([^)]+)\)", text):
        name, _, anchor = target.partition("#")
        assert not name or (path.parent / name).is_file(), target
        assert name or anchor in anchors, target


def test_every_attack_that_a_test_cites_is_in_the_museum() -> None:
    shown = {int(n) for n in re.findall(r"^\| (\d+) \|", (ROOT / "docs" / "attacks.md").read_text(), re.M)}
    assert shown == set(range(1, 79))
    for path in (ROOT / "tests").rglob("test_*.py"):
        cited = {int(n) for n in re.findall(r"def test_row_(\d+)_", path.read_text())}
        assert cited <= shown, path.name
