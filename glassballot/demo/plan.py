"""Ballot files → an election: contests, units, rules, and every ballot as choices.

Files with the same options and rules are units of one contest, others are contests of their own. An ordinal file
becomes a rank matrix: an option for every project and rank, each rank given once, no project ranked twice.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from election.texts import MAX_TEXT_LENGTH, REFUSED_RANGES
from glassballot.ballot_files import BallotFile

_REFUSED = re.compile("[" + "".join(f"{chr(first)}-{chr(last)}" for first, last in REFUSED_RANGES) + "]")
_IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,55}")
# What stands before one of these may name several titles, or several files, together.
_IN_TITLES, _IN_STEMS = re.compile(r"[:;,]\s|\s[-–—/|]\s"), re.compile(r"[-_.]")
# Published units stay at least this large, where the files are.
USUAL_MIN_UNIT = 10
TITLES_NAMED = 4


@dataclass(frozen=True)
class PlannedContest:
    """options: (option id, its key in the file, what one vote for it is worth), in manifest order."""

    id: str
    files: Mapping[str, BallotFile]
    options: tuple[tuple[str, str, int], ...]

    @property
    def first(self) -> BallotFile:
        return next(iter(self.files.values()))

    @property
    def title(self) -> str:
        """What the titles of its files have in common, or else these titles one after the other."""
        titles = list(dict.fromkeys(file.title for file in self.files.values()))
        more = len(titles) - TITLES_NAMED
        named = ", ".join(titles[:TITLES_NAMED]) + (f" and {more} more" if more > 0 else "")
        return _beginning(titles, _IN_TITLES) or named

    def choices(self, ballot: Sequence[str]) -> list[int]:
        """A ballot of one of the files, as one 0 or 1 an option."""
        if self.first.kind == "ordinal":
            given = {(key, points) for key, points in zip(ballot, self.first.points, strict=False)}
            return [int((key, points) in given) for _, key, points in self.options]
        return [int(key in ballot) for _, key, _ in self.options]

    def by_key(self, totals: Mapping[str, int]) -> dict[str, int]:
        """Totals by option id -> totals by key of the file, in points where it is ordinal."""
        sums = dict.fromkeys((key for key, _ in self.first.options), 0)
        for id, key, worth in self.options:
            sums[key] += worth * totals[id]
        return sums


def plan(files: Sequence[BallotFile]) -> list[PlannedContest]:
    """The contests of an election over these files, which become its units."""
    groups: dict[Any, list[BallotFile]] = {}
    for file in files:
        rules = (file.kind, file.options, file.min_choices, file.max_choices, file.points)
        groups.setdefault(rules, []).append(file)
    units = iter(_identifiers([file.path.stem for group in groups.values() for file in group], "unit"))
    stems = [_beginning([file.path.stem for file in group], _IN_STEMS) for group in groups.values()]
    contests = _identifiers(stems, "contest")
    return [
        PlannedContest(id, {next(units): file for file in group}, _options(group[0]))
        for id, group in zip(contests, groups.values(), strict=True)
    ]


def _options(file: BallotFile) -> tuple[tuple[str, str, int], ...]:
    keys = [key for key, _ in file.options]
    named = list(zip(_identifiers(keys, "option"), keys, strict=True))
    if file.kind != "ordinal":
        return tuple((id, key, 1) for id, key in named)
    ranks = list(enumerate(file.points, 1))
    return tuple((f"{id}.r{rank}", key, points) for id, key in named for rank, points in ranks)


def _beginning(names: Sequence[str], separator: re.Pattern[str]) -> str:
    """The name, or what several names begin with, up to a separator; "" where there is no such thing."""
    if len(set(names)) == 1:
        return names[0]
    beginnings = ({name[: end.start()] for end in separator.finditer(name)} for name in names)
    return max(set.intersection(*beginnings), key=len, default="")


def _identifiers(names: Sequence[str], what: str) -> list[str]:
    """The names themselves where they are identifiers, and others for the rest; all different."""
    proper = {name for name in names if _IDENTIFIER.fullmatch(name)}
    spare = (f"{what}-{number}" for number in count(1) if f"{what}-{number}" not in proper)
    found: list[str] = []
    for name in names:
        found.append(name if name in proper and name not in found else next(spare))
    return found


def draft(contests: Sequence[PlannedContest], *, begin: int, end: int, complaints: int) -> dict[str, Any]:
    """The manifest draft. begin, end: UTC seconds; complaints: seconds."""
    smallest = min(len(file.ballots) for contest in contests for file in contest.files.values())
    return {
        "title": {"en": "Glassballot demonstration", "fa": "نمایش گلس‌بالوت"},
        "voting": {"begin": begin, "end": end},
        "complaint_seconds": complaints,
        "deadline": end + complaints + 30 * 86_400,
        "revoting": "last",
        "min_unit_ballots": max(1, min(USUAL_MIN_UNIT, smallest)),
        "agreement": ["ready"],
        "witnesses": {"faulty": 0, "keys": [], "quorum": 0},
        "ceremony": {"min_trustees": 4, "single_trustee": 0, "threshold": 3},
        "trustees": [],
        "contests": [_contest(contest) for contest in contests],
        "styles": [
            {"id": contest.id, "contests": [contest.id], "example": contest.choices(contest.first.ballots[0])}
            for contest in contests
        ],
        "units": [
            {"id": unit, "parent": "", "style": contest.id, "title": _title(file.title, unit)}
            for contest in contests
            for unit, file in contest.files.items()
        ],
        "stations": [],
    }


def _contest(contest: PlannedContest) -> dict[str, Any]:
    titles = dict(contest.first.options)
    ballots = sum(len(file.ballots) for file in contest.files.values())
    return {
        "id": contest.id,
        "title": _title(contest.title, contest.id),
        "max_cell_ballots": ballots,
        "packing": 1,
        "options": [
            {"id": id, "max": 1, "title": _option_title(contest, titles[key], key, worth)}
            for id, key, worth in contest.options
        ],
        "rules": _rank_rules(contest) if contest.first.kind == "ordinal" else _count_rule(contest),
    }


def _option_title(contest: PlannedContest, title: str, key: str, worth: int) -> dict[str, str]:
    text = f"{title} ({worth} points)" if contest.first.kind == "ordinal" else title
    return _title(text, key)


def _title(text: str, otherwise: str) -> dict[str, str]:
    """A text of a file as a manifest may hold it."""
    clean = _REFUSED.sub(" ", text)[:MAX_TEXT_LENGTH]
    return {"en": clean if clean.strip() else otherwise}


def _count_rule(contest: PlannedContest) -> list[dict[str, Any]]:
    """Between min and max choices; no rule where every set of options is allowed."""
    file = contest.first
    if file.min_choices == 0 and file.max_choices >= len(file.options):
        return []
    ids = [id for id, _, _ in contest.options]
    return [_rule(file.min_choices, min(file.max_choices, len(file.options)), ids)]


def _rank_rules(contest: PlannedContest) -> list[dict[str, Any]]:
    """The ranks in order, the first `min` of them given, no project twice, no rank without the one before it."""
    file = contest.first
    by_rank = [[id for id, _, worth in contest.options if worth == points] for points in file.points]
    by_key = [[id for id, own, _ in contest.options if own == key] for key, _ in file.options]
    rules = [_rule(1 if rank < file.min_choices else 0, 1, ids) for rank, ids in enumerate(by_rank)]
    rules += [_rule(0, 1, ids) for ids in by_key]
    for rank in range(max(file.min_choices, 1), len(by_rank)):
        terms = [{"option": id, "times": 1} for id in by_rank[rank - 1]]
        terms += [{"option": id, "times": -1} for id in by_rank[rank]]
        rules.append({"min": 0, "max": 1, "terms": terms})
    return rules


def _rule(low: int, high: int, ids: Sequence[str]) -> dict[str, Any]:
    return {"min": low, "max": high, "terms": [{"option": id, "times": 1} for id in ids]}
