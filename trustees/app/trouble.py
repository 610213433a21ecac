"""What went wrong, in words that say what to do."""

from __future__ import annotations

from dataclasses import dataclass

from crypto.errors import GlassballotError
from election.errors import UnreachableError
from trustees.errors import DutyError, KeyFileError, LostShareError
from trustees.sentences import Sentence


@dataclass(frozen=True)
class Trouble:
    """kind: warn or bad, as of a notice; reason: as the tool says it, which has a translation if it is a Sentence."""

    kind: str
    heading: Sentence
    advice: Sentence
    reason: str
    recoverable: bool = False


def trouble_of(error: Exception) -> Trouble:
    if isinstance(error, UnreachableError):
        heading, advice = (
            "The board does not answer",
            "Nothing is lost by that. The tool asks again by itself.",
        )
        return Trouble("warn", Sentence(heading), Sentence(advice), str(error))
    if isinstance(error, LostShareError):
        heading, advice = "Your share of the key is not in this key file", "The tool can compute it again."
        return Trouble("warn", Sentence(heading), Sentence(advice), _reason(error), recoverable=True)
    if isinstance(error, DutyError):
        heading = "Stop: the tool does not go on"
        advice = "Do nothing more. Tell the other trustees and the election office what stands here."
        return Trouble("bad", Sentence(heading), Sentence(advice), _reason(error))
    if isinstance(error, KeyFileError | OSError):
        heading, advice = (
            "The key file cannot be used",
            "Nothing has been sent. Mend the reason, then look again.",
        )
        return Trouble("bad", Sentence(heading), Sentence(advice), _reason(error))
    if isinstance(error, GlassballotError):
        heading = "Stop: the record did not pass the check"
        advice = (
            "The tool does not go on, and neither should you. Tell the other trustees and the election office what "
            "stands here, and keep a copy of the record."
        )
        return Trouble("bad", Sentence(heading), Sentence(advice), _reason(error))
    heading, advice = (
        "This program is at fault",
        "Nothing was sent. Please tell whoever gave you the program.",
    )
    return Trouble("bad", Sentence(heading), Sentence(advice), type(error).__name__)


def _reason(error: Exception) -> str:
    said = error.args[0] if error.args else ""
    return said if isinstance(said, Sentence) else str(error)
