"""What the tool says, in the language of the page."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from election.manifest import Title
from election.results import title_in
from pages import languages
from pages.languages import gettext as _
from trustees.sentences import Moment, Sentence


def title(titles: Title) -> str:
    """In the language of the page, if it has it."""
    return title_in(titles, languages.current().tag)


@pass_context
def say(context: Context, text: str) -> Markup:
    """A sentence in the language of the page; anything else as it is, marked as English."""
    if not isinstance(text, Sentence):
        return Markup('<bdi lang="en" dir="ltr">{}</bdi>').format(text)
    picture = context.get("picture")
    named = (*picture.manifest.contests, *picture.manifest.trustees) if picture else ()
    names = {own.id: title(own.title) for own in named}
    return said(text, names, context.environment.filters["moment"])


def said(sentence: Sentence, names: Mapping[str, str], moment: Callable[[int], str]) -> Markup:
    """names: of trustees and contests, by id. What is a name or a code disturbs the direction of nothing around it."""

    def value(found: object) -> object:
        if isinstance(found, tuple):
            # A name is put in when the list is made, which knows nothing of markup.
            listed = languages.current().listing([f"%({i})s" for i in range(len(found))])
            return escape(listed) % {str(i): isolated(name) for i, name in enumerate(found)}
        if isinstance(found, Sentence):
            return said(found, names, moment)
        if isinstance(found, Moment):
            return moment(found)
        if isinstance(found, int):
            return languages.current().number(found)
        return isolated(str(found))

    def isolated(text: str) -> Markup:
        return Markup("<bdi>{}</bdi>").format(names.get(text, text))

    return escape(_(sentence.message)) % {name: value(found) for name, found in sentence.values.items()}


def count_words(name: str) -> str:
    """What a check has counted (election/counting.py)."""
    return {
        "entries": _("entries"),
        "contests": _("contests"),
        "rules": _("rules"),
        "styles": _("ballot styles"),
        "units": _("units"),
        "leaves": _("leaves of the log"),
        "checkpoint signatures": _("signatures of the log"),
        "clock entries": _("clock entries"),
        "attempts": _("attempts at the key"),
        "trustees who certified": _("trustees who confirmed"),
        "credentials": _("voters on the roll"),
        "cast ballots": _("ballots cast"),
        "challenged ballots opened": _("ballots opened as a test"),
        "counted": _("ballots that count"),
        "superseded": _("replaced by a later one"),
        "challenged": _("opened as a test"),
        "cells": _("places counted together"),
        "aggregates": _("encrypted sums"),
        "trustees who agreed": _("trustees who agreed"),
        "partial decryptions": _("partial decryptions"),
        "totals": _("totals"),
    }.get(name, name)


def step_words(name: str) -> str:
    """What a trustee has done (election/trustee_progress.py)."""
    return {
        "registered": _("registered"),
        "committed": _("committed"),
        "dealt": _("sent the shares"),
        "confirmed": _("confirmed"),
        "agreed to the closing": _("agreed to the closing"),
        "decrypted": _("decrypted"),
    }.get(name, name)
