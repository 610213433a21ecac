"""One encoding per value: RFC 8785 vectors, JSONTestSuite, ATTACKS 55 and 57."""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.errors import EncodingError
from election.canonical import (
    MAX_BYTES,
    MAX_DEPTH,
    MAX_INTEGER,
    Value,
    b64decode,
    b64encode,
    decode,
    encode,
    hex32decode,
    hex32encode,
)

# The files y_* of JSONTestSuite that happen to be canonical and hold no fraction, true, false or null.
CANONICAL = [
    "array_empty", "array_empty-string", "array_ending_with_newline", "number_negative_int",
    "number_negative_one", "number_simple_int", "object_basic", "object_empty", "object_empty_key",
    "object_simple", "string_backslash_and_u_escaped_zero", "string_backslash_doublequotes",
    "string_comments", "string_double_escape_a", "string_double_escape_n",
    "string_escaped_control_character", "string_in_array", "string_nonCharacterInUTF-8_U+10FFFF",
    "string_nonCharacterInUTF-8_U+FFFF", "string_null_escape", "string_pi",
    "string_reservedCharacterInUTF-8_U+1BFFF", "string_simple_ascii", "string_space",
    "string_u+2028_line_sep", "string_u+2029_par_sep", "string_unescaped_char_delete", "string_unicode_2",
    "string_utf8", "string_with_del_character", "structure_lonely_int", "structure_lonely_string",
    "structure_string_empty",
]  # fmt: skip

VALUES: st.SearchStrategy[Value] = st.recursive(
    st.text() | st.integers(-MAX_INTEGER, MAX_INTEGER),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def refusal(data: bytes) -> str:
    with pytest.raises(EncodingError) as caught:
        decode(data)
    assert caught.value.__cause__ is None
    return str(caught.value)


@pytest.mark.parametrize("name", ["french", "unicode", "weird"])
def test_rfc_8785_vectors_inside_our_subset(shared: Path, name: str) -> None:
    vectors = shared / "vectors" / "jcs"
    expected = bytes.fromhex((vectors / "outhex" / f"{name}.txt").read_text())
    assert expected == (vectors / "output" / f"{name}.json").read_bytes()
    value = json.loads((vectors / "input" / f"{name}.json").read_text("utf-8"))
    assert encode(value) == expected
    assert decode(expected) == value


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("arrays", "[1].10: null is refused"),
        ("structures", r"1.\n: a number that is not an integer"),
        ("values", "literals[0]: null is refused"),
    ],
)
def test_rfc_8785_vectors_outside_our_subset(shared: Path, name: str, reason: str) -> None:
    value = json.loads((shared / "vectors" / "jcs" / "input" / f"{name}.json").read_text("utf-8"))
    with pytest.raises(EncodingError) as caught:
        encode(value)
    assert str(caught.value) == reason


def test_rfc_8785_structure_with_an_integer_for_the_fraction(shared: Path) -> None:
    vectors = shared / "vectors" / "jcs"
    value = json.loads((vectors / "input" / "structures.json").read_text("utf-8"), parse_float=lambda _: 56)
    assert encode(value) == (vectors / "output" / "structures.json").read_bytes()


def test_json_test_suite(shared: Path) -> None:
    files = sorted((shared / "vectors" / "jsontestsuite" / "test_parsing").iterdir())
    assert len(files) == 318
    accepted = []
    for file in files:
        data = file.read_bytes()
        try:
            value = decode(data)
        except EncodingError:
            continue
        assert encode(value) == data and value == json.loads(data)
        accepted.append(file.stem)
    assert set(accepted) == {f"y_{name}" for name in CANONICAL}


def test_json_test_suite_transformations_never_end_in_a_traceback(shared: Path) -> None:
    accepted = []
    for file in sorted((shared / "vectors" / "jsontestsuite" / "test_transform").iterdir()):
        try:
            decode(file.read_bytes())
        except EncodingError:
            continue
        accepted.append(file.stem)
    assert accepted == ["object_key_nfd_nfc", "string_with_escaped_NULL"]


@given(VALUES)
def test_values_come_back(value: Value) -> None:
    data = encode(value)
    assert decode(data) == value
    assert json.loads(data) == value


@given(VALUES, st.data())
def test_one_changed_byte_is_another_value_or_refused(value: Value, data: st.DataObject) -> None:
    encoded = bytearray(encode(value))
    position = data.draw(st.integers(0, len(encoded) - 1))
    encoded[position] ^= data.draw(st.integers(1, 255))
    with suppress(EncodingError):
        assert decode(bytes(encoded)) != value


@given(st.binary())
def test_any_bytes_are_refused_or_canonical(data: bytes) -> None:
    with suppress(EncodingError):
        assert encode(decode(data)) == data


@given(st.dictionaries(st.text(alphabet="a\ue000\uffff\U00010000\U0010ffff"), st.just(0)))
def test_keys_are_sorted_by_utf_16_code_units(value: dict[str, int]) -> None:
    keys = list(json.loads(encode(value)))
    assert keys == sorted(keys, key=lambda key: key.encode("utf-16-be"))


