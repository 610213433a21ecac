"""Languages of the pages: sentences, numbers, moments. A new one is a folder in catalogues/ and a line in LANGUAGES."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import jdatetime
from babel import Locale
from babel.dates import format_datetime, format_timedelta, get_timezone_location
from babel.lists import format_list
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent
from babel.support import NullTranslations, Translations

from pages.digits import in_digits_of

UTC = ZoneInfo("UTC")
_CATALOGUES = Path(__file__).parent / "catalogues"


@dataclass(frozen=True)
class Language:
    """tag: of HTML and of BCP 47; name: in the language itself; calendar: gregorian or jalali.

    Sentences are written in English where they are used, and translated by the catalogue's .po files, all of them
    together; what a catalogue lacks is said in English.
    """

    tag: str
    name: str
    direction: str = "ltr"
    calendar: str = "gregorian"

    @cached_property
    def translations(self) -> NullTranslations:
        files = sorted((_CATALOGUES / self.tag).glob("*.po"))
        if not files:
            return NullTranslations()
        return _compiled(self.tag, files)

    def number(self, value: float) -> str:
        return in_digits_of(self.tag, format_decimal(value, locale=self.tag, numbering_system="default"))

    def digits(self, text: object) -> str:
        """A text with its digits as the language writes them: of years, times and counts, never of codes."""
        return in_digits_of(self.tag, str(text))

    def percent(self, part: float, whole: float) -> str:
        """Of a whole, to one digit behind the point; a dash where there is no whole."""
        if not whole:
            return "–"
        text = format_percent(part / whole, "#,##0.#%", locale=self.tag, numbering_system="default")
        return in_digits_of(self.tag, text.replace("%", self._symbols["percentSign"]))

    def moment(self, seconds: int, zone: tzinfo = UTC) -> str:
        """Day and time of POSIX seconds in a time zone; seconds that no calendar has as a number."""
        try:
            then = datetime.fromtimestamp(seconds, zone)
            return self.digits(
                self._day(then) + then.strftime("، %H:%M" if self.direction == "rtl" else ", %H:%M")
            )
        except (OverflowError, ValueError, OSError):
            return self.digits(seconds)

    def clock(self, seconds: int, zone: tzinfo = UTC) -> str:
        """Hours and minutes."""
        return self.digits(datetime.fromtimestamp(seconds, zone).strftime("%H:%M"))

    def zone(self, zone: ZoneInfo) -> str:
        """A time zone's name as people say it: that of its city."""
        return zone.key if "/" not in zone.key else get_timezone_location(zone, self.tag, return_city=True)

    def span(self, seconds: int) -> str:
        """A length of time, roughly."""
        return in_digits_of(self.tag, format_timedelta(seconds, locale=self.tag))

    def listing(self, items: Iterable[str]) -> str:
        """a, b and c."""
        return format_list(list(items), locale=self.tag)

    @cached_property
    def _symbols(self) -> Mapping[str, str]:
        """Of numbers, as CLDR has them. Babel itself writes a Latin percent sign whatever the numbering system."""
        locale = Locale.parse(self.tag)
        symbols: Mapping[str, str] = locale.number_symbols[locale.default_numbering_system]
        return symbols

    def _day(self, then: datetime) -> str:
        if self.calendar == "jalali":
            day = jdatetime.datetime.fromgregorian(datetime=then, locale="fa_IR")
            return str(day.strftime("%A %-d %B %Y"))
        return format_datetime(then, "EEEE d MMMM y", locale=self.tag)


LANGUAGES = {
    language.tag: language
    for language in (Language("fa", "فارسی", "rtl", "jalali"), Language("en", "English"))
}
"""By tag, in the order in which they are offered."""

_current: ContextVar[Language] = ContextVar("language", default=LANGUAGES["en"])


def current() -> Language:
    """The language of the page that is being made."""
    return _current.get()


def speak(language: Language) -> None:
    """From now on pages are made in this language, in this thread."""
    _current.set(language)


def gettext(message: str, /, **values: Any) -> str:
    """The sentence in the current language; %(name)s stands for a value."""
    text = current().translations.ugettext(message)
    return text % values if values else text


def chosen(accepted: Iterable[str], preferred: Iterable[str] = ()) -> Language:
    """The first of these language tags that the pages speak; then of the preferred; then English."""
    for tag in (*accepted, *preferred):
        if found := LANGUAGES.get(tag.split("-")[0].lower()):
            return found
    return LANGUAGES["en"]


def _compiled(tag: str, files: Iterable[Path]) -> Translations:
    """.po files in one; gettext itself reads only the compiled form."""
    whole = Catalog(tag)
    for path in files:
        with path.open("rb") as file:
            for message in read_po(file, locale=tag):
                if message.id:
                    whole[message.id] = message
    compiled = BytesIO()
    write_mo(compiled, whole)
    compiled.seek(0)
    return Translations(compiled)
