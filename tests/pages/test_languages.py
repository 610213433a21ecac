"""Numbers, moments and sentences in the language of a page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from pages import languages
from pages.languages import LANGUAGES, chosen
from tests.pages.rendering import rendered

FA, EN = LANGUAGES["fa"], LANGUAGES["en"]
TEHRAN = ZoneInfo("Asia/Tehran")
ISOLATING = dict.fromkeys(map(ord, "\u200e\u200f\u2066\u2067\u2068\u2069"))


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    yield
    languages.speak(EN)


def at(*moment: int) -> int:
    return int(datetime(*moment, tzinfo=UTC).timestamp())  # type: ignore[arg-type, misc]


@pytest.mark.parametrize(
    ("value", "english", "persian"),
    [
        (0, "0", "۰"),
        (7, "7", "۷"),
        (1234567, "1,234,567", "۱٬۲۳۴٬۵۶۷"),
        (0.5, "0.5", "۰٫۵"),
    ],
)
def test_numbers(value: float, english: str, persian: str) -> None:
    assert EN.number(value) == english
    assert FA.number(value).translate(ISOLATING) == persian


@pytest.mark.parametrize(
    ("part", "whole", "english", "persian"),
    [
        (30, 40, "75%", "۷۵٪"),
        (1, 3, "33.3%", "۳۳٫۳٪"),
        (0, 9, "0%", "۰٪"),
        (9, 9, "100%", "۱۰۰٪"),
        (0, 0, "–", "–"),
    ],
)
def test_percentages(part: int, whole: int, english: str, persian: str) -> None:
    assert (EN.percent(part, whole), FA.percent(part, whole)) == (english, persian)


@pytest.mark.parametrize(
    ("gregorian", "jalali"),
    [
        ((2024, 3, 20), "چهارشنبه ۱ فروردین ۱۴۰۳"),
        ((2025, 3, 20), "پنجشنبه ۳۰ اسفند ۱۴۰۳"),
        ((2025, 3, 21), "جمعه ۱ فروردین ۱۴۰۴"),
        ((2026, 3, 20), "جمعه ۲۹ اسفند ۱۴۰۴"),
        ((2026, 3, 21), "شنبه ۱ فروردین ۱۴۰۵"),
        ((2027, 6, 18), "جمعه ۲۸ خرداد ۱۴۰۶"),
        ((1979, 2, 11), "یکشنبه ۲۲ بهمن ۱۳۵۷"),
        ((2021, 3, 20), "شنبه ۳۰ اسفند ۱۳۹۹"),
    ],
    ids=lambda value: "-".join(map(str, value)) if isinstance(value, tuple) else "",
)
def test_days_in_the_persian_calendar(gregorian: tuple[int, int, int], jalali: str) -> None:
    """The leap years 1399 and 1403 have 30 Esfand; Nowruz is on 20 or 21 March."""
    said = FA.moment(at(*gregorian, 12, 5)).replace("\u200c", "")
    assert said == f"{jalali}، ۱۲:۰۵"


def test_a_day_begins_at_midnight_of_the_zone() -> None:
    """20:30 UTC is midnight in Tehran, where there is no summer time any more."""
    assert FA.moment(at(2027, 6, 17, 20, 29), TEHRAN).endswith("۲۷ خرداد ۱۴۰۶، ۲۳:۵۹")
    assert FA.moment(at(2027, 6, 17, 20, 30), TEHRAN).endswith("۲۸ خرداد ۱۴۰۶، ۰۰:۰۰")
    assert EN.moment(at(2027, 6, 17, 20, 30), TEHRAN) == "Friday 18 June 2027, 00:00"
    assert (EN.clock(at(2027, 6, 17, 20, 30), TEHRAN), FA.clock(at(2027, 6, 17, 4, 5))) == ("00:00", "۰۴:۰۵")


@pytest.mark.parametrize("seconds", [2**53 - 1, 253_402_300_800, 10**30])
@pytest.mark.parametrize("language", LANGUAGES)
def test_moments_that_no_calendar_has_are_numbers(language: str, seconds: int) -> None:
    own = LANGUAGES[language]
    assert own.moment(seconds) == own.digits(seconds)
    assert rendered("{{ value | iso }} {{ value | moment }}", own, value=seconds).startswith(str(seconds))


def test_the_first_and_last_seconds_of_the_calendar() -> None:
    assert EN.moment(0) == "Thursday 1 January 1970, 00:00"
    assert EN.moment(253_402_300_799) == "Friday 31 December 9999, 23:59"
    assert "۱۳۴۸" in FA.moment(0)
    assert FA.moment(253_402_300_799)


def test_one_and_many() -> None:
    """A noun behind a number stays as it is."""
    template = (
        "{% trans count=n, num=n | number %}{{ num }} option{% pluralize %}{{ num }} options{% endtrans %}"
    )
    assert [rendered(template, FA, n=n) for n in (0, 1, 2)] == ["۰ گزینه", "۱ گزینه", "۲ گزینه"]
    assert [rendered(template, EN, n=n) for n in (0, 1, 2)] == ["0 options", "1 option", "2 options"]


def test_lists_and_spans() -> None:
    assert EN.listing(["a", "b", "c"]) == "a, b, and c"
    assert FA.listing(["آ", "ب", "پ"]) == "آ،‏ ب، و پ"
    assert FA.listing([]) == ""
    assert (EN.span(7200), FA.span(7200)) == ("2 hours", "۲ ساعت")


@pytest.mark.parametrize(
    ("accepted", "preferred", "tag"),
    [
        (["fa-IR", "en"], [], "fa"),
        (["EN-gb"], ["fa"], "en"),
        (["de", "fr"], ["fa", "en"], "fa"),
        (["de"], ["ku"], "en"),
        ([], [], "en"),
        (["", "*", "-"], [], "en"),
    ],
)
def test_the_language_that_a_reader_gets(accepted: list[str], preferred: list[str], tag: str) -> None:
    assert chosen(accepted, preferred).tag == tag


def test_what_no_catalogue_has_is_said_in_english() -> None:
    languages.speak(FA)
    assert languages.gettext("There is no %(thing)s.", thing="unicorn") == "There is no unicorn."
    assert languages.gettext("Results") == "نتایج"


def test_digits_of_codes_stay_as_they_are() -> None:
    assert FA.digits("در ۲۰:۳۰ و 20:30") == "در ۲۰:۳۰ و ۲۰:۳۰"
    assert rendered("{{ '7KQ2' }}", FA) == "7KQ2"
