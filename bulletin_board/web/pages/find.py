"""Find my ballot: by tracker and pseudonym, typed or from a QR code, or by receipt."""

from __future__ import annotations

from flask import Response, redirect, request
from werkzeug.exceptions import RequestEntityTooLarge

from bulletin_board.web.pages.find_answer import of_receipt, of_tracker, show
from bulletin_board.web.pages.find_typed import Typed, typed_pseudonym, typed_tracker
from bulletin_board.web.pages.site import Routes, Site
from crypto.errors import EncodingError
from election.ledger import Phase
from election.receipt import MAX_FILE, Receipt
from pages.languages import current, gettext

_AROUND_FILE = 64 * 1024
_NOTHING = Typed("")


def ask(site: Site) -> Response:
    if "tracker" in request.args:
        return _to(f"find/ballot?{request.query_string.decode('ascii', 'replace')}")
    return _forms(site)


def ballot(site: Site) -> Response:
    """The answer for a tracker and, if it is given, a pseudonym."""
    if "tracker" not in request.args:
        return _to("find")
    tracker = typed_tracker(request.args["tracker"])
    pseudonym = typed_pseudonym(request.args.get("pseudonym", ""))
    if tracker.wrong or pseudonym.wrong:
        return _forms(site, tracker, pseudonym, status=400)
    return show(site, of_tracker(site, tracker.value, pseudonym.value))


def receipt(site: Site) -> Response:
    """The answer for a receipt file, which is not kept."""
    if request.method != "POST":
        return _to("find")
    most = request.max_content_length = MAX_FILE + _AROUND_FILE
    request.max_form_parts = 4
    length = most if request.content_length is None else request.content_length
    with site.turns.of(0 if length > most else length):
        return _receipt(site)


def _receipt(site: Site) -> Response:
    try:
        file = request.files.get("receipt")
        data = file.read(MAX_FILE + 1) if file else b""
        if len(data) > MAX_FILE:
            raise RequestEntityTooLarge
        if not data:
            return _forms(site, wrong=gettext("Please choose the receipt file first."), status=400)
        return show(site, of_receipt(site, Receipt.parse(data)))
    except RequestEntityTooLarge:
        return _forms(site, wrong=gettext("This file is too long to be a receipt."), status=413)
    except EncodingError as error:
        wrong = gettext("This file is not a receipt, or it is damaged.")
        return _forms(site, wrong=wrong, reason=str(error), status=400)


def _forms(
    site: Site,
    tracker: Typed = _NOTHING,
    pseudonym: Typed = _NOTHING,
    *,
    wrong: str = "",
    reason: str = "",
    status: int = 200,
) -> Response:
    """wrong, reason: with the file, for the voter and in technical words."""
    with site.register.current() as seen:
        early = seen.state.phase < Phase.VOTING
    typed = {"tracker": tracker, "pseudonym": pseudonym}
    return site.render("find.html", status=status, typed=typed, wrong=wrong, reason=reason, early=early)


def _to(path: str) -> Response:
    answer = redirect(f"/{current().tag}/{path}", 303)
    assert isinstance(answer, Response)
    return answer


ROUTES: Routes = (
    ("/find", "find", ask, ["GET"]),
    ("/find/ballot", "find_ballot", ballot, ["GET"]),
    ("/find/receipt", "find_receipt", receipt, ["GET", "POST"]),
)
