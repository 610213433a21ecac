"""The rules of a contest in plain words, and which of them choices break (SPEC 6.2)."""

from __future__ import annotations

from collections.abc import Sequence

from booth.words import listing, number, say, title
from election.errors import ChoiceError
from election.layout import Layout
from election.manifest import Contest, Option, Rule, Term


def explain(contest: Contest, rule: Rule, language: str = "en") -> str:
    """One sentence that says what min ≤ Σ times·option ≤ max asks of a voter."""
    options = {option.id: option for option in contest.options}
    times = {term.times for term in rule.terms}
    if times == {1}:
        if all(options[term.option].max == 1 for term in rule.terms):
            return _explain_count(contest, rule, language)
        return _explain_points(contest, rule, language)
    return (
        _explain_either_or(contest, rule, language)
        or _explain_only_with(contest, rule, language)
        or _explain_sum(contest, rule, language)
    )


def check_rules(layout: Layout, choices: Sequence[int], language: str = "en") -> None:
    """Raises ChoiceError, saying which rule is broken and what it asks."""
    values = {(c.id, o.id): value for (c, o), value in zip(layout.options, choices, strict=True)}
    for contest, rule in layout.rules:
        total = sum(term.times * values[contest.id, term.option] for term in rule.terms)
        if not rule.min <= total <= rule.max:
            named = {term.option for term in rule.terms}
            marked = [(o, values[contest.id, o.id]) for o in contest.options if o.id in named]
            raise ChoiceError(
                say(
                    "broken",
                    language,
                    contest=title(contest.title, language),
                    number=contest.rules.index(rule) + 1,
                    rule=explain(contest, rule, language),
                    given=given(marked, language),
                )
            )
    layout.check_choices(choices)


def given(marked: Sequence[tuple[Option, int]], language: str) -> str:
    """The options that are not 0, by title and id, with their values where those can be above 1."""
    comma = say("options.comma", language)
    names = [
        name(option, language) + (f" = {number(value, language)}" if option.max > 1 else "")
        for option, value in marked
        if value
    ]
    return comma.join(names) or say("given.nothing", language)


def name(option: Option, language: str) -> str:
    """Title and id, or the id alone where both are the same."""
    text = title(option.title, language)
    return option.id if text == option.id else f"{text} ({option.id})"


def _names(contest: Contest, terms: Sequence[Term], language: str) -> str:
    if len(terms) == len(contest.options) > 1:
        return say("options.all", language, count=len(terms))
    titles = {option.id: title(option.title, language) for option in contest.options}
    return listing([titles[term.option] for term in terms], language)


def _explain_count(contest: Contest, rule: Rule, language: str) -> str:
    low, high = max(rule.min, 0), min(rule.max, len(rule.terms))
    if low == high:
        key = "rule.exactly"
    elif low == 0:
        key = "rule.any" if high == len(rule.terms) else "rule.at_most"
    else:
        key = "rule.at_least" if high == len(rule.terms) else "rule.from_to"
    return say(key, language, low=low, high=high, options=_names(contest, rule.terms, language))


def _explain_points(contest: Contest, rule: Rule, language: str) -> str:
    low = max(rule.min, 0)
    key = "rule.points_exactly" if low == rule.max else "rule.points" if low else "rule.points_at_most"
    return say(key, language, low=low, high=rule.max, options=_names(contest, rule.terms, language))


def _explain_either_or(contest: Contest, rule: Rule, language: str) -> str:
    """k·Σ ones + Σ names ≤ k: one of these uses up what k of those may."""
    largest = {option.id: option.max for option in contest.options}
    ones = [term for term in rule.terms if term.times == rule.max]
    names = [term for term in rule.terms if term.times == 1]
    fits = rule.max > 1 and rule.min <= 0 and ones and names and len(ones) + len(names) == len(rule.terms)
    if not fits or any(largest[term.option] > 1 for term in rule.terms):
        return ""
    return say(
        "rule.either_or",
        language,
        ones=_names(contest, ones, language),
        names=_names(contest, names, language),
        high=rule.max,
    )


def _explain_only_with(contest: Contest, rule: Rule, language: str) -> str:
    """−k ≤ Σ names − k·one ≤ 0: these only together with that one."""
    largest = {option.id: option.max for option in contest.options}
    one = [term for term in rule.terms if term.times < 0]
    names = [term for term in rule.terms if term.times == 1]
    fits = rule.max == 0 and len(one) == 1 and names and len(names) + 1 == len(rule.terms)
    if not fits or rule.min > one[0].times or any(largest[term.option] > 1 for term in rule.terms):
        return ""
    return say(
        "rule.only_with",
        language,
        one=_names(contest, one, language),
        names=_names(contest, names, language),
        high=min(-one[0].times, len(names)),
    )


def _explain_sum(contest: Contest, rule: Rule, language: str) -> str:
    titles = {option.id: title(option.title, language) for option in contest.options}
    parts: list[str] = []
    for term in rule.terms:
        sign = "−" if term.times < 0 else "+" if parts else ""
        factor = "" if abs(term.times) == 1 else f"{number(abs(term.times), language)} × "
        parts.append(f"{sign} {factor}{titles[term.option]}".strip())
    return say("rule.sum", language, sum=" ".join(parts), low=rule.min, high=rule.max)
