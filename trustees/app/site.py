"""The trustee's pages as an application: requests in, pages out (WSGI)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from pages import languages
from pages.assets import Assets
from pages.checks import meanings
from pages.environment import environment
from pages.languages import LANGUAGES
from trustees.app import views, words
from trustees.app.desk import Desk
from trustees.app.guard import HEADERS, Guard, Refused
from trustees.app.keys import SHORTEST, Invalid
from trustees.app.steps import page_of
from trustees.public import in_groups
from trustees.sentences import Sentence

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

MAX_FORM = 256 * 1024
_FOLDER = Path(__file__).parent
_LASTING = "public, max-age=31536000, immutable"


class Site:
    """end: called when the owner has pressed the button that ends the program."""

    def __init__(self, desk: Desk, guard: Guard, end: Callable[[], None]) -> None:
        self.desk, self.guard, self._end = desk, guard, end

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request = Request(environ)
        request.max_content_length = request.max_form_memory_size = MAX_FORM
        self._speak(request)
        try:
            self.guard.check_place(request)
            response = self._answer(request)
        except Refused as refused:
            response = self._page("refused", {"reason": refused.reason}, refused.status)
        except HTTPException as error:
            response = self._page("refused", {"reason": error.name}, error.code or 500)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response(environ, start_response)

    @cached_property
    def assets(self) -> Assets:
        return Assets(_FOLDER / "static")

    @cached_property
    def environment(self) -> Environment:
        zone = datetime.now().astimezone().tzinfo
        found = environment(FileSystemLoader(_FOLDER / "templates"), self.assets, zone or languages.UTC)
        found.filters |= {
            "title": words.title,
            "say": words.say,
            "groups": in_groups,
            "check_words": lambda number: meanings()[number],
            "count_words": words.count_words,
            "step_words": words.step_words,
        }
        found.globals |= {"shortest": SHORTEST}
        return found

    def _answer(self, request: Request) -> Response:
        first, _, rest = request.path.removeprefix("/").partition("/")
        if first == "static":
            return self._asset(rest.rpartition("/")[2])
        if first == "enter":
            return self._enter(request, rest)
        self.guard.check_session(request, first)
        if rest.startswith("do/"):
            return self._press(request, rest.removeprefix("do/"))
        if request.method not in ("GET", "HEAD"):
            raise MethodNotAllowed
        if "again" in request.args:
            self.desk.lock_if_idle()
        else:
            self.desk.touch()
        if rest == "public-key":
            return self._public_key()
        if rest and (rest not in views.EXTRA or not views.EXTRA[rest](self.desk)):
            raise NotFound
        return self._show(rest or page_of(self.desk))

    def _enter(self, request: Request, token: str) -> Response:
        """No redirection: the cookie would not come along where another program has opened the address."""
        if request.method != "GET":
            raise MethodNotAllowed
        response = Response(content_type="text/html; charset=utf-8")
        self.guard.enter(request, token, response)
        response.set_data(self._page("welcome", {}).get_data())
        return response

    def _press(self, request: Request, button: str) -> Response:
        if request.method != "POST":
            raise MethodNotAllowed
        self.guard.check_post(request)
        self.desk.touch()
        if button == "end":
            response = self._page("ended", {})
            response.call_on_close(self._end)
            return response
        if button not in views.BUTTONS:
            raise NotFound
        try:
            views.BUTTONS[button](self.desk, request.form)
        except Invalid as invalid:
            wrong = {invalid.field: invalid.reason}
        except OSError as error:
            wrong = {"": Sentence("This computer does not do it: %(reason)s", reason=error.strerror or error)}
        else:
            return redirect(f"/{self.guard.room}/", 303)
        return self._show(views.page_for(self.desk, button), wrong, views.typed(request.form), 422)

    def _public_key(self) -> Response:
        content, name = views.public_key(self.desk)
        response = Response(content, content_type="application/json")
        response.headers.set("Content-Disposition", "attachment", filename=name)
        return response

    def _asset(self, name: str) -> Response:
        found = self.assets.find(name)
        if found is None:
            raise NotFound
        response = Response(found.content, content_type=found.type)
        response.headers["Cache-Control"] = _LASTING
        return response

    def _show(
        self,
        page: str,
        wrong: Mapping[str, str] | None = None,
        typed: Mapping[str, Any] | None = None,
        status: int = 200,
    ) -> Response:
        """One of the owner's pages; wrong: of what was typed, by field."""
        values = views.values(self.desk, page) | {"wrong": wrong or {}}
        return self._page(page, values | {"typed": {**values["typed"], **(typed or {})}}, status)

    def _page(self, name: str, values: Mapping[str, Any], status: int = 200) -> Response:
        common = {"page": name, "room": f"/{self.guard.room}/", "form_key": self.guard.form_key}
        if name in ("refused", "ended"):
            common |= {"room": "/", "form_key": ""}
        text = self.environment.get_template(f"{name}.html").render(common | dict(values))
        return Response(text, status, content_type="text/html; charset=utf-8")

    def _speak(self, request: Request) -> None:
        """In the language that the owner has chosen, else in one that the browser asks for."""
        chosen = LANGUAGES.get(self.desk.settings.language)
        languages.speak(chosen or languages.chosen(tag for tag, _ in request.accept_languages))
