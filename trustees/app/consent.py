"""What the owner of a key is asked before the tool does it: one button a kind of duty."""

from __future__ import annotations

from enum import Enum

from trustees.owed import Owed
from trustees.secrets import Secrets


class Task(Enum):
    """What is owed now, as the owner sees it. CONFIRM: the key may be a copy, and somebody has to be asked first."""

    NOTHING = "nothing"
    CEREMONY = "ceremony"
    CONFIRM = "confirm"
    AGREE = "agree"
    DECRYPT = "decrypt"


def task_of(owed: Owed, kept: Secrets) -> Task:
    """kept: what the key file holds so far; a closing that it has not agreed to is the owner's to agree to."""
    kinds = {entry.kind for entry in owed.entries}
    if "ready" in kinds or (owed.secrets.agreed is not None and kept.agreed is None):
        return Task.AGREE
    if not kinds:
        return Task.NOTHING
    return Task.DECRYPT if "partial-decryption" in kinds else Task.CEREMONY
