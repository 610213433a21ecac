"""Long lists in pages, the newest first; where a page begins is said by an entry's number, which stays the same."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from flask import request

from bulletin_board.web.problems import Problem

PAGE = 50
_MAX_DIGITS = 16


@dataclass(frozen=True)
class Window:
    """numbers: of entries, falling; first, last: places of these in the list, from 1; of: how long that is.

    older, newer: what `before` is on the pages beside this one, None where there is none; newest: this is the first.
    """

    numbers: list[int]
    first: int
    last: int
    of: int
    older: int | None
    newer: int | None
    newest: bool


def window(numbers: Sequence[int], before: int | None, size: int = PAGE) -> Window:
    """The last `size` of rising numbers, or of those below `before`."""
    end = len(numbers) if before is None else bisect_left(numbers, before)
    start = max(0, end - size)
    above = end + size
    return Window(
        list(reversed(numbers[start:end])),
        len(numbers) - end + 1,
        len(numbers) - start,
        len(numbers),
        numbers[start] if start else None,
        numbers[above] if above < len(numbers) else None,
        end == len(numbers),
    )


def asked_before() -> int | None:
    """What the page is asked to begin below. Raises Problem."""
    text = request.args.get("before")
    return None if text is None else parse_number(text)


def parse_number(text: str) -> int:
    """A number in ASCII digits as it is written in addresses. Raises Problem."""
    if not (text.isascii() and text.isdecimal() and len(text) <= _MAX_DIGITS and str(int(text)) == text):
        raise Problem(404, "this address holds no number of an entry")
    return int(text)
