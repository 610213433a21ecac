"""Published ballots of real elections: PrefLib `.cat` and Pabulib `.pb` as one plain structure.

Nothing is repaired. A file that contradicts itself is refused with the line, since an election over it would
have a result that nobody can compare with anything.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from crypto.errors import GlassballotError

MAX_BALLOTS = 10_000_000

Kind = Literal["approval", "choose-1", "ordinal"]
Row = tuple[int, list[str]]


class BallotFileError(GlassballotError):
    """A file of ballots that is refused; `line` counts from 1, None means the file as a whole."""

    def __init__(self, path: Path, line: int | None, reason: str) -> None:
        super().__init__(path, line, reason)
        self.path = path
        self.line = line
        self.reason = reason

    def __str__(self) -> str:
        return (
            f"{self.path}: {self.reason}" if self.line is None else f"{self.path}:{self.line}: {self.reason}"
        )


@dataclass(frozen=True)
class BallotFile:
    """One contest with its ballots, in the order of the file.

    `options` are (key, title). A ballot is a tuple of option keys, best first where the kind is ordinal;
    `points` then says what each place is worth: L, L - 1, …, 1 where at most L options may be ranked.
    """

    path: Path
    title: str
    kind: Kind
    options: tuple[tuple[str, str], ...]
    min_choices: int
    max_choices: int
    points: tuple[int, ...]
    ballots: tuple[tuple[str, ...], ...]


def read_ballot_file(path: Path, limit: int | None = None) -> BallotFile:
    """The contest of a file, with its first `limit` ballots; the whole file is checked all the same.

    BallotFileError for everything that cannot be read, is not supported, or contradicts itself.
    """
    reader = {".cat": _read_cat, ".pb": _read_pb}.get(path.suffix.lower())
    if reader is None:
        raise BallotFileError(path, None, "neither a .cat file of PrefLib nor a .pb file of Pabulib")
    try:
        file = reader(path, _text(path))
    except _Fault as fault:
        raise BallotFileError(path, fault.line, fault.reason) from None
    if not file.ballots:
        raise BallotFileError(path, None, "no ballots")
    return file if limit is None else replace(file, ballots=file.ballots[: max(limit, 0)])


class _Fault(Exception):
    def __init__(self, line: int | None, reason: str) -> None:
        self.line = line
        self.reason = reason


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise _Fault(None, error.strerror or "cannot be read") from None
    if not data.strip():
        raise _Fault(None, "an empty file")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _Fault(data.count(b"\n", 0, error.start) + 1, "not UTF-8") from None


def _number(text: str, line: int | None, what: str) -> int:
    if not re.fullmatch("[0-9]{1,9}", text):
        raise _Fault(line, f"{what} is not a number: {text[:32]!a}")
    return int(text)


def _check_count(said: str | None, counted: int, what: str) -> None:
    if said is None:
        raise _Fault(None, f"the header lacks {what}")
    if _number(said, None, what) != counted:
        raise _Fault(None, f"{what} says {said}, the file holds {counted}")


def _check_distinct(choices: list[str] | tuple[str, ...], line: int | None) -> None:
    if len(set(choices)) != len(choices):
        twice = next(choice for choice in choices if choices.count(choice) > 1)
        raise _Fault(line, f"{twice[:64]!a} stands twice")


_CATEGORY = r"(\{[0-9, ]*\}|[0-9]+)"
_CAT_LINE = re.compile(rf"([0-9]{{1,9}}): *{_CATEGORY} *, *{_CATEGORY}\s*")


def _read_cat(path: Path, text: str) -> BallotFile:
    """Two categories, Yes and No: approval without limits. A line stands for `count` equal ballots."""
    header, lines = _cat_header(text)
    _check_categories(header)
    count = _number(header.get("NUMBER ALTERNATIVES", ""), None, "NUMBER ALTERNATIVES")
    names = [value for key, value in header.items() if key.startswith("ALTERNATIVE NAME ")]
    numbers = {key.removeprefix("ALTERNATIVE NAME ") for key in header if key.startswith("ALTERNATIVE NAME ")}
    if len(names) != count or numbers != {str(n) for n in range(1, count + 1)}:
        raise _Fault(None, f"the alternatives are not numbered from 1 to {count}")
    _check_distinct(names, None)
    ballots: list[tuple[str, ...]] = []
    for line, content in lines:
        repeated, choices = _cat_line(line, content, header)
        if len(ballots) + repeated > MAX_BALLOTS:
            raise _Fault(line, f"more than {MAX_BALLOTS} ballots")
        ballots += [choices] * repeated
    _check_count(header.get("NUMBER UNIQUE PREFERENCES"), len(lines), "NUMBER UNIQUE PREFERENCES")
    _check_count(header.get("NUMBER VOTERS"), len(ballots), "NUMBER VOTERS")
    options = tuple((name, name) for name in names)
    return BallotFile(
        path, header.get("TITLE") or path.stem, "approval", options, 0, count, (), tuple(ballots)
    )


def _check_categories(header: dict[str, str]) -> None:
    names = [header.get(f"CATEGORY NAME {n}", "").casefold() for n in (1, 2)]
    if header.get("NUMBER CATEGORIES") != "2" or names != ["yes", "no"]:
        raise _Fault(None, "not supported: other categories than Yes and No")


def _cat_header(text: str) -> tuple[dict[str, str], list[tuple[int, str]]]:
    header: dict[str, str] = {}
    lines: list[tuple[int, str]] = []
    for line, content in enumerate(io.StringIO(text), start=1):
        if content.startswith("#"):
            key, colon, value = content[1:].partition(":")
            if not colon or key.strip() in header:
                raise _Fault(line, "a header line that is not KEY: VALUE, or a key for the second time")
            header[key.strip()] = value.strip()
        elif content.strip():
            lines.append((line, content))
    return header, lines


def _cat_line(line: int, content: str, header: dict[str, str]) -> tuple[int, tuple[str, ...]]:
    match = _CAT_LINE.fullmatch(content)
    if match is None:
        raise _Fault(line, "not of the form count: {alternatives},{alternatives}")
    yes, no = (match[group].strip("{}").replace(" ", "") for group in (2, 3))
    approved, others = (part.split(",") if part else [] for part in (yes, no))
    _check_distinct(approved + others, line)
    for number in approved + others:
        if f"ALTERNATIVE NAME {number}" not in header:
            raise _Fault(line, f"unknown alternative {number[:32]!a}")
    return int(match[1]), tuple(header[f"ALTERNATIVE NAME {number}"] for number in approved)


def _read_pb(path: Path, text: str) -> BallotFile:
    """A Pabulib file, without its rules about costs (such as max_sum_cost): only choices are limited."""
    sections = _pb_sections(text)
    meta = _pb_meta(sections["META"])
    options = tuple(_pb_options(sections["PROJECTS"]))
    _check_distinct([key for key, _ in options], None)
    _check_count(meta.get("num_projects"), len(options), "num_projects")
    kind = _pb_kind(meta)
    low, high = _pb_limits(meta, kind, len(options))
    ballots = tuple(_pb_ballots(sections["VOTES"], {key for key, _ in options}, low, high))
    _check_count(meta.get("num_votes"), len(ballots), "num_votes")
    points = tuple(range(high, 0, -1)) if kind == "ordinal" else ()
    return BallotFile(path, meta.get("description") or path.stem, kind, options, low, high, points, ballots)


def _pb_sections(text: str) -> dict[str, list[Row]]:
    sections: dict[str, list[Row]] = {}
    expected = ["META", "PROJECTS", "VOTES"]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";", strict=True)
    rows: list[Row] | None = None
    try:
        for fields in reader:
            if expected and fields == expected[:1]:
                rows = sections[expected.pop(0)] = []
            elif rows is None:
                raise _Fault(reader.line_num, "the first line is not META")
            elif any(fields):
                rows.append((reader.line_num, fields))
    except csv.Error as error:
        raise _Fault(reader.line_num, f"not a table with semicolons: {error}") from None
    for section in ("META", "PROJECTS", "VOTES"):
        if len(sections.get(section, [])) < 2:
            raise _Fault(None, f"the section {section} is missing or empty")
    return sections


def _pb_meta(rows: list[Row]) -> dict[str, str]:
    meta: dict[str, str] = {}
    if rows[0][1] != ["key", "value"]:
        raise _Fault(rows[0][0], "META does not begin with key;value")
    for line, fields in rows[1:]:
        if len(fields) < 2 or fields[0] in meta:
            raise _Fault(line, "a line of META that is not key;value, or a key for the second time")
        meta[fields[0]] = fields[1].strip()
    return meta


def _pb_kind(meta: dict[str, str]) -> Kind:
    match meta.get("vote_type"):
        case "approval" | "choose-1" | "ordinal" as kind:
            pass
        case other:
            raise _Fault(None, f"not supported: vote_type {str(other)[:32]!a}")
    if kind == "ordinal" and meta.get("scoring_fn", "Borda") != "Borda":
        raise _Fault(None, f"not supported: scoring_fn {meta['scoring_fn'][:32]!a}")
    return kind


def _pb_limits(meta: dict[str, str], kind: Kind, options: int) -> tuple[int, int]:
    low = _number(meta.get("min_length", "1"), None, "min_length")
    high = _number(meta.get("max_length", "1" if kind == "choose-1" else str(options)), None, "max_length")
    if low > min(high, options) or high < 1 or (kind == "choose-1" and (low, high) != (1, 1)):
        raise _Fault(None, f"a ballot with {low} to {high} choices out of {options} is no {kind} ballot")
    return low, high


def _columns(rows: list[Row], required: str) -> dict[str, int]:
    line, header = rows[0]
    _check_distinct(header, line)
    columns = {name: index for index, name in enumerate(header)}
    if required not in columns:
        raise _Fault(line, f"the column {required} is missing")
    for line, fields in rows[1:]:
        if len(fields) != len(header):
            raise _Fault(line, f"{len(fields)} fields where the header has {len(header)}")
    return columns


def _pb_options(rows: list[Row]) -> Iterator[tuple[str, str]]:
    columns = _columns(rows, "project_id")
    for line, fields in rows[1:]:
        key = fields[columns["project_id"]]
        if not key or "," in key:
            raise _Fault(line, f"a project_id that no vote can name: {key[:32]!a}")
        yield key, fields[columns["name"]].strip() if "name" in columns else key


def _pb_ballots(rows: list[Row], known: set[str], low: int, high: int) -> Iterator[tuple[str, ...]]:
    column = _columns(rows, "vote")["vote"]
    for line, fields in rows[1:]:
        choices = tuple(fields[column].split(",")) if fields[column] else ()
        _check_distinct(choices, line)
        for choice in choices:
            if choice not in known:
                raise _Fault(line, f"unknown project {choice[:32]!a}")
        if not low <= len(choices) <= high:
            raise _Fault(line, f"{len(choices)} choices where {low} to {high} are allowed")
        yield choices
