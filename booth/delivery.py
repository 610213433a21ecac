"""From a ballot to its receipt: written down before it is sent, and sent again only as the same bytes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from booth.errors import UnansweredError
from booth.files import read, write_new
from booth.following import Ballot
from booth.receipt import Receipt, check_receipt, find_receipt
from booth.words import say
from crypto.errors import EncodingError
from election.entries import Cast, Challenge, parse
from election.entry import Entry
from election.faults import Refusal
from election.parameters import Parameters
from election.record import MAX_ENTRY, RecordReader

Submit = Callable[[Sequence[Entry]], object]


def write_ballot(path: Path, entry: Ballot) -> None:
    """A new file with the entry's canonical bytes, on the disk on return. Raises FileExistsError."""
    write_new(path, entry.to_bytes() + b"\n")


def read_ballot(path: Path) -> Ballot:
    """The ballot that a file holds, as `write_ballot` wrote it. Raises EncodingError, OSError."""
    entry = parse(read(path, MAX_ENTRY + 1).removesuffix(b"\n"))
    if not isinstance(entry, Cast | Challenge):
        raise EncodingError(f"{path}: not a ballot but a {entry.kind}")
    return entry


def deliver(
    entry: Ballot, file: Path, parameters: Parameters, submit: Submit, reread: Callable[[], RecordReader]
) -> Receipt:
    """Send a ballot that is in a file already, and wait for its receipt.

    reread: gives the record as it now stands. Raises Refusal where the board answers with one;
    UnansweredError, naming the file, where it does not answer.
    """
    start = reread().size
    try:
        submit([entry])
        receipt = acknowledged(entry, parameters, reread(), start)
    except Refusal:
        raise
    except (Exception, KeyboardInterrupt) as error:
        raise UnansweredError(
            f"{str(error) or 'interrupted'}; {say('ballot.unanswered', file=file)}"
        ) from error
    if receipt is None:
        raise UnansweredError(say("ballot.unanswered", file=file))
    return receipt


def acknowledged(
    entry: Ballot, parameters: Parameters, reader: RecordReader, start: int = 0
) -> Receipt | None:
    """The checked receipt of a ballot that the record holds from entry `start` on, None if it does not.

    Raises ProofError.
    """
    receipt = find_receipt(reader, parameters.context, entry, start)
    if receipt is not None:
        check_receipt(receipt, parameters)
    return receipt
