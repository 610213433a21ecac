"""What is wrong with a record: a fault belongs to a check V0 … V10 and to an entry (ATTACKS; SPEC 9)."""

from __future__ import annotations

from dataclasses import dataclass

from crypto.errors import GlassballotError

CHECKS = {
    0: "encoding and archive",
    1: "manifest and parameters",
    2: "log and phases",
    3: "key ceremony",
    4: "roll and credentials",
    5: "ballot proofs",
    6: "set of ballots",
    7: "aggregates",
    8: "partial decryptions",
    9: "result",
    10: "across views",
}
ACROSS_VIEWS = 10


@dataclass(frozen=True)
class Fault:
    """check: 0 … 10; entry: its number in the log, None for the record as a whole.

    void: the entry is without effect and the record stands; otherwise the record is refused.
    """

    check: int
    reason: str
    entry: int | None = None
    void: bool = False

    def __str__(self) -> str:
        place = "record" if self.entry is None else f"entry {self.entry}"
        return f"V{self.check}, {place}: {self.reason}"


class Refusal(GlassballotError):
    """An entry, or a record, that is refused; `fault` says at which check."""

    def __init__(self, check: int, reason: str, entry: int | None = None, void: bool = False) -> None:
        # All arguments go to Exception, so that the error survives the way between two processes.
        super().__init__(check, reason, entry, void)
        self.fault = Fault(check, reason, entry, void)

    def __str__(self) -> str:
        return str(self.fault)

    def at(self, entry: int) -> Refusal:
        """The same refusal, of this entry."""
        return Refusal(self.fault.check, self.fault.reason, entry, void=self.fault.void)


def refuse(check: int, when: bool, reason: str) -> None:
    """Raise a Refusal of the entry at hand when the condition is true."""
    if when:
        raise Refusal(check, reason)
