"""Verified by: reports of `glassballot verify --json` that anybody may upload, looked at beside the board's own log."""

from __future__ import annotations

import logging
import re
import time
from enum import StrEnum
from typing import Any, Protocol

from flask import Response, redirect, request
from werkzeug.exceptions import RequestEntityTooLarge

from bulletin_board.web.pages.report_shelf import MAX_CLAIM, MOST, Kept, Shelf
from bulletin_board.web.pages.site import Routes, Site
from bulletin_board.web.problems import Problem
from crypto.errors import EncodingError
from election.record import RecordReader
from election.reports import MAX_FILE
from election.texts import check_text
from pages import languages

_DIGEST = re.compile(r"[0-9a-f]{64}")
_PAGE = 50
# Of a form: the file, the name, and what the browser writes around them.
_MAX_BODY = MAX_FILE + 16 * 1024

_log = logging.getLogger(__name__)


class Agreement(StrEnum):
    """What a report's size and root say beside this log."""

    SAME = "same"
    ANOTHER = "another log"
    LONGER = "longer"
    UNKNOWN = "unknown"
    FOREIGN = "foreign"


class Claims(Protocol):
    """What a report and its heading have in common."""

    @property
    def context(self) -> bytes | None: ...
    @property
    def size(self) -> int: ...
    @property
    def root(self) -> bytes | None: ...


def compare(site: Site, reader: RecordReader, report: Claims) -> Agreement:
    """Is it about this election, and about the log that this board shows?"""
    if report.context is None or report.context.hex() != site.context:
        return Agreement.FOREIGN
    if report.root is None:
        return Agreement.UNKNOWN
    if report.size > reader.size:
        return Agreement.LONGER
    return Agreement.SAME if reader.root_at(report.size) == report.root else Agreement.ANOTHER


def shelf(site: Site) -> Response:
    """The reports that are kept, and the form for one more."""
    return _shelf(site, 200)


def upload(site: Site) -> Response:
    """Look at a report; keep it if it is about this election, whatever it says of the log: a contradiction too.

    What names no root cannot be held against anything, and is shown only.
    """
    try:
        data, claim = _form()
        kept = Kept(data, int(time.time()), claim)
        assert kept.report
    except RequestEntityTooLarge:
        return _shelf(site, 413, error=f"longer than {MAX_FILE} bytes, which no report is")
    except EncodingError as error:
        return _shelf(site, 400, error=str(error))
    found = compare(site, site.board.reader, kept.report)
    if found in (Agreement.SAME, Agreement.ANOTHER, Agreement.LONGER) and _keep(site, kept):
        return _to(kept.digest)
    return _page(site, kept, found, stays=False)


def report(site: Site, digest: str) -> Response:
    folder = site.settings.reports
    kept = Shelf(folder).find(digest) if folder and _DIGEST.fullmatch(digest) else None
    if kept is None:
        raise Problem(404, "no such report is kept here")
    return _page(site, kept, compare(site, site.board.reader, kept.report), stays=True)


def _form() -> tuple[bytes, str]:
    """The file and the name. Raises EncodingError, RequestEntityTooLarge."""
    request.max_content_length = _MAX_BODY
    file = request.files.get("report")
    claim = " ".join(request.form.get("name", "").split())
    if file is None:
        raise EncodingError("no file was sent")
    if claim:
        check_text(claim, "name", max_length=MAX_CLAIM)
    return file.read(MAX_FILE + 1), claim


def _keep(site: Site, kept: Kept) -> bool:
    if site.settings.reports is None:
        return False
    try:
        return Shelf(site.settings.reports).keep(kept)
    except OSError as error:
        _log.error("a report could not be kept", extra={"fields": {"error": str(error)}})
        return False


def _to(digest: str) -> Response:
    answer = redirect(f"/{languages.current().tag}/reports/{digest}", 303)
    assert isinstance(answer, Response)
    return answer


def _shelf(site: Site, status: int, error: str = "") -> Response:
    folder = site.settings.reports
    found = Shelf(folder).headings() if folder else []
    reader, start = site.board.reader, request.args.get("from", "0")
    first = int(start) if start.isascii() and start.isdecimal() and len(start) < 4 else 0
    shown = [(one, compare(site, reader, one)) for one in found[first : first + _PAGE]]
    values: dict[str, Any] = {"keeps": folder is not None, "of": len(found), "first": first}
    values |= {"page": _PAGE, "most": MOST}
    return site.render("reports.html", status=status, error=error, reports=shown, **values)


def _page(site: Site, kept: Kept, found: Agreement, *, stays: bool) -> Response:
    keeps = site.settings.reports is not None
    return site.render(
        "report.html", kept=kept, report=kept.report, agreement=found, stays=stays, keeps=keeps
    )


ROUTES: Routes = (
    ("/reports", "reports", shelf, ["GET"]),
    ("/reports", "report_upload", upload, ["POST"]),
    ("/reports/<digest>", "report", report, ["GET"]),
)
