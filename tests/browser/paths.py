"""Every page that the application has, as paths behind the language: taken from its own table of rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tests.browser.serve import Stand

LANGUAGES = ("fa", "en")
_SKIPPED = {"pages.nothing"}

EXAMPLES: dict[str, Callable[[Stand], list[str]]] = {}
"""Rule with parameters, or one that shows something else when asked -> paths behind the language."""


def paths(stand: Stand) -> list[str]:
    """Behind the language, each page once; KeyError for a rule with parameters that has no example."""
    return [path for rule in _rules(stand) for path in _examples(rule, stand)] + ["/no-such-page"]


def _rules(stand: Stand) -> Iterator[str]:
    for rule in stand.app.url_map.iter_rules():
        if (
            rule.endpoint.startswith("pages.")
            and rule.endpoint not in _SKIPPED
            and "GET" in (rule.methods or ())
        ):
            yield str(rule).split(":language>", 1)[1]


def _examples(rule: str, stand: Stand) -> list[str]:
    if "<" in rule:
        return EXAMPLES[rule](stand)
    return [rule, *(EXAMPLES[rule](stand) if rule in EXAMPLES else [])]
