"""A ballot that the device opened instead of casting it, checked on another device (SPEC 7.3)."""

from __future__ import annotations

from dataclasses import dataclass

from booth.choices import describe
from booth.words import say
from crypto.errors import EncodingError, ProofError
from election.ballot import verify_opening
from election.entries import Challenge, parse
from election.parameters import Parameters
from election.tracker import tracker


@dataclass(frozen=True)
class Verdict:
    """word: "opens", "false", "other tracker" or "other choices"; held: one line a contest, () if false."""

    word: str
    sentences: tuple[str, ...]
    tracker: str
    held: tuple[str, ...] = ()


def parse_opening(data: bytes) -> Challenge:
    """The challenge entry of an opening file. Raises EncodingError."""
    entry = parse(data.removesuffix(b"\n"))
    if not isinstance(entry, Challenge):
        raise EncodingError(f"not an opened ballot but a {entry.kind}")
    return entry


def check_challenge(
    parameters: Parameters,
    challenge: Challenge,
    shown: str | None = None,
    marked: tuple[int, ...] | None = None,
    language: str = "en",
) -> Verdict:
    """Encrypt again what the opening says, and compare it with the ballot, byte for byte.

    shown: the tracker that the voter saw before she decided; marked: what she had marked. Without them nobody
    knows whether this is her ballot, and the verdict says so.
    """
    own = tracker(challenge.body.encoded)
    try:
        verify_opening(parameters, challenge)
    except (EncodingError, ProofError) as error:
        return Verdict("false", (say("challenge.false", reason=error),), own)
    held = tuple(describe(parameters.layouts[challenge.body.style], challenge.choices, language))
    said = [say("challenge.held"), *held, say("challenge.tracker", tracker=own)]
    word = "opens"
    if shown is None:
        said.append(say("challenge.compare_tracker"))
    elif shown == own:
        said.append(say("challenge.same_tracker"))
    else:
        word = "other tracker"
        said.append(say("challenge.other_tracker", given=shown))
    if marked is None:
        said.append(say("challenge.compare_choices"))
    elif marked == challenge.choices:
        said.append(say("challenge.same_choices"))
    else:
        word = word if word != "opens" else "other choices"
        said.append(say("challenge.other_choices"))
    said.append(say("challenge.one"))
    return Verdict(word, tuple(said), own, held)
