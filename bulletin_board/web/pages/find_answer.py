"""What became of a ballot, and everything that a page says about it."""

from __future__ import annotations

import base64
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter
from urllib.parse import urlencode

from flask import Response

from bulletin_board.web.pages import stage
from bulletin_board.web.pages.find_proof import Proof, proof_now, proof_of_receipt
from bulletin_board.web.pages.site import Site
from bulletin_board.web.register import Seen
from election.entries import Challenge
from election.judging import judge_receipt
from election.layout import Layout
from election.manifest import Contest, Option
from election.receipt import Receipt
from election.standing import Finding, Word, judge
from election.witnessing import cosigned
from pages.languages import current

_ADDRESS = "https://ADDRESS"

Held = list[tuple[Contest, list[tuple[Option, int]]]]
Circumstances = tuple[int | None, Held | None]


@dataclass(frozen=True)
class Answer:
    """tracker, pseudonym: of whom it is, "" where nobody has said; size: of the log by which it is said.

    time: the log's clock when the ballot came, POSIX seconds; held: what a test ballot was marked with, by contest;
    confirmed: how many witnesses have cosigned a log that holds it; receipt: whether there was one.
    """

    finding: Finding
    tracker: str
    pseudonym: str
    size: int
    time: int | None = None
    held: Held | None = None
    proof: Proof | None = None
    confirmed: int | None = None
    receipt: bool = False

    @property
    def evidence(self) -> str:
        """A contradiction as the content of a link."""
        data = self.finding.facts["evidence"].to_bytes()
        return f"data:application/json;base64,{base64.b64encode(data).decode()}"


def of_tracker(site: Site, tracker: str, pseudonym: str) -> Answer:
    """Both as election.tracker writes them; pseudonym "" where the voter has not given hers."""
    with site.register.current() as seen:
        finding = seen.find(tracker, pseudonym or None)
        reader, time, held = seen.reader, *_circumstances(seen, finding)
    if finding.number is None:
        return Answer(finding, tracker, pseudonym, reader.size)
    whose = "" if finding.word is Word.CHALLENGED else finding.facts.get("pseudonym", "")
    proof = proof_now(reader, finding.number, site.manifest.log.key, tracker, whose)
    views = [view for view in cosigned(reader, site.manifest) if view.size > finding.number]
    confirmed = max((len(view.times) for view in views), default=0)
    return Answer(finding, tracker, pseudonym, reader.size, time, held, proof, confirmed)


def of_receipt(site: Site, receipt: Receipt) -> Answer:
    """What this board says of a receipt, in the words of the voter's own tool."""
    reader = site.board.reader
    circumstances: Circumstances = (None, None)

    def by_ledger() -> Finding:
        nonlocal circumstances
        with site.register.current() as seen:
            found = judge(seen.state, seen.ballot(receipt.index), seen.sequence)
            circumstances = _circumstances(seen, found)
        return found

    finding = judge_receipt(receipt, reader, site.manifest, bytes.fromhex(site.context), by_ledger)
    proof = proof_of_receipt(receipt, reader, site.manifest.log.key, ours=finding.word is not Word.NOT_OURS)
    time, held = circumstances
    return Answer(finding, receipt.tracker, receipt.pseudonym, reader.size, time, held, proof, receipt=True)


def show(site: Site, answer: Answer) -> Response:
    """The page with an answer."""
    return site.render(
        "find_answer.html",
        personal=True,
        answer=answer,
        word=answer.finding.word.name,
        facts=answer.finding.facts,
        voting=site.manifest.voting,
        ended=stage.utc() >= site.manifest.voting.end,
        address=site.settings.address or _ADDRESS,
        again=_again(site, answer),
    )


def _again(site: Site, answer: Answer) -> str:
    """The address of this answer, to come back to; "" where nobody has said how voters reach the board."""
    if not site.settings.address:
        return ""
    names = {"tracker": answer.tracker, "pseudonym": answer.pseudonym}
    query = urlencode({name: value for name, value in names.items() if value})
    return f"{site.settings.address}/{current().tag}/find/ballot?{query}"


def _circumstances(seen: Seen, finding: Finding) -> Circumstances:
    """The time on the log's clock, and what a test ballot held."""
    if finding.number is None:
        return None, None
    clocks, held = seen.state.clocks, None
    place = bisect_right(clocks, finding.number, key=itemgetter(0))
    ballot = seen.ballot(finding.number).ballot
    if finding.word is Word.CHALLENGED and isinstance(ballot, Challenge):
        assert seen.state.parameters is not None
        held = _held(seen.state.parameters.layouts[ballot.body.style], ballot.choices)
    return clocks[place - 1][1] if place else None, held


def _held(layout: Layout, choices: Sequence[int]) -> Held:
    """What is marked, by contest; a contest without a mark is there, too."""
    pairs = list(zip(layout.options, choices, strict=True))
    return [
        (contest, [(option, value) for (of, option), value in pairs if of.id == contest.id and value])
        for contest in layout.contests
    ]
