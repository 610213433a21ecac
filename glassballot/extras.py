"""Libraries that only some commands need, and the extra of the installation that brings them."""

from __future__ import annotations

from importlib.util import find_spec

from glassballot.console import UsageError

_PAGES = ("babel", "jdatetime", "jinja2", "segno")
_EXTRAS = {
    "pages": _PAGES,
    "app": (*_PAGES, "waitress", "werkzeug"),
    "board": (*_PAGES, "alembic", "flask", "prometheus_client", "sqlalchemy", "waitress"),
    "witness": ("waitress",),
}


def check_installed(extra: str, command: str) -> None:
    """Raises UsageError where a library of this extra is missing. command: that needs it."""
    if not all(map(find_spec, _EXTRAS[extra])):
        raise UsageError(f"{command} needs more libraries: pip install 'glassballot[{extra}]'")
