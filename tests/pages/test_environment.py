"""What templates are rendered with: everything is escaped, and nothing hidden gets through."""

from __future__ import annotations

import pytest
from jinja2 import UndefinedError

from pages.assets import Assets
from pages.languages import LANGUAGES
from tests.pages.rendering import MACROS, rendered

HOSTILE = "<script>alert(1)</script> \"' & \u202egnp.exe"


@pytest.mark.parametrize("macro", ["code", "name", "tracker", "command"])
def test_macros_escape(macro: str) -> None:
    text = rendered(MACROS + f"{{{{ ui.{macro}(text) }}}}", text=HOSTILE)
    assert "<script" not in text and "&lt;script&gt;" in text


def test_attributes_escape() -> None:
    text = rendered('<a title="{{ text }}">', text='" onclick="alert(1)')
    assert 'onclick="' not in text


def test_values_in_translated_sentences_escape() -> None:
    template = "{% trans zone=value %}All times are those of {{ zone }}.{% endtrans %}"
    for language in LANGUAGES.values():
        text = rendered(template, language, value="<b>here</b>")
        assert "&lt;b&gt;here&lt;/b&gt;" in text and "<b>" not in text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\u202egnp.exe", "a\\u202egnp.exe"),
        ("می\u200cشود", "می\u200cشود"),
        ("line\nbreak\x1b[31m", "line\\nbreak\\x1b[31m"),
        ("\u2066\u200b\ufeff", "\\u2066\\u200b\\ufeff"),
        ("plain سلام", "plain سلام"),
    ],
    ids=["override", "joiner", "control", "invisible", "plain"],
)
def test_printable_shows_what_is_hidden(text: str, shown: str) -> None:
    assert rendered("{{ text | printable }}", text=text) == shown


def test_what_is_missing_is_an_error() -> None:
    with pytest.raises(UndefinedError, match="nothing"):
        rendered("{{ nothing }}")


def test_moments_for_machines() -> None:
    assert rendered("{{ 0 | iso }}") == "1970-01-01T00:00:00Z"
    time = rendered(MACROS + "{{ ui.moment(1813293000) }}", LANGUAGES["fa"])
    assert time.startswith('<time datetime="2027-06-18T04:30:00Z">') and "۱۴۰۶" in time


@pytest.mark.parametrize(
    ("value", "most", "width"), [(3, 4, "75.0"), (0, 4, "0.0"), (4, 4, "100.0"), (0, 0, "0")]
)
def test_bars(value: int, most: int, width: str) -> None:
    text = rendered(MACROS + "{{ ui.bar(value, most) }}", value=value, most=most)
    assert f'class="bar" width="{width}"' in text


def test_assets_change_their_address_with_their_content() -> None:
    assets = Assets()
    address = assets.address("pages.css")
    found = assets.find("pages.css")
    assert (
        found and address == f"/static/{found.version}/pages.css" and found.type == "text/css; charset=utf-8"
    )
    assert assets.find("../languages.py") is None
    with pytest.raises(KeyError):
        assets.address("no.css")
