"""What a trustee waits for, and what is wrong with an envelope, is said in Persian too (others: tests/house)."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from crypto.dkg.errors import Fault
from pages.languages import LANGUAGES

TRUSTEES = Path(__file__).resolve().parents[2] / "trustees"
SAID = ("Sentence", "wait", "wait_for")


def messages(path: Path) -> Iterator[str]:
    """First texts of the calls that say something, and messages that reach such a call by a name."""
    tree = ast.parse(path.read_text())
    constants = {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SAID:
            for argument in node.args:
                known = constants.get(argument.id) if isinstance(argument, ast.Name) else None
                text = argument.value if isinstance(argument, ast.Constant) else known
                if isinstance(text, str):
                    yield text
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and "%(names)s" in node.value:
            yield node.value


def test_every_sentence_has_a_persian_one() -> None:
    due = {fault.value for fault in Fault}
    due |= {text for path in TRUSTEES.rglob("*.py") for text in messages(path)}
    assert len(due) > 60
    persian = LANGUAGES["fa"].translations
    missing = sorted(text for text in due if persian.ugettext(text) == text)
    assert not missing
