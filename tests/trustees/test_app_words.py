"""Everything that a trustee's page can say, it says in Persian, with the same values in it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from crypto.dkg.errors import Fault

ROOT = Path(__file__).resolve().parents[2]
TRUSTEES = ROOT / "trustees"
PERSIAN = ROOT / "pages" / "catalogues" / "fa"
SAID = ("Sentence", "_", "wait", "wait_for")


def in_python(path: Path) -> Iterator[str]:
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


def in_templates() -> Iterator[str]:
    """Singular forms; the catalogue has the plural beside them."""
    found = extract_from_dir(TRUSTEES / "app" / "templates", [("**.html", "jinja2")], {"**.html": {}})
    for _, _, message, _, _ in found:
        yield message[0] if isinstance(message, tuple) else message


def messages() -> set[str]:
    found = {fault.value for fault in Fault} | set(in_templates())
    for path in TRUSTEES.rglob("*.py"):
        found |= set(in_python(path))
    return found


def catalogue() -> dict[str, tuple[str, ...]]:
    known = {}
    for path in sorted(PERSIAN.glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale="fa"):
                one = message.id if isinstance(message.id, str) else message.id[0]
                said = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
                known[one] = said
    return known


def test_every_sentence_has_a_persian_one() -> None:
    known = catalogue()
    missing = sorted(text for text in messages() if not all(known.get(text, ("",))))
    assert not missing


def test_values_stay_in_the_translation() -> None:
    known = catalogue()
    for text in messages():
        due = set(re.findall(r"%\((\w+)\)", text)) - {"num"}
        for said in known.get(text, ()):
            assert set(re.findall(r"%\((\w+)\)", said)) - {"num"} == due, text


def test_persian_is_written_in_persian_letters() -> None:
    """No Arabic yeh or kaf, and no Latin digits."""
    known = catalogue()
    for text in messages():
        for said in known.get(text, ()):
            assert not re.search("[\u064a\u0643\u0660-\u0669]", said), said
