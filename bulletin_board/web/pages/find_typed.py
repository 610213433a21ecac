"""What a voter types: forgiven where it can be, and where it cannot, what is wrong in words of the page's language."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from election.tracker import MistypedError, parse_pseudonym, parse_tracker
from pages.languages import current, gettext

_MOST = 200
_TRACKER, _PSEUDONYM = 32, 16


@dataclass(frozen=True)
class Typed:
    """text: as it was typed; value: as election.tracker writes it, "" where it is wrong or absent."""

    text: str
    value: str = ""
    wrong: str = ""


def typed_tracker(text: str) -> Typed:
    """A tracker, which has to be there."""
    if not text.strip():
        return Typed(text, wrong=gettext("Please type the tracker that the device showed you."))
    return _typed(text, parse_tracker, _tracker_wrong)


def typed_pseudonym(text: str) -> Typed:
    """A pseudonym, which may be left out."""
    return _typed(text, parse_pseudonym, _pseudonym_wrong) if text.strip() else Typed(text)


def _typed(text: str, parse: Callable[[str], str], explain: Callable[[MistypedError], str]) -> Typed:
    text = text[:_MOST]
    try:
        return Typed(text, parse(_without_marks(text)))
    except MistypedError as error:
        return Typed(text, wrong=explain(error))


def _without_marks(text: str) -> str:
    """Without what copying adds: dashes of every kind and invisible characters."""
    return "".join("-" if unicodedata.category(c) in ("Pd", "Cf") or c in "−ـ" else c for c in text)


def _tracker_wrong(error: MistypedError) -> str:
    if error.strange:
        return _strange(error)
    if error.length == _PSEUDONYM:
        return gettext("This has 16 letters and digits, as a pseudonym has. A tracker has 32.")
    if error.length == _TRACKER + _PSEUDONYM:
        return gettext(
            "This has 48 letters and digits: tracker and pseudonym together? Each has its own field."
        )
    return _length(
        error, gettext("A tracker has 32 letters and digits, eight groups of four; this has %(n)s.")
    )


def _pseudonym_wrong(error: MistypedError) -> str:
    if error.strange:
        return _strange(error)
    if error.length == _TRACKER:
        return gettext("This has 32 letters and digits, as a tracker has. A pseudonym has 16.")
    return _length(
        error, gettext("A pseudonym has 16 letters and digits, four groups of four; this has %(n)s.")
    )


def _strange(error: MistypedError) -> str:
    if not error.strange.isprintable():
        return gettext("This holds a character that cannot be printed. Please type it by hand.")
    return gettext(
        "“%(character)s” never occurs here: only the letters A to Z without U, and digits. Please compare it with your "
        "paper again.",
        character=error.strange,
    )


def _length(error: MistypedError, sentence: str) -> str:
    return sentence % {"n": current().number(error.length)}
