"""Voters in a process of their own, each casting over HTTP: python -m tests.service.voters URL JOB RECEIPTS."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from booth.credential import Credential
from election.ballot import prepare
from election.entries import NO_PREDECESSOR
from election.receipt import Receipt
from election.record.transport import Transport
from glassballot.remote import RemoteBoard


def main(url: str, job: str, receipts: str) -> None:
    """job: JSON list of [credential file, style, choices]."""
    board = RemoteBoard(url, Transport(url))
    parameters = board.replay.state.parameters
    assert parameters is not None
    for number, (card, style, choices) in enumerate(json.loads(Path(job).read_text())):
        credential = Credential.load(Path(card))
        entry = prepare(parameters, style, choices).cast(credential.c, 1, NO_PREDECESSOR)
        (acknowledged,) = board.append([entry])
        receipt = Receipt(parameters.context, entry, acknowledged.proof)
        (Path(receipts) / f"{number}.receipt").write_bytes(receipt.to_bytes())


if __name__ == "__main__":
    main(*sys.argv[1:])
