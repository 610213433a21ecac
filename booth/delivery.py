"""From a ballot to its receipt: written down before it is sent, and sent again only as the same bytes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from booth.errors import UnansweredError
from booth.files import read
from booth.words import say
from crypto.errors import EncodingError
from crypto.tlog_proof import TlogProof
from election import durable
from election.entries import Cast, Challenge, parse
from election.entry import Entry
from election.faults import Refusal
from election.parameters import Parameters
from election.receipt import Receipt, check_receipt, find_receipt
from election.record import MAX_ENTRY, RecordReader
from election.standing import Ballot


class Answer(Protocol):
    """What a board answers for each entry: where it stands in the log."""

    @property
    def proof(self) -> TlogProof: ...


Submit = Callable[[Sequence[Entry]], Sequence[Answer]]


def write_ballot(path: Path, entry: Ballot) -> None:
    """A new file with the entry's canonical bytes, on the disk on return. Raises FileExistsError."""
    durable.create(path, entry.to_bytes() + b"\n")


def read_ballot(path: Path) -> Ballot:
    """The ballot that a file holds, as `write_ballot` wrote it. Raises EncodingError, OSError."""
    entry = parse(read(path, MAX_ENTRY + 1).removesuffix(b"\n"))
    if not isinstance(entry, Cast | Challenge):
        raise EncodingError(f"{path}: not a ballot but a {entry.kind}")
    return entry


def deliver(entry: Ballot, file: Path, parameters: Parameters, submit: Submit) -> Receipt:
    """Send a ballot that is in a file already; the checked receipt out of the board's answer.

    Raises Refusal where the board answers with one; UnansweredError, naming the file, where it does not answer, or
    with anything else than this ballot's place in this log.
    """
    try:
        (answer,) = submit([entry])
        receipt = Receipt(parameters.context, entry, answer.proof)
        check_receipt(receipt, parameters)
    except Refusal:
        raise
    except (Exception, KeyboardInterrupt) as error:
        raise UnansweredError(
            f"{str(error) or 'interrupted'}; {say('ballot.unanswered', file=file)}"
        ) from error
    return receipt


def acknowledged(entry: Ballot, parameters: Parameters, reader: RecordReader) -> Receipt | None:
    """The checked receipt of a ballot that the record holds, None if it does not.

    Raises ProofError.
    """
    receipt = find_receipt(reader, parameters.context, entry)
    if receipt is not None:
        check_receipt(receipt, parameters)
    return receipt
