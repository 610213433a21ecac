"""The board's public face: pages for voters, observers and auditors, under /fa/ and /en/, and what they let download.

Every module makes the pages of one subject and names them in ROUTES; `register` hangs them into the application.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Blueprint, Flask, Response, g, redirect, request
from werkzeug.exceptions import HTTPException

from bulletin_board.web.packing import pack
from bulletin_board.web.pages import ballots, check, election, entries, find, reports, results, trustees
from bulletin_board.web.pages.downloads import Downloads
from bulletin_board.web.pages.site import Site
from bulletin_board.web.problems import Problem, problem_of
from bulletin_board.web.routes import ROUTES
from crypto.errors import GlassballotError
from pages import languages
from pages.languages import LANGUAGES

_MODULES = (election, find, trustees, ballots, entries, results, reports, check)
_LASTING = "public, max-age=31536000, immutable"


def register(app: Flask, site: Site) -> None:
    """Add the pages of all languages, and the files that they need."""
    tags = ",".join(f'"{tag}"' for tag in LANGUAGES)
    own = Blueprint("pages", __name__, url_prefix=f"/<any({tags}):language>")
    own.url_value_preprocessor(_speak)
    for module in _MODULES:
        for rule, name, view, methods in module.ROUTES:
            own.add_url_rule(rule, name, partial(view, site), methods=methods, strict_slashes=False)
    own.add_url_rule("/<path:rest>", "nothing", _nothing)
    _explain(own, site)
    app.register_blueprint(own)
    app.add_url_rule("/", "door", partial(_door, site), strict_slashes=False)
    app.add_url_rule("/static/<version>/<name>", "static", partial(_asset, site))
    downloads = Downloads(site)
    for route in ROUTES:
        if view := getattr(downloads, route.name, None):
            app.add_url_rule(route.rule, route.name, view, methods=[route.method])


def _speak(endpoint: str | None, values: dict[str, Any] | None) -> None:
    g.language = LANGUAGES[(values or {}).pop("language")]
    languages.speak(g.language)


def _door(site: Site) -> Response:
    """To the pages in a language that the browser asks for, else in one of the election."""
    accepted = [tag for tag, _ in request.accept_languages]
    answer = redirect(f"/{languages.chosen(accepted, site.preferred).tag}/", 303)
    answer.headers["Vary"] = "Accept-Language"
    assert isinstance(answer, Response)
    return answer


def _asset(site: Site, version: str, name: str) -> Response:
    found = site.assets.find(name)
    if found is None:
        raise Problem(404, "there is no such file")
    answer = Response(found.content, content_type=found.type)
    answer.headers["Cache-Control"] = _LASTING
    return answer if found.type.startswith("font/") else pack(answer)


def _nothing(rest: str) -> Response:
    raise Problem(404, "not found")


def _explain(own: Blueprint, site: Site) -> None:
    """Errors of pages are pages."""

    def page(problem: Problem) -> Response:
        answer = site.render("problem.html", status=problem.status, problem=problem)
        if problem.retry_after is not None:
            answer.headers["Retry-After"] = problem.response().headers["Retry-After"]
        return answer

    own.register_error_handler(Problem, page)
    own.register_error_handler(GlassballotError, lambda error: page(problem_of(error)))
    own.register_error_handler(
        HTTPException, lambda error: page(Problem(error.code or 500, error.name.lower()))
    )
