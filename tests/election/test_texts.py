"""What may stand in identifiers and titles (SPEC 1.6, ATTACKS 47, 78)."""

from __future__ import annotations

import unicodedata

import pytest

from crypto.errors import EncodingError
from election.texts import check_identifier, check_text, look_alike_key, printable

# Written out once more, from SPEC 1.6, so that a slip in the module does not repeat itself here.
REFUSED = {
    *range(0x20), *range(0x7F, 0xA0), 0x61C, 0x200B, 0x200E, 0x200F, 0x2028, 0x2029,
    0x202A, 0x202B, 0x202C, 0x202D, 0x202E, *range(0x2060, 0x2070), 0xFEFF, 0xFFF9, 0xFFFA, 0xFFFB,
    *range(0xE0000, 0xE0080), *range(0xD800, 0xE000), *range(0xFDD0, 0xFDF0),
    *(code for code in range(0x110000) if code & 0xFFFE == 0xFFFE),
}  # fmt: skip


def test_every_refused_code_point_and_no_other() -> None:
    for code in range(0x110000):
        try:
            check_text(f"a{chr(code)}b", "title")
        except EncodingError as error:
            assert code in REFUSED
            assert str(error) == f"title: U+{code:04X} at character 1 is refused in texts"
        else:
            assert code not in REFUSED


def test_persian_needs_its_joiners() -> None:
    title = "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645 \u0647\u0640\u200d"
    assert check_text(title, "title") == title


def test_texts_are_never_normalised() -> None:
    for form in ("NFC", "NFD"):
        title = unicodedata.normalize(form, "Zażółć gęślą jaźń")
        assert check_text(title, "title") == title


@pytest.mark.parametrize("text", ["", " ", "\u3000", 5, None, b"a", ["a"], "a" * 1001])
def test_refused_as_a_text(text: object) -> None:
    with pytest.raises(EncodingError, match=r"^contests\[0\]\.title: "):
        check_text(text, "contests[0].title")


def test_length_is_counted_in_code_points() -> None:
    assert check_text("\U0001f5f3" * 3, "title", max_length=3)
    with pytest.raises(EncodingError, match="^title: 4 characters where at most 3 are allowed$"):
        check_text("\U0001f5f3" * 4, "title", max_length=3)


@pytest.mark.parametrize("text", ["a", "0", "A.b_c-d", "a" * 64, "1..", "x--"])
def test_identifiers(text: str) -> None:
    assert check_identifier(text, "id") == text


@pytest.mark.parametrize(
    "text",
    ["", ".", "-a", "_a", "a" * 65, "a b", "a\n", "é", "а", "۱", "a/b", "a\0", "../a", 1, True, None, b"a"],
)
def test_refused_as_an_identifier(text: object) -> None:
    with pytest.raises(EncodingError, match=r"^options\[3\]\.id: "):
        check_identifier(text, "options[3].id")


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("علي", "علی"),
        ("علی", "على"),
        ("كاظم", "کاظم"),
        ("می‌خواهم", "میخواهم"),
        ("محمـد", "محمد"),
        ("\ufeb7", "ش"),
        ("منطقه ۴", "منطقه ٤"),
        ("منطقه ۴", "منطقه 4"),
        ("Straße", "STRASSE"),
        ("Zażółć", unicodedata.normalize("NFD", "ZAŻÓŁĆ")),
        ("ﬁne", "Fine"),
        ("List  A", "list\u00a0A "),
        ("Ⅳ", "iv"),
    ],
)
def test_looks_alike(left: str, right: str) -> None:
    assert left != right
    assert look_alike_key(left) == look_alike_key(right)


@pytest.mark.parametrize(
    ("left", "right"), [("علی", "عالی"), ("List A", "List B"), ("Müller", "Muller"), ("۱", "۲")]
)
def test_looks_different(left: str, right: str) -> None:
    assert look_alike_key(left) != look_alike_key(right)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("شورا\u200cها", "شورا\u200cها"),
        ("a\u202eb", "a\\u202eb"),
        ("\udcff", "\\udcff"),
        ("tab\t", "tab\\t"),
        ("\x9b31m", "\\x9b31m"),
    ],
)
def test_printable(text: str, shown: str) -> None:
    assert printable(text) == shown
