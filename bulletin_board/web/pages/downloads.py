"""Files that pages offer in no language: entries, the result, the whole record."""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Iterator

from flask import Response, request

from bulletin_board.web.pages.archive import archive
from bulletin_board.web.pages.outcome import outcome
from bulletin_board.web.pages.paging import parse_number
from bulletin_board.web.pages.report_shelf import Shelf
from bulletin_board.web.pages.site import Site
from bulletin_board.web.problems import Problem
from bulletin_board.web.routes import CSV, TAR
from crypto.tlog_proof import TlogProof
from election.ledger import Phase
from election.results import to_csv, to_json
from pages.languages import LANGUAGES

_ARCHIVES = 4
_LATER = 30.0
_LASTING = "public, max-age=31536000, immutable"
_DIGEST = re.compile(r"[0-9a-f]{64}")


class Downloads:
    """Views named as in bulletin_board.web.routes."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._archives = threading.BoundedSemaphore(_ARCHIVES)

    def entry_json(self, number: str) -> Response:
        """The canonical bytes."""
        wanted, reader = parse_number(number), self._site.board.reader
        if wanted >= reader.size:
            raise Problem(404, f"the log has no entry {wanted}")
        return _file(reader.entry(wanted).content, "application/json", f"entry-{wanted}.json", lasting=True)

    def entry_proof(self, number: str) -> Response:
        """That the entry stands in the log of the newest checkpoint."""
        wanted, reader = parse_number(number), self._site.board.reader
        if wanted >= reader.size:
            raise Problem(404, f"the log has no entry {wanted}")
        proof = TlogProof(wanted, tuple(reader.inclusion_proof(wanted)), reader.signed)
        return _file(proof.to_bytes(), "text/plain", f"entry-{wanted}.tlog-proof")

    def results_csv(self) -> Response:
        """With a byte order mark, without which spreadsheets take Persian for Latin letters."""
        self._check_final()
        text = to_csv(outcome(self._site).contests, *LANGUAGES)
        return _file(text.encode("utf-8-sig"), CSV, "results.csv")

    def results_json(self) -> Response:
        language = request.args.get("language", "en")
        if language not in LANGUAGES:
            raise Problem(400, f"language: {' or '.join(LANGUAGES)} was due here")
        self._check_final()
        found = outcome(self._site)
        size, root = found.size, found.root.hex()
        members = {"context": self._site.context, "size": size, "root": root}
        content = members | {"contests": to_json(found.contests, language)}
        data = json.dumps(content, ensure_ascii=False).encode()
        return _file(data, "application/json", "results.json")

    def record_tar(self) -> Response:
        """The record as it is now. A few at a time: each keeps a thread as long as it lasts."""
        if not self._archives.acquire(blocking=False):
            raise Problem(503, "others are downloading the record just now", retry_after=_LATER)
        try:
            pieces = archive(self._site.board.store)
            answer = Response(pieces, content_type=TAR)
        except BaseException:
            self._archives.release()
            raise
        answer.call_on_close(self._archives.release)
        return _named(answer, "record.tar")

    def report_json(self, digest: str) -> Response:
        """A report that was uploaded, byte for byte."""
        folder = self._site.settings.reports
        kept = Shelf(folder).find(digest) if folder and _DIGEST.fullmatch(digest) else None
        if kept is None:
            raise Problem(404, "no such report is kept here")
        assert hashlib.sha256(kept.data).hexdigest() == digest
        return _file(kept.data, "application/json", f"report-{digest[:16]}.json")

    def _check_final(self) -> None:
        with self._site.register.current() as seen:
            if seen.state.phase is not Phase.FINAL:
                raise Problem(404, "there is no result yet")


def _file(data: bytes | Iterator[bytes], media_type: str, name: str, *, lasting: bool = False) -> Response:
    answer = Response(data, mimetype=media_type)
    answer.headers["Cache-Control"] = _LASTING if lasting else "no-store"
    return _named(answer, name)


def _named(answer: Response, name: str) -> Response:
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers.setdefault("Cache-Control", "no-store")
    return answer
