"""Named write points: where tests kill the board or make it fail.

The board calls `reach(point)` just before what the point is named after; in earnest nothing happens there.
"""

from __future__ import annotations

from collections.abc import Callable

Reach = Callable[[str], None]

COMMIT = ("begin", "head", "blobs", "entries", "tiles", "commit", "committed")
ANSWER = ("sign", "answer")
PUBLISH = ("publish", "publish-checkpoint", "published")
POINTS = (*ANSWER[:1], *COMMIT, *ANSWER[1:], *PUBLISH)


def pass_by(point: str) -> None:
    """Nothing happens."""
