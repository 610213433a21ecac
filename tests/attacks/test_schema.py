"""Everything that no entry may be, generated from the schema of every kind: rows 26, 27, 55; V0.

Points inside a dealing are bytes to the schema: test_ceremony_dealings.py has those.
"""

from __future__ import annotations

from typing import Any

import pytest

from crypto.errors import EncodingError
from crypto.group import ORDER
from election import canonical
from election.entries import KINDS, parse
from tests.attacks.museum import Museum, check_lines
from tests.attacks.samples import POINT, SCALAR, Field, altered, fields, nodes, sample, samples, world
from tests.world import World

IDENTITY = bytes(32)


def ends(field: Field) -> list[int]:
    """The first and the last place of every sort of element."""
    by_sort: dict[str, list[int]] = {}
    for place, sort in enumerate(field.elements):
        by_sort.setdefault(sort, []).append(place)
    return sorted({places[i] for places in by_sort.values() for i in (0, -1)})


def with_element(field: Field, place: int, encoding: bytes) -> bytes:
    return field.replaced(field.data[: 32 * place] + encoding + field.data[32 * place + 32 :])


def refused(content: bytes, place: str) -> None:
    """Not parsed, with the place and without a traceback of anything else."""
    with pytest.raises(EncodingError) as caught:
        parse(content)
    assert str(caught.value).startswith(place), caught.value


def name_of(field: Field) -> str:
    """How the parser names the place."""
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in field.path)
    return field.kind + "".join(steps)


def test_the_samples_are_honest_and_complete() -> None:
    """Every kind, every sort of element, and nothing refused before it is bent."""
    found = fields()
    assert {field.kind for field in found} == set(KINDS) - {"clock"}
    assert len({str(field) for field in found}) == len(found) > 40
    for field in found:
        parse(field.replaced(field.data))
        assert not field.elements or len(field.data) == 32 * len(field.elements)


def test_row_26_bad_encodings_in_every_point(bad_encodings: list[bytes]) -> None:
    for field in fields():
        for place in ends(field):
            if field.elements[place] != SCALAR:
                for bad in bad_encodings:
                    refused(with_element(field, place, bad), name_of(field))


def test_row_26_the_identity_only_where_it_may_be() -> None:
    for field in fields():
        for place in ends(field):
            content = with_element(field, place, IDENTITY)
            if field.elements[place] == POINT:
                refused(content, name_of(field))
            else:
                parse(content)


def test_row_27_scalars_that_are_not_canonical() -> None:
    for field in fields():
        for place in ends(field):
            if field.elements[place] == SCALAR:
                true = int.from_bytes(field.data[32 * place :][:32], "little")
                for value in (true + ORDER, ORDER, ORDER + 1, 2**255, 2**256 - 1):
                    refused(with_element(field, place, value.to_bytes(32, "little")), name_of(field))


def test_row_27_lengths_that_are_no_multiple_of_32() -> None:
    for field in fields():
        if field.elements:
            for data in (field.data[:-1], field.data + b"\0", field.data[1:]):
                refused(field.replaced(data), name_of(field))


def test_row_27_hashes_and_nonces_of_another_length() -> None:
    """Whatever is as long as it is, but for msg1, whose inside is a matter of V3."""
    for field in fields():
        if not field.elements and field.path != ("msg1",):
            for data in (b"", field.data[:-1], field.data + b"\0", field.data * 2):
                refused(field.replaced(data), name_of(field))


def test_row_55_byte_strings_in_another_alphabet() -> None:
    """Padding, the other alphabet, stray bits at the end, white space: one text for one byte string."""
    for field in fields():
        text = canonical.b64encode(field.data)
        padded = text + "=" * (-len(text) % 4)
        variants = {padded, text + "=", text + "\n", " " + text, text.replace("-", "+").replace("_", "/")}
        if len(text) % 4 == 0:
            variants.add(text + "A")
        if len(field.data) % 3:
            alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
            variants.add(text[:-1] + alphabet[alphabet.index(text[-1]) | 1])
        for variant in variants - {text}:
            refused(altered(field.kind, field.path, variant), name_of(field))


@pytest.mark.parametrize("kind", KINDS)
def test_row_55_members_unknown_or_missing(kind: str) -> None:
    """In every object of an entry, but titles, whose members are languages."""
    value = sample(kind)
    for path, node in [((), value), *nodes(value)]:
        if isinstance(node, dict) and not (path and path[-1] == "title"):
            refused(bent(value, path, {**node, "zzz": 1}), kind)
            for name in node.keys() - {"kind"}:
                refused(bent(value, path, {k: v for k, v in node.items() if k != name}), kind)


def bent(value: dict[str, Any], path: tuple[str | int, ...], node: Any) -> bytes:
    if not path:
        return canonical.encode(node)
    return altered(value["kind"], path, node)


# JSON that is not of the type of a member: for texts, numbers, objects and lists.
WRONG: dict[type, list[str]] = {
    str: ["1", "true", "null", "[]", "{}", "1.5", '["a"]'],
    int: ['"01"', '"1"', "true", "false", "null", "1.5", "1.0", "1e0", "[]", "{}", '""', "9007199254740992"],
    dict: ["[]", "null", '""', "0", "true", "{}"],
    list: ["{}", "null", '""', "0", "true", "[null]", "[[[]]]"],
}


@pytest.mark.parametrize("kind", KINDS)
def test_row_55_wrong_types_everywhere(kind: str) -> None:
    value = sample(kind)
    for path, node in nodes(value):
        marked = altered(kind, path, "@here")
        for wrong in WRONG[type(node)]:
            if (wrong, path[-1]) != ("{}", "title"):
                refused(marked.replace(b'"@here"', wrong.encode()), "")


@pytest.mark.parametrize("kind", KINDS)
def test_row_21_numbers_below_zero(kind: str) -> None:
    """−1 is refused wherever an integer counts something; rules alone may use it."""
    value = sample(kind)
    for path, node in nodes(value):
        if type(node) is int and path[-1] not in ("min", "max", "times"):
            refused(altered(kind, path, -1), kind)
        if type(node) is int:
            refused_number = altered(kind, path, 2**53 - 1).replace(b"9007199254740991", b"9007199254740992")
            refused(refused_number, "")


def test_a_sample_of_each_kind_as_a_whole_record(museum: Museum, bad_encodings: list[bytes]) -> None:
    """The record is refused at V0, at that very entry, before anything that follows from it."""
    made = world()
    first = {field.kind: field for field in reversed(fields()) if field.elements}
    assert first.keys() == KINDS.keys() - {"clock"}
    for kind, field in first.items():
        forged = World(like=made)
        forged.log.contents = [*made.log.contents]
        n = forged.log.contents.index(samples()[kind].to_bytes())
        forged.log.contents[n] = with_element(field, 0, bad_encodings[-1])
        found = museum.examined(forged, anchor=made.context)
        assert (found.faults[0].check, found.faults[0].entry, found.faults[0].void) == (0, n, False)
        check_lines(found)
