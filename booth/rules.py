"""Which rules of a contest choices break (SPEC 6.2), said in plain words."""

from __future__ import annotations

from collections.abc import Sequence

from booth.words import number, say, title
from election.errors import ChoiceError
from election.layout import Layout
from election.manifest import Contest, Option, Rule
from pages import rules
from pages.languages import LANGUAGES


def explain(contest: Contest, rule: Rule, language: str = "en") -> str:
    """One sentence that says what a rule asks of a voter."""
    return rules.explain(contest, rule, LANGUAGES[language])


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