def test_a_smiley_sorts_before_the_private_use_area() -> None:
    assert encode({"\ue000": 1, "\U0001f602": 2}) == '{"\U0001f602":2,"\ue000":1}'.encode()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not JSON at character 0"),
        (b" 1", "not canonical: first difference at byte 0"),
        (b'{"b":1,"a":2}', "not canonical: first difference at byte 2"),
        (b'{"a":1,"b": 2}', "not canonical: first difference at byte 11"),
        (b'["\\/"]', "not canonical: first difference at byte 2"),
        (b'["\\u001F"]', "not canonical: first difference at byte 7"),
        (b'{"a":1,"a":1}', "an object has one key twice"),
        (b'{"a":1,"\\u0061":1}', "an object has one key twice"),
        (b'{"a":[0,true]}', "a[1]: true and false are refused"),
        (b'{"a":{"b":null}}', "a.b: null is refused"),
        (b"[1.0]", "a number that is not an integer: 1.0"),
        (b"[1e2]", "a number that is not an integer: 1e2"),
        (b"[NaN]", "a number that is not an integer: NaN"),
        (b"[-Infinity]", "a number that is not an integer: -Infinity"),
        (b"[-0]", "the number -0"),
        (b"[01]", "not JSON at character 2"),
        (b"[9007199254740992]", "[0]: an integer beyond ±(2^53 - 1)"),
        (b"[-9007199254740992]", "[0]: an integer beyond ±(2^53 - 1)"),
        (b'["\\ud800"]', "a text holds a lone surrogate"),
        (b'{"\\udfff":1}', "a text holds a lone surrogate"),
        (b'["\xed\xa0\x80"]', "not UTF-8 at byte 2"),
        (b"\xef\xbb\xbf{}", "a byte order mark at the beginning"),
        ("{}".encode("utf-16"), "not UTF-8 at byte 0"),
        (b"{}{}", "not JSON at character 2"),
    ],
)
def test_refused_with_the_reason(data: bytes, reason: str) -> None:
    assert refusal(data) == reason


def test_the_largest_integers_are_accepted() -> None:
    for n in (MAX_INTEGER, -MAX_INTEGER, 0):
        assert decode(str(n).encode()) == n


@pytest.mark.parametrize("digits", [4300, 4301, 1_000_000])
def test_huge_integers(digits: int) -> None:
    assert refusal(b"9" * digits) == refusal(b"-" + b"9" * digits) == "an integer beyond ±(2^53 - 1)"


def test_depth() -> None:
    assert decode(b"[" * MAX_DEPTH + b"]" * MAX_DEPTH)
    opening, closing = b'{"a":' * (MAX_DEPTH + 1), b"}" * (MAX_DEPTH + 1)
    assert refusal(opening + b"1" + closing).endswith(f"nested more than {MAX_DEPTH} deep")
    for depth in (MAX_DEPTH + 1, sys.getrecursionlimit(), 1_000_000):
        assert refusal(b"[" * depth + b"]" * depth).endswith(f"nested more than {MAX_DEPTH} deep")
        assert refusal(b"[" * depth)
    loop: list[object] = []
    loop.append(loop)
    with pytest.raises(EncodingError, match="nested"):
        encode(loop)


def test_size() -> None:
    assert refusal(b" " * (MAX_BYTES + 1)) == f"{MAX_BYTES + 1} bytes where at most {MAX_BYTES} are allowed"
    with pytest.raises(EncodingError):
        decode(b"[1,2]", max_bytes=4)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ({"a": [1, True]}, "a[1]: true and false are refused"),
        (None, "the value: null is refused"),
        ([[0.0]], "[0][0]: a number that is not an integer"),
        ({"a": b""}, "a: a bytes has no encoding"),
        ({"a": {1: 2}}, "a: a key that is not a string"),
        ({"a": 2**53}, "a: an integer beyond ±(2^53 - 1)"),
        ({"\x1b[2J": None}, r"\x1b[2J: null is refused"),
    ],
)
def test_values_without_an_encoding(value: object, reason: str) -> None:
    with pytest.raises(EncodingError) as caught:
        encode(value)
    assert str(caught.value) == reason


def test_the_ballot_of_the_own_vector(shared: Path) -> None:
    vector = json.loads((shared / "vectors" / "own" / "ballot-v1.json").read_text("utf-8"))
    for name in ("body", "cast_entry"):
        data = vector[name].encode()
        assert encode(decode(data)) == data
    body = decode(vector["body"].encode())
    assert isinstance(body, dict)
    assert b64decode(body["slots"]).hex() == vector["slots"]
    assert b64decode(body["proof"]).hex() == vector["proof"]
    assert b64encode(bytes.fromhex(vector["proof"])) == body["proof"]


@given(st.binary())
def test_base64_comes_back(data: bytes) -> None:
    text = b64encode(data)
    assert "=" not in text
    assert b64decode(text, length=len(data)) == data


@given(st.text(alphabet="AQgw-_=+/ \n\u0660", max_size=12))
def test_base64_has_one_text_for_every_byte_string(text: str) -> None:
    with suppress(EncodingError):
        assert b64encode(b64decode(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "A",
        "AAAAA",
        "AA==",
        "AA=",
        "AB",
        "AAB",
        "AA+A",
        "AA/A",
        "AA A",
        "AAA\n",
        " AAA",
        "ААА",
        "\ud800",
        b"A",
        5,
    ],
)
def test_base64_refused(text: object) -> None:
    with pytest.raises(EncodingError, match=r"^body\.proof: "):
        b64decode(text, "body.proof")


def test_base64_length() -> None:
    for wrong in (31, 33):
        with pytest.raises(EncodingError, match=f"^key: {wrong} bytes where 32 belong$"):
            b64decode(b64encode(bytes(wrong)), "key", length=32)


def test_hexadecimal() -> None:
    data = bytes(range(0xE0, 0x100))
    assert hex32decode(hex32encode(data)) == data
    text = data.hex()
    for wrong in (text.upper(), text[:-1], text + "0", text + "\n", " " + text[1:], "٠" * 64, "", data, None):
        with pytest.raises(EncodingError, match="^root: "):
            hex32decode(wrong, "root")
    with pytest.raises(EncodingError):
        hex32encode(data[1:])
