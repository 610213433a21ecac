"""What the pages say, they say in every language: catalogues lack nothing, and hold nothing that is not said."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

from election.faults import CHECKS
from pages import languages
from pages.languages import LANGUAGES, Language

ROOT = Path(__file__).resolve().parents[2]
CATALOGUES = ROOT / "pages" / "catalogues"
SPEAKING = ("pages", "bulletin_board/web/pages", "trustees")
SAID_ELSEWHERE = ("election", "crypto/dkg")
"""What these find is a reason, which a page may translate."""
TRANSLATED = [tag for tag in LANGUAGES if tag != "en"]
_FUNCTIONS = {"_": None, "gettext": None, "ngettext": (1, 2), "Sentence": None, "_say": (2,)}
_AS_RENDERED = {
    "extensions": "jinja2.ext.do",
    "trim_blocks": "true",
    "lstrip_blocks": "true",
    "silent": "false",
}

Id = str | tuple[str, ...]


def _said(path: Path) -> Iterator[Id]:
    """What is translated where it stands, and what is a message by name."""
    method = "jinja2.ext:babel_extract" if path.suffix == ".html" else "python"
    options = _AS_RENDERED if path.suffix == ".html" else {}
    for _, found, _, _ in extract_from_file(method, path, keywords=_FUNCTIONS, options=options):
        if not isinstance(found, str) or found.strip(" ,"):
            yield found
    if path.suffix == ".py":
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Assign) and [ast.unparse(name) for name in node.targets] == ["message"]:
                yield from _texts(node.value)


def _texts(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def _files(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from (p for p in (ROOT / folder).rglob("*") if p.suffix in (".html", ".py"))


@cache
def said() -> frozenset[Id]:
    """Every sentence of templates and programs; those that are named elsewhere too."""
    return frozenset(id for path in _files(*SPEAKING) for id in _said(path)) | set(CHECKS.values())


@cache
def written_somewhere() -> frozenset[str]:
    """Every text in a program: a sentence may be translated elsewhere than where it stands."""
    programs = (path for path in _files(*SPEAKING, *SAID_ELSEWHERE) if path.suffix == ".py")
    return frozenset(text for path in programs for text in _texts(ast.parse(path.read_text())))


@cache
def catalogue(tag: str) -> dict[Id, list[Message]]:
    """Id -> all messages with it, of all files."""
    found: dict[Id, list[Message]] = {}
    for path in sorted((CATALOGUES / tag).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=tag, abort_invalid=True):
                if message.id:
                    id = message.id if isinstance(message.id, str) else tuple(message.id)
                    found.setdefault(id, []).append(message)
    return found


def written(message: Message) -> list[str]:
    texts = message.string
    return [texts] if isinstance(texts, str) else list(texts or [""])


def places(text: str) -> set[str]:
    return set(re.findall(r"%\((\w+)\)\w", text))


@pytest.mark.parametrize("tag", TRANSLATED)
def test_nothing_is_missing(tag: str) -> None:
    missing = sorted(
        str(id)
        for id in said()
        if not all(text.strip() for m in catalogue(tag).get(id, [Message(id)]) for text in written(m))
    )
    assert not missing, "\n".join(missing)


@pytest.mark.parametrize("tag", TRANSLATED)
def test_nothing_is_left_over(tag: str) -> None:
    left = sorted(str(id) for id in catalogue(tag) if id not in said() | written_somewhere())
    assert not left, "\n".join(left)


@pytest.mark.parametrize("tag", TRANSLATED)
def test_nothing_is_translated_twice_in_two_ways(tag: str) -> None:
    for id, messages in catalogue(tag).items():
        assert len({tuple(written(m)) for m in messages}) == 1, id


@pytest.mark.parametrize("tag", TRANSLATED)
def test_values_stand_in_every_translation(tag: str) -> None:
    for id, messages in catalogue(tag).items():
        known = {name for text in ([id] if isinstance(id, str) else id) for name in places(text)}
        for message in messages:
            for text in written(message):
                assert places(text) <= known, text
        needed = places(id) if isinstance(id, str) else places(id[-1])
        assert needed <= {name for m in messages for text in written(m) for name in places(text)}, id


@pytest.mark.parametrize("tag", TRANSLATED)
def test_markup_is_that_of_the_sentence_or_isolates(tag: str) -> None:
    for id, messages in catalogue(tag).items():
        own = set(re.findall(r"<[^>]*>", id if isinstance(id, str) else id[-1]))
        for text in (text for m in messages for text in written(m)):
            for found in set(re.findall(r"<[^>]*>", text)) - own:
                assert re.fullmatch(r'<bdi( lang="en")?( dir="ltr")?>|</bdi>', found), text


WRONG_IN_PERSIAN = {
    "letters and digits of others": "[يىك٠-٩]",
    "ASCII digits": "[0-9]",
    "Latin punctuation": "[,;?!]",
    "space for a half-space in a verb": r"\bن?می ",
    "space for a half-space in an ending": r"\w (?:ها|های|هایی|تر|ترین)\b",
    "another ezafe than هٔ": "ه\u200cی |هء ",
    "space on the wrong side": " [،؛:.؟»]|« ",
    "half-space or space too many": "\u200c(?: |$)|  ",
}


@pytest.mark.parametrize("pattern", WRONG_IN_PERSIAN.values(), ids=WRONG_IN_PERSIAN)
def test_persian_is_written_as_persian(pattern: str) -> None:
    for messages in catalogue("fa").values():
        for text in (text for m in messages for text in written(m)):
            plain = re.sub(r"%\(\w+\)\w|<bdi[^>]*>.*?</bdi>|<[^>]*>|\S*[A-Za-z]\S*|«\w»", "X", text)
            assert not re.search(pattern, plain), text


def test_a_third_language_needs_a_catalogue_and_a_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The line is that of LANGUAGES, here made for the test alone."""
    (tmp_path / "fr").mkdir()
    head = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
    (tmp_path / "fr" / "common.po").write_text(head + 'msgid "Results"\nmsgstr "Résultats"\n')
    monkeypatch.setattr(languages, "_CATALOGUES", tmp_path)
    french = Language("fr", "Français")
    languages.speak(french)
    try:
        assert [languages.gettext(text) for text in ("Results", "Ballots")] == ["Résultats", "Ballots"]
        assert french.moment(1_813_000_000) == "lundi 14 juin 2027, 19:06"
        assert (french.number(12345.5), french.digits(52)) == ("12\u202f345,5", "52")
    finally:
        languages.speak(LANGUAGES["en"])
