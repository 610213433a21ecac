"""Who may use the page: the owner's browser on this machine, and nobody else (docs/trustee.md, "Who can get in").

Other users of the machine reach the port, and so does whatever site the owner's browser has open. Against the first
stands the token, which only the owner sees; against the second, the names that a request must be for and from.
"""

from __future__ import annotations

import hmac
import secrets
from ipaddress import ip_address

from werkzeug.wrappers import Request, Response

COOKIE = "glassballot-trustee"
HOST = "127.0.0.1"

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; font-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    # Of our own pages browsers must say where a form came from, which no-referrer would take from Origin.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


class Refused(Exception):
    """A request that is not the owner's. status: of HTTP."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(status, reason)
        self.status, self.reason = status, reason


class Guard:
    """One token, good once, for one session of one browser.

    room: a path that only the session knows. Cookies belong to a machine, not to a port, so without it another program
    on this machine could have the browser send it our cookie.
    """

    def __init__(self, port: int) -> None:
        self.hosts = frozenset({f"{HOST}:{port}", f"localhost:{port}"})
        self.token = secrets.token_urlsafe(32)
        self.room = secrets.token_urlsafe(16)
        self.form_key = secrets.token_urlsafe(32)
        self._session = ""

    def check_place(self, request: Request) -> None:
        """From this machine, and for an address of ours: another name would be somebody's who rebinds it."""
        try:
            is_near = ip_address(request.remote_addr or "").is_loopback
        except ValueError:
            is_near = False
        if not is_near:
            raise Refused(403, "this page is for this computer only")
        if request.environ.get("HTTP_HOST") not in self.hosts:
            raise Refused(421, "this page has another address")

    def enter(self, request: Request, token: str, response: Response) -> None:
        """The token becomes a session. Raises Refused, also when the token comes a second time."""
        if "prefetch" in request.headers.get("Sec-Purpose", ""):
            raise Refused(403, "a page that nobody looks at yet does not use the token up")
        if not self.token or not _same(token, self.token):
            raise Refused(403, "this address has been used, or was never right")
        self.token, self._session = "", secrets.token_urlsafe(32)
        response.set_cookie(
            COOKIE, self._session, path=f"/{self.room}/", httponly=True, samesite="Strict", secure=False
        )

    def check_session(self, request: Request, room: str) -> None:
        """Raises Refused unless the cookie of this session comes along."""
        cookie = request.cookies.get(COOKIE, "")
        if not self._session or not _same(room, self.room) or not _same(cookie, self._session):
            raise Refused(403, "nobody is let in without the address that the program has shown")

    def check_post(self, request: Request) -> None:
        """Raises Refused unless a form of ours was sent from a page of ours."""
        origin = request.headers.get("Origin")
        host = request.environ.get("HTTP_HOST", "")
        if origin is not None and origin != f"http://{host}":
            raise Refused(403, "this form comes from somewhere else")
        if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
            raise Refused(403, "this form comes from somewhere else")
        if origin is None and "Sec-Fetch-Site" not in request.headers:
            raise Refused(403, "this form does not say where it comes from")
        if not _same(request.form.get("form_key", ""), self.form_key):
            raise Refused(403, "this form is not of this session")


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode("utf-8", "replace"), other.encode())
