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
        advice = Sentence("Nothing is lost by that. The tool asks again by itself.")
        return Trouble("warn", Sentence("The board does not answer"), advice, str(error))
    if isinstance(error, LostShareError):
        heading = Sentence("Your share of the key is not in this key file")
        advice = Sentence("The tool can compute it again.")
        return Trouble("warn", heading, advice, _reason(error), recoverable=True)
    if isinstance(error, DutyError):
        advice = Sentence(
            "Do nothing more. Tell the other trustees and the election office what stands here."
        )
        return Trouble("bad", Sentence("Stop: the tool does not go on"), advice, _reason(error))
    if isinstance(error, KeyFileError | OSError):
        advice = Sentence("Nothing has been sent. Mend the reason, then look again.")
        return Trouble("bad", Sentence("The key file cannot be used"), advice, _reason(error))
    if isinstance(error, GlassballotError):
        advice = Sentence(
            "The tool does not go on, and neither should you. Tell the other trustees and the election office what "
            "stands here, and keep a copy of the record."
        )
        return Trouble("bad", Sentence("Stop: the record did not pass the check"), advice, _reason(error))
    advice = Sentence("Nothing was sent. Please tell whoever gave you the program.")
    return Trouble("bad", Sentence("This program is at fault"), advice, type(error).__name__)


def _reason(error: Exception) -> str:
    said = error.args[0] if error.args else ""
    return said if isinstance(said, Sentence) else str(error)
