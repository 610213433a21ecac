"""The plain count: reads a file of published ballots and adds up, with none of our other code.

It exists to be independent. What the encrypted election announces is compared with what is counted here, so
this file shares no line with the reader that feeds the election and nothing with the election itself. It
expects a file that the reader has already accepted.
"""

from __future__ import annotations

import csv
from pathlib import Path


def plain_count(path: Path, limit: int | None = None) -> tuple[int, dict[str, int]]:
    """How many ballots were counted, and the votes of every option (its points, where ballots are rankings).

    Options are named as in the file: alternative names in `.cat`, project ids in `.pb`. With `limit`, only
    the first that many ballots count.
    """
    return _count_pb(path, limit) if path.suffix.lower() == ".pb" else _count_cat(path, limit)


def _count_cat(path: Path, limit: int | None) -> tuple[int, dict[str, int]]:
    names: dict[str, str] = {}
    totals: dict[str, int] = {}
    counted = 0
    for line in path.read_text("utf-8-sig").split("\n"):
        before, _, after = (part.strip() for part in line.partition(":"))
        if before.startswith("#") and "ALTERNATIVE NAME" in before:
            names[before.split()[-1]] = after
            totals[after] = 0
        elif before and not before.startswith("#"):
            voters = int(before) if limit is None else min(int(before), limit - counted)
            counted += voters
            approved = after[1 : after.index("}")] if after.startswith("{") else after[: after.index(",")]
            for number in approved.replace(",", " ").split():
                totals[names[number]] += voters
    return counted, totals


def _count_pb(path: Path, limit: int | None) -> tuple[int, dict[str, int]]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        rows = [row for row in csv.reader(lines, delimiter=";") if any(row)]
    projects, votes = rows.index(["PROJECTS"]), rows.index(["VOTES"])
    meta = {row[0]: row[1] for row in rows[1:projects]}
    project_id, vote = rows[projects + 1].index("project_id"), rows[votes + 1].index("vote")
    totals = {row[project_id]: 0 for row in rows[projects + 2 : votes]}
    ballots = rows[votes + 2 :][:limit]
    for row in ballots:
        for place, project in enumerate(row[vote].split(",") if row[vote] else []):
            ranked = meta["vote_type"] == "ordinal"
            totals[project] += int(meta.get("max_length", len(totals))) - place if ranked else 1
    return len(ballots), totals
