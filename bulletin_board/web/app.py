"""The board as a web application: Flask, made of the table of routes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, request

from bulletin_board.board import Board
from bulletin_board.mirror import Mirror
from bulletin_board.web import logs, pages, problems
from bulletin_board.web.appending import Appending
from bulletin_board.web.asking import Asking
from bulletin_board.web.condition import Condition
from bulletin_board.web.limits import Address, Buckets, client_address, is_in, key_of
from bulletin_board.web.metrics import Metrics
from bulletin_board.web.pages.settings import PageSettings
from bulletin_board.web.pages.site import Site
from bulletin_board.web.problems import Problem
from bulletin_board.web.reading import Files
from bulletin_board.web.register import Register
from bulletin_board.web.routes import ROUTES
from bulletin_board.web.settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_QUESTIONS = (
    "lookup",
    "entries",
    "pages.find_ballot",
    "pages.find_receipt",
    "record_tar",
    "pages.report_upload",
)


def create_app(
    board: Board,
    settings: Settings | None = None,
    register: Register | None = None,
    page_settings: PageSettings | None = None,
) -> Flask:
    """Serve an open board. register: follows its log; a new one reads it when it is asked first."""
    settings, register = settings or Settings(), register or Register(lambda: board.reader)
    app = _application()
    metrics = Metrics(board)
    metrics.register(app)
    caller = _limit(app, settings)
    appending = Appending(board, settings, metrics, lambda: key_of(caller()))
    _serve(app, appending, Files(board.store), Asking(register), Condition(board, metrics))
    pages.register(app, Site(board, register, page_settings or PageSettings()))
    return app


def create_mirror(mirror: Mirror, page_settings: PageSettings | None = None) -> Flask:
    """Show a record that was examined, and take no entries."""
    app, register = _application(), Register(lambda: mirror.reader, mirror.void)
    _limit(app, Settings())
    _serve(app, Files(mirror.store), Asking(register))
    pages.register(app, Site(mirror, register, page_settings or PageSettings()))
    return app


def _application() -> Flask:
    app = Flask(__name__, static_folder=None)
    app.json.sort_keys = True  # type: ignore[attr-defined]
    app.url_map.merge_slashes = False
    app.wsgi_app = _WithoutHost(app.wsgi_app)  # type: ignore[method-assign]
    logs.register(app)
    problems.register(app)
    return app


def _serve(app: Flask, *views: object) -> None:
    """Those of the routes that these have views of."""
    for route in ROUTES:
        for own in views:
            if view := getattr(own, route.name, None):
                app.add_url_rule(route.rule, route.name, view, methods=[route.method])


def _limit(app: Flask, settings: Settings) -> Callable[[], Address | None]:
    """What is asked before any view, and added to every answer. Returns who sends the present request."""
    reads, questions, reports = map(Buckets, (settings.reads, settings.questions, settings.reports))

    def caller() -> Address | None:
        forwarded = request.headers.get("X-Forwarded-For", "")
        return client_address(request.remote_addr or "", forwarded, settings.proxies)

    @app.before_request
    def _() -> None:
        if request.endpoint == "append":
            return  # it has a rate of its own, and is asked for a place first
        address = caller()
        if request.endpoint == "metrics" and not is_in(address, settings.metrics_for):
            raise Problem(403, "not for this address")
        bucket = questions if request.endpoint in _QUESTIONS else reads
        wait = bucket.take(key_of(address))
        if request.endpoint == "pages.report_upload":
            wait = wait or reports.take(key_of(address))  # or one of them fills the shelf for all
        if wait:
            raise Problem(429, "too many requests from this address", retry_after=wait)

    @app.after_request
    def _(response: Response) -> Response:
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    return caller


class _WithoutHost:
    """Nothing here depends on the name by which somebody has reached the board (ATTACKS 58)."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        fixed: dict[str, Any] = {"SERVER_NAME": "board", "SERVER_PORT": "80", "SCRIPT_NAME": ""}
        environ.pop("HTTP_HOST", None)
        environ.update(fixed)
        return self._app(environ, start_response)
