"""Ballots for a demonstration without files: three stations, eight names, up to three of them a ballot."""

from __future__ import annotations

import random
from pathlib import Path

from glassballot.console import write_new

NAMES = ("امید", "پروین", "سیما", "بهرام", "لاله", "کاوه", "مهری", "نادر")
STATIONS = {"north": 60, "centre": 90, "south": 50}


def make_ballot_files(folder: Path) -> list[Path]:
    """Write a .pb file a station; the same ones every time, so that two demonstrations can be compared."""
    draw = random.Random(2027)
    paths = []
    for station, voters in STATIONS.items():
        path = folder / f"{station}.pb"
        write_new(path, _pb(station, voters, draw).encode(), "ballot file")
        paths.append(path)
    return paths


def _pb(station: str, voters: int, draw: random.Random) -> str:
    weights = [draw.uniform(0.3, 1.0) for _ in NAMES]
    votes = []
    for _ in range(voters):
        liked = sorted(range(len(NAMES)), key=lambda i: draw.random() / weights[i])
        votes.append(",".join(str(i + 1) for i in sorted(liked[: draw.randint(0, 3)])))
    meta = {
        "description": f"Council: {station} station",
        "num_projects": len(NAMES),
        "num_votes": voters,
        "vote_type": "approval",
        "min_length": 0,
        "max_length": 3,
    }
    lines = ["META", "key;value", *(f"{key};{value}" for key, value in meta.items())]
    lines += ["PROJECTS", "project_id;name", *(f"{i};{name}" for i, name in enumerate(NAMES, 1))]
    lines += ["VOTES", "voter_id;vote", *(f"{i};{vote}" for i, vote in enumerate(votes, 1))]
    return "\n".join(lines) + "\n"
