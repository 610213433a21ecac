"""Every page that the application has, as paths behind the language: taken from its own table of rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tests.browser.serve import Stand
from tests.browser.uploads import upload

LANGUAGES = ("fa", "en")
_SKIPPED = {"pages.nothing"}

EXAMPLES: dict[str, Callable[[Stand], list[str]]] = {
    "/ballots/<unit>": lambda stand: ["/ballots/city", "/ballots/station-1"],
    "/entry/<number>": lambda stand: [f"/entry/{n}" for n in _entries(stand)],
    "/log": lambda stand: ["/log?kind=roll"],
    "/results/<contest>": lambda stand: [
        "/results/council",
        "/results/council?unit=station-3",
        "/results/park",
    ],
    "/reports/<digest>": upload,
}
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


def _entries(stand: Stand) -> list[int]:
    """The manifest, the newest, and the ballots that something happened to."""
    town = stand.town
    ballots = (n for n in (town.superseded, town.challenged) if n >= 0)
    return [0, *ballots, len(town.world.log.contents) - 1]
