"""What a person types, as integers in layout order; and back, for a person to read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from booth.rules import check_rules, explain, given, name
from booth.words import number, say, title
from election.errors import ChoiceError
from election.layout import Layout
from election.manifest import Contest, Option
from election.texts import look_alike_key

_MAX_DIGITS = 16


def read_choices(layout: Layout, typed: Sequence[str], language: str = "en") -> tuple[int, ...]:
    """One integer an option for texts such as `anna`, `council.anna`, `3` or `anna=2`.

    An option is named by its id, its title or its number in the contest. Case, digits of other scripts and
    Arabic for Persian letters are forgiven; what could mean two options is not. Raises ChoiceError.
    """
    values = [0] * len(layout.options)
    named: dict[int, str] = {}
    for text in typed:
        place, value = _read(layout, text)
        if place in named:
            raise ChoiceError(f"{text!r} and {named[place]!r} name the same option")
        named[place] = text
        values[place] = value
    check_rules(layout, values, language)
    return tuple(values)


def describe(layout: Layout, choices: Sequence[int], language: str = "en") -> list[str]:
    """One line a contest: what is marked."""
    lines = []
    for contest in layout.contests:
        pairs = zip(layout.options, choices, strict=True)
        marked = [(option, value) for (of, option), value in pairs if of.id == contest.id]
        key = "ballot.marked" if any(value for _, value in marked) else "ballot.nothing"
        lines.append(
            say(key, language, contest=title(contest.title, language), given=given(marked, language))
        )
    return lines


def ballot_paper(layout: Layout, language: str = "en") -> list[str]:
    """What there is to choose from, and the rules, one line each."""
    lines = []
    for contest in layout.contests:
        lines.append(f"{title(contest.title, language)} ({contest.id})")
        lines += [f"  {explain(contest, rule, language)}" for rule in contest.rules]
        for place, option in enumerate(contest.options, 1):
            label = "" if _numeric_ids(contest) else str(number(place, language))
            most = f", 0 … {number(option.max, language)}" if option.max > 1 else ""
            lines.append(f"  {label:>4}  {name(option, language)}{most}")
    return lines


def _read(layout: Layout, text: str) -> tuple[int, int]:
    """Which option is meant, as its place in the layout, and its value."""
    place = _find(layout, text)
    if place is not None:
        _, option = layout.options[place]
        if option.max > 1:
            raise ChoiceError(f"{text!r} takes 0 to {option.max}: write {option.id}=NUMBER")
        return place, 1
    meant, equals, typed = text.rpartition("=")
    place = _find(layout, meant) if equals else None
    if place is None:
        raise ChoiceError(f"no option of style {layout.style} is called {text!r}")
    _, option = layout.options[place]
    digits = look_alike_key(typed)
    if not digits.isdecimal() or len(digits) > _MAX_DIGITS or int(digits) > option.max:
        raise ChoiceError(f"{text!r}: a whole number from 0 to {option.max} belongs after the =")
    return place, int(digits)


def _find(layout: Layout, text: str) -> int | None:
    """The option that a text names: its exact id before anything else. ChoiceError if there are several."""
    for match in (_is_id, _is_like):
        found = [
            i
            for i, (contest, option) in enumerate(layout.options)
            if any(match(contest, option, part) for part in _parts(contest, text))
        ]
        if len(found) == 1:
            return found[0]
        if found:
            could = ", ".join(f"{c.id}.{o.id}" for c, o in (layout.options[i] for i in found))
            raise ChoiceError(f"{text!r} could be {could}: write one of these")
    return None


def _parts(contest: Contest, text: str) -> Iterator[str]:
    """The text itself, and what is left of it after the contest's id or title and a dot."""
    yield text
    names = {look_alike_key(known) for known in (contest.id, *contest.title.values())}
    for i, character in enumerate(text):
        if character == "." and look_alike_key(text[:i]) in names:
            yield text[i + 1 :]


def _is_id(contest: Contest, option: Option, text: str) -> bool:
    return option.id == text


def _is_like(contest: Contest, option: Option, text: str) -> bool:
    key = look_alike_key(text)
    if key in {look_alike_key(known) for known in (option.id, *option.title.values())}:
        return True
    return not _numeric_ids(contest) and key == str(contest.options.index(option) + 1)


def _numeric_ids(contest: Contest) -> bool:
    """Where ids are numbers themselves, counting options would be another numbering of the same look."""
    return any(option.id.isdecimal() for option in contest.options)
