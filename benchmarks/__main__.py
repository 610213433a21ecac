"""make bench: what a voter waits for and what an auditor's core does, beside what the curve alone would take.

Every figure is measured in this one run, and reported as a ratio to the curve arithmetic that it cannot do without.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from benchmarks.encryption import encryption
from benchmarks.verification import verification
from crypto.group import BACKEND

FRENCH = Path(__file__).resolve().parents[2] / "shared" / "data" / "french-approval-2002"


def main() -> None:
    """Print a table, or with --json one object."""
    files = sorted(FRENCH.glob("*.cat"))
    if not files:
        print(
            "../shared/data is not here: the ballots of the demonstration are measured instead",
            file=sys.stderr,
        )
    with tempfile.TemporaryDirectory() as folder:
        figures = {"back end": BACKEND, **encryption(), **verification(files, Path(folder))}
    if "--json" in sys.argv[1:]:
        print(json.dumps(figures))
        return
    for name, value in figures.items():
        print(f"{name:<58} {value:>12,.2f}" if isinstance(value, float) else f"{name:<58} {value:>12}")


if __name__ == "__main__":
    main()
