"""Jinja as all pages use it: escaping everything, translating, and with the filters for numbers and moments."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from pathlib import Path

from jinja2 import BaseLoader, ChoiceLoader, Environment, FileSystemLoader, StrictUndefined

from election.texts import printable
from pages import languages
from pages.assets import Assets
from pages.qr import qr_svg

TEMPLATES = FileSystemLoader(Path(__file__).parent / "templates")


def environment(own: BaseLoader, assets: Assets, zone: tzinfo = languages.UTC) -> Environment:
    """own: the templates of whoever serves; layout.html and the macros are found beside them. zone: of all moments."""
    found = Environment(
        loader=ChoiceLoader([own, TEMPLATES]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    found.install_gettext_callables(  # type: ignore[attr-defined]
        lambda message: languages.current().translations.ugettext(message),
        lambda one, many, n: languages.current().translations.ungettext(one, many, n),
        newstyle=True,
    )
    found.globals |= {
        "current_language": languages.current,
        "languages": languages.LANGUAGES,
        "asset": assets.address,
    }
    found.globals["qr"] = qr_svg
    found.filters |= {
        "number": lambda value: languages.current().number(value),
        "digits": lambda text: languages.current().digits(text),
        "moment": lambda seconds: languages.current().moment(seconds, zone),
        "clock": lambda seconds: languages.current().clock(seconds, zone),
        "span": lambda seconds: languages.current().span(seconds),
        "listing": lambda items: languages.current().listing(items),
        "percent": lambda part, whole: languages.current().percent(part, whole),
        "iso": _iso,
        "printable": lambda text: printable(str(text)),
    }
    return found


def _iso(seconds: int) -> str:
    try:
        return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")
    except (OverflowError, ValueError, OSError):
        return str(seconds)
