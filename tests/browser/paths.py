"""Every page that the application has, as paths behind the language: taken from its own table of rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from playwright.sync_api import Page

from tests.browser.serve import Stand

LANGUAGES = ("fa", "en")
_SKIPPED = {"pages.nothing"}
_CHANGING = {"/", "/trustees", "/results", "/results/<contest>", "/find", "/units"}
_AT_THE_END = _CHANGING | {"/entry/<number>", "/reports", "/reports/<digest>", "/ballots/<unit>"}
_WORTH = {"final": _AT_THE_END}
"""Phase -> what looks different from while people vote, when every page is looked at."""


def _ballots(stand: Stand) -> list[str]:
    """Answers to whom something has happened, who asks for another's, has mistyped, or knows only one name."""
    if stand.town.counted < 0:
        return ["/find/ballot?tracker=7777-7777-7777-7777-7777-7777-7777-7777"]
    counted = stand.town.receipt(stand.town.counted)
    asked = [(own.tracker, own.pseudonym) for own in map(stand.town.receipt, stand.town.noted)]
    asked += [(counted.tracker, ""), (counted.tracker, stand.town.stranger()), ("7" * 32, ""), ("UGH", "!")]
    return [f"/find/ballot?tracker={tracker}&pseudonym={pseudonym}" for tracker, pseudonym in asked]


def _entries(stand: Stand) -> list[str]:
    """The first entry of each kind."""
    return [f"/entry/{numbers[0]}" for numbers in stand.numbers().values()]


EXAMPLES: dict[str, Callable[[Stand], list[str]]] = {
    "/contests/<id>": lambda stand: ["/contests/council", "/contests/park"],
    "/units/<id>": lambda stand: ["/units/city"],
    "/ballots/<unit>": lambda stand: ["/ballots/station-1", "/ballots/station-3"],
    "/entry/<number>": _entries,
    "/log": lambda stand: ["/log?kind=cast", "/log?before=20"],
    "/find/ballot": _ballots,
    "/find/receipt": lambda stand: [f"/find/receipt#{name}" for name in stand.receipts],
    "/reports": lambda stand: ["/reports#counted"],
    "/reports/<digest>": lambda stand: [f"/reports/{digest}" for digest in stand.reports()],
    "/results/<contest>": lambda stand: ["/results/council", "/results/council?units&all", "/results/park"],
}
"""Rule with parameters, or one that answers what it is asked -> paths behind the language; # names a file to send."""


def paths(stand: Stand) -> list[str]:
    """Behind the language, each page once; KeyError for a rule with parameters that has no example."""
    worth = None if stand.phase == "voting" else _WORTH.get(stand.phase, _CHANGING)
    rules = [rule for rule in _rules(stand) if worth is None or rule in worth]
    return [path for rule in rules for path in _examples(rule, stand)] + ["/no-such-page"]


def _rules(stand: Stand) -> Iterator[str]:
    for rule in stand.app.url_map.iter_rules():
        shown = rule.endpoint.startswith("pages.") and "GET" in (rule.methods or ())
        if shown and rule.endpoint not in _SKIPPED:
            yield str(rule).split(":language>", 1)[1]


def _examples(rule: str, stand: Stand) -> list[str]:
    if "<" in rule:
        return EXAMPLES[rule](stand)
    return [rule, *(EXAMPLES[rule](stand) if rule in EXAMPLES else [])]


def visit(page: Page, address: str, stand: Stand, path: str) -> None:
    """Open a path, or send the file that it names."""
    path, _, name = path.partition("#")
    if not name:
        page.goto(address + path)
        return
    page.goto(address + path.removesuffix("/receipt"))
    page.set_input_files("#receipt, #report", stand.receipts[name])
    page.click("form[method=post] button")
    page.wait_for_load_state()
