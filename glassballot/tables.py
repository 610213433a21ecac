"""Totals to look at: tables with bars, in English or Persian."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.bar import Bar
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from election.results import CellSummary, ContestSummary, title_in
from election.texts import printable

LANGUAGES = ("en", "fa")

_CELLS_A_TABLE = 5
_BAR_WIDTH = 30
_WORDS = {
    "en": {
        "option": "Option",
        "total": "Total",
        "share": "Of ballots",
        "ballots": "Ballots",
        "withheld": "withheld, since too few ballots were cast",
    },
    "fa": {
        "option": "گزینه",
        "total": "جمع",
        "share": "سهم از برگه‌ها",
        "ballots": "برگه‌های رأی",
        "withheld": "منتشر نمی‌شود، چون برگه‌های رأی کم است",
    },
}
_PERSIAN = str.maketrans("0123456789,.%", "۰۱۲۳۴۵۶۷۸۹٬٫٪")


def tables(contest: ContestSummary, language: str) -> Iterator[RenderableType]:
    """The contest with bars; then, where it has several cells, these side by side, a few a table."""
    if contest.withheld:
        yield Text(f"{title_in(contest.contest.title, language)}: {_WORDS[language]['withheld']}")
        return
    yield _bars(contest, language)
    if len(contest.cells) > 1:
        for first in range(0, len(contest.cells), _CELLS_A_TABLE):
            yield _side_by_side(contest, contest.cells[first : first + _CELLS_A_TABLE], language)


def _bars(contest: ContestSummary, language: str) -> Table:
    words, totals, ballots = _WORDS[language], contest.totals, contest.ballots or 0
    # Of options that take more than 1, a total is points, and no share of the ballots.
    counts = all(option.max == 1 for option in contest.contest.options)
    heading = f"{title_in(contest.contest.title, language)}. {words['ballots']}: {_number(ballots, language)}"
    table = Table(title=_plain(heading), title_justify="left")
    table.add_column(words["option"])
    table.add_column(words["total"], justify="right")
    if counts:
        table.add_column(words["share"], justify="right")
    table.add_column("", width=_BAR_WIDTH)
    longest = max(totals.values())
    for option in contest.contest.options:
        total = totals[option.id]
        share = [_digits(f"{total / max(ballots, 1):.1%}", language)] if counts else []
        bar = Bar(max(longest, 1), 0, total, width=_BAR_WIDTH, color="cyan")
        table.add_row(_plain(title_in(option.title, language)), _number(total, language), *share, bar)
    return table


def _side_by_side(contest: ContestSummary, cells: Sequence[CellSummary], language: str) -> Table:
    words = _WORDS[language]
    table = Table()
    table.add_column(words["option"])
    for cell in cells:
        table.add_column(_plain(cell.title(language)), justify="right")
    for option in contest.contest.options:
        totals = (_number(cell.totals[option.id], language) for cell in cells)
        table.add_row(_plain(title_in(option.title, language)), *totals)
    table.add_section()
    table.add_row(words["ballots"], *(_number(cell.ballots, language) for cell in cells))
    return table


def _plain(text: str) -> Text:
    """Never read as rich's markup."""
    return Text(printable(text))


def _number(value: int, language: str) -> str:
    return _digits(f"{value:,}", language)


def _digits(text: str, language: str) -> str:
    return text.translate(_PERSIAN) if language == "fa" else text
