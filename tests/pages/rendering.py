"""Templates of a test in the environment that all pages have."""

from __future__ import annotations

from typing import Any

from jinja2 import DictLoader, Environment

from pages import languages
from pages.assets import Assets
from pages.environment import environment
from pages.languages import Language

MACROS = '{% import "macros.html" as ui with context %}'


def surroundings(template: str) -> Environment:
    return environment(DictLoader({"test.html": template}), Assets())


def rendered(template: str, language: Language = languages.LANGUAGES["en"], **values: Any) -> str:
    languages.speak(language)
    return surroundings(template).get_template("test.html").render(**values)
