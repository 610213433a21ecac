"""SPEC.md against the code: every kind, member and type, every proof with its items, every limit, and one ballot."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from crypto import ballot_argument, sigma, statements
from crypto.ballot_argument import Relation
from crypto.elgamal import Ciphertexts
from crypto.errors import EncodingError
from crypto.group import ORDER, G, Points, Scalars
from crypto.merkle import leaf_hash
from crypto.transcript import LABELS, Domain, Transcript
from election import canonical, manifest_check, texts
from election.ballot import prepare_with
from election.canonical import b64encode
from election.entries import KINDS, Cast, entry_hash
from election.entry import Signed
from election.examine import Stage
from election.faults import CHECKS
from election.ledger.apply import _RULES
from election.manifest import CEREMONY, GROUP, PROTOCOL, Contest, Manifest, Option, Rule, Style, Term
from election.parameters import Parameters
from election.record import MAX_ENTRY, MAX_INLINE
from election.schema import Codec, Record

SPEC = (Path(__file__).resolve().parents[2] / "SPEC.md").read_text()
CONTEXT = bytes(range(32))


def section(number: str) -> str:
    """The text under a heading, such as 2.3 or A, down to the next one."""
    return re.split(rf"^##+ {re.escape(number)}\.? ", SPEC, flags=re.M)[1].split("\n#")[0]


def rows(text: str) -> list[list[str]]:
    """The cells of all table rows but the headings."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    headings = {line for line, rule in pairwise(lines) if rule.startswith("| ---")}
    body = [line for line in lines if line not in headings and not line.startswith("| ---")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in body]


def words(text: str) -> list[str]:
    """What stands in backquotes."""
    return re.findall(r"`([^`]+)`", text)


def specified() -> dict[str, dict[str, str]]:
    """Record -> member -> type, out of the tables of sections 4 and 5; a table belongs to the last name above it."""
    found: dict[str, dict[str, str]] = {}
    name = ""
    for line in SPEC[SPEC.index("\n### 4.2 ") : SPEC.index("\n## 6. ")].splitlines():
        if heading := re.match(r"(?:### [0-9.]+ )?`([a-z-]+)`", line):
            name = heading[1]
        elif member := re.match(r"\| `([a-z_0-9]+)` \| ([^|]+?) \|", line):
            found.setdefault(name, {})[member[1]] = member[2]
    return found


def records() -> dict[str, type[Record]]:
    """Entries, and the objects inside them, by the names that SPEC.md gives them: partial-decryption, rule."""

    def subclasses(cls: type[Record]) -> Iterator[type[Record]]:
        for sub in cls.__subclasses__():
            yield sub
            yield from subclasses(sub)

    own = [c for c in subclasses(Record) if c.__module__ in ("election.entries", "election.manifest")]
    return {re.sub(r"(?<=.)([A-Z])", r"-\1", cls.__name__).lower(): cls for cls in own}


MEMBERS = [(name, member, kind) for name, table in specified().items() for member, kind in table.items()]


def test_every_record_and_every_member() -> None:
    assert set(KINDS) <= set(records())
    assert {name: set(table) for name, table in specified().items()} == {
        name: set(cls.schema) for name, cls in records().items()
    }


POINT, IDENTITY, SCALAR = G.to_bytes(), bytes(32), bytes(31) + b"\x01"
TOO_LARGE = ORDER.to_bytes(32, "little")


def encoded(good: list[bytes], bad: list[bytes]) -> tuple[list[Any], list[Any]]:
    return [b64encode(data) for data in good], [*map(b64encode, bad), b64encode(good[0]) + "=", 0, {}]


def examples(kind: str) -> tuple[list[Any], list[Any]]:
    """JSON values that a type of SPEC 4.1 takes, and such as it does not take."""
    if item := re.fullmatch(r"list of (.+)", kind):
        good, bad = examples(item[1])
        return [[], *([value] for value in good)], [0, *([value] for value in bad)]
    if size := re.fullmatch(r"bytes (\d+)", kind):
        return encoded([bytes(int(size[1]))], [bytes(int(size[1]) - 1), bytes(int(size[1]) + 1)])
    if shape := re.fullmatch(r"proof (\d),(\d)", kind):
        r, s = int(shape[1]), int(shape[2])
        bad = [POINT * r + SCALAR * (s + 1), POINT * r + TOO_LARGE * s, b"\xff" * 32 * (r + s)]
        return encoded([POINT * r + IDENTITY * s, IDENTITY * r + SCALAR * s], bad)
    if kind.startswith("integer"):
        low, high = (_BOUNDS.get(bound) or int(bound) for bound in kind.removeprefix("integer ").split(" … "))
        return [low, high], [low - 1, high + 1, True, "1"]
    if kind.startswith('"'):
        return re.findall(r'"([a-z]+)"', kind), ["other", "", 0]
    if kind.startswith("object"):
        return [], ["", [], {"unknown": 0}]
    return _EXAMPLES[kind]


_BOUNDS = {"2^32 − 1": 2**32 - 1, "2^53 − 1": 2**53 - 1, "−(2^53 − 1)": 1 - 2**53}
_EXAMPLES: dict[str, tuple[list[Any], list[Any]]] = {
    "identifier": (["a", "A.b_c-1", "x" * 64], ["", "-a", "x" * 65, "é", 1]),
    "identifier or empty": (["", "a"], [".", 1]),
    "text": (["a", "نام\u200cها", "x" * 1000], ["", " ", "x" * 1001, "a\u200e", "a\n", 1]),
    "title": ([{"fa": "نام", "en-GB": "name"}, {}], [{"EN": "name"}, {"en": 1}, "name"]),
    "time": ([0, 2**53 - 1], [-1, 2**53, "0"]),
    "bytes": encoded([b"", b"any"], []),
    "point": encoded([POINT], [IDENTITY, POINT[:31], POINT * 2, b"\xff" * 32]),
    "points": encoded([b"", POINT * 2], [IDENTITY, POINT[:31]]),
    "partials": encoded([b"", POINT + IDENTITY], [POINT[:31], b"\xff" * 32]),
    "ciphertexts": encoded([POINT + IDENTITY], [IDENTITY + POINT, POINT]),
    "aggregates": encoded([IDENTITY * 2, b""], [POINT, b"\xff" * 64]),
    "ballot proof": encoded([POINT * 4 + SCALAR * 3], [POINT * 4 + SCALAR * 2, POINT * 4 + TOO_LARGE * 3]),
}


@pytest.mark.parametrize(("name", "member", "kind"), MEMBERS)
def test_type_of(name: str, member: str, kind: str) -> None:
    codec: Codec = records()[name].schema[member]
    good, bad = examples(kind)
    for value in good:
        assert codec.encode(codec.decode(value, "here")) == value
    for value in bad:
        with pytest.raises(EncodingError):
            codec.decode(value, "here")


def test_who_signs_what_and_when() -> None:
    table = {words(kind)[0]: rest for kind, *rest in rows(section("4.1")) if kind.startswith("`")}
    assert list(table) == list(KINDS)
    for kind, (signer, phases, check) in table.items():
        _, number, allowed = _RULES[KINDS[kind]]
        assert phases.split(", ") == [phase.name.lower() for phase in allowed]
        assert check == f"V{number}"
        signed = issubclass(KINDS[kind], Signed)
        assert signer.startswith("trustee" if "trustee" in KINDS[kind].schema else "office") == signed


def absorbed(t: Transcript) -> list[tuple[str, bytes]]:
    """(label, data) of everything that a transcript has absorbed."""
    data, parts = bytes(t), []
    while data:
        size = int.from_bytes(data[:4], "little")
        parts.append(data[4 : 4 + size])
        data = data[4 + size :]
    return [(label.decode(), value) for label, value in zip(parts[::2], parts[1::2], strict=True)]


def transcripts() -> dict[str, Transcript]:
    """One of each statement's, before its announcement."""
    h, P = bytes(32), [n * G for n in range(1, 6)]
    relation = Relation(1, (((0, 1),),), (), ())
    ballot = ballot_argument.Statement(CONTEXT, G, relation, "s", G, Ciphertexts(G, G))
    return {
        "signature": statements.signature(CONTEXT, "kind", G, b"").transcript,
        "cast": statements.cast(CONTEXT, b"", G, 1, h, G).transcript,
        "register": statements.register(CONTEXT, h, 1, G).transcript,
        "ephemeral": statements.ephemeral(CONTEXT, h, 1, h, G).transcript,
        "complaint": statements.complaint(CONTEXT, h, 1, 2, *P).transcript,
        "decryption": statements.decryption(CONTEXT, h, 1, "c", h, "t", G, G, G).transcript,
        "ballot": ballot.transcript(),
    }


def test_statements_and_their_items_in_order() -> None:
    table = {words(name)[0]: words(items) for name, items, _ in rows(section("2.3"))}
    assert list(table) == list(LABELS)
    for name, t in transcripts().items():
        known = absorbed(t)
        assert known[:3] == [
            ("protocol", PROTOCOL.encode()),
            ("proof", name.encode()),
            ("context", CONTEXT),
        ]
        items = [label for label, _ in known[3:] if label not in ("challenge", "is")]
        assert items == table[name]


def test_every_label_and_every_prefix() -> None:
    labels, domains = section("2.5").split("Prefixes of hashes")
    items = {word for _, cells, _ in rows(section("2.3")) for word in words(cells)}
    listed = {word for row in rows(labels) for word in words(row[1])}
    t = Transcript("ballot", CONTEXT)
    t.challenge("gamma")
    sigma_proof = {"announcement", "c"}
    common = {label for label, _ in absorbed(t)}
    assert items | listed == {label for own in LABELS.values() for label in own} | sigma_proof | common
    assert [words(row[0])[0] for row in rows(domains)] == [str(domain) for domain in Domain]


def test_checks_and_stages() -> None:
    assert {check: title for check, title, _ in rows(section("9.1"))} == {
        f"V{number}": title for number, title in CHECKS.items()
    }
    assert {stage: checks for stage, checks, _ in rows(section("9.2"))} == {
        stage.name.lower(): f"V0 to V{stage.value}" for stage in Stage
    }


@pytest.mark.parametrize(
    ("number", "limit"),
    [
        ("1.5", f"±(2^{(canonical.MAX_INTEGER + 1).bit_length() - 1} − 1)"),
        ("1.5", f"more than {canonical.MAX_DEPTH} objects or arrays"),
        ("1.5", f"{canonical.MAX_BYTES:,} bytes"),
        ("1.6", f"1 to {texts.MAX_TEXT_LENGTH} code points"),
        ("3.4", f"at most {MAX_INLINE:,} bytes"),
        ("3.4", f"{MAX_INLINE + 1:,} to {MAX_ENTRY:,} bytes"),
        ("5.1", f"`{PROTOCOL}`"),
        ("5.1", f"`{GROUP}`"),
        ("5.1", f"`{CEREMONY}`"),
        ("5.2", f"more than {manifest_check.MAX_TRUSTEES}"),
        ("5.2", f"{manifest_check.MAX_BITS:,} bits or {manifest_check.MAX_SLOTS:,} slots"),
        ("5.2", f"above 2^{manifest_check.MAX_TOTAL.bit_length() - 1}"),
        ("5.2", f"≥ 2^{manifest_check.MAX_EXACT.bit_length() - 1}"),
    ],
)
def test_limits(number: str, limit: str) -> None:
    assert limit in " ".join(section(number).split())


def test_code_points_that_texts_may_not_hold() -> None:
    named = [
        (int(first, 16), int(last or first, 16))
        for first, last in re.findall(r"U\+([0-9A-F]+)(?:–([0-9A-F]+))?", section("1.6"))
    ]
    planes = [(plane + 0xFFFE, plane + 0xFFFF) for plane in range(0, 0x110000, 0x10000)]
    allowed = [(0x200C, 0x200C), (0x200D, 0x200D)]
    assert [*allowed, *texts.REFUSED_RANGES] == [*named[: -len(planes[:2])], *planes]


def vector() -> dict[str, str]:
    """The names and values of appendix A."""
    found: dict[str, str] = {}
    name = ""
    for line in section("A").split("```")[1].strip().splitlines():
        name = line[:20].strip() or name
        found[name] = found.get(name, "") + line[20:]
    return found


def test_the_ballot_of_appendix_a() -> None:
    known = vector()
    contest = Contest(
        "c",
        1,
        tuple(Option(id, 1, {"en": id}) for id in "abc"),
        1,
        (Rule(2, 0, tuple(Term(id, 1) for id in "abc")),),
        {"en": "c"},
    )
    style = Style(("c",), (0, 0, 0), "s1")
    manifest = SimpleNamespace(styles=(style,), style=lambda _: style, contest=lambda _: contest)
    parameters = Parameters(cast(Manifest, manifest), CONTEXT, 7 * G)
    o, c = Scalars.from_ints([11]), Scalars.from_ints([13])
    ballot = prepare_with(parameters, "s1", (1, 0, 1), b"\xaa" * 32, o)
    body, relation = ballot.body, parameters.layouts["s1"].relation
    statement = ballot_argument.Statement(CONTEXT, 7 * G, relation, "s1", o * G, body.slots)
    claim = ballot_argument.claim(statement, body.proof)
    casting = statements.cast(CONTEXT, body.encoded, c * G, 1, bytes(32), o * G)
    proof = sigma.respond(casting, Scalars.concat([c, o]), Scalars.from_ints([17, 19]))
    entry = Cast(body, c * G, bytes(32), proof, 1).to_bytes()
    bases = ballot_argument.bases(2)
    computed: dict[str, bytes | Points | Scalars] = {
        "K": parameters.K,
        **{"F": bases.F, "G0": bases.G[0], "G1": bases.G[1], "H0": bases.H[0], "H1": bases.H[1]},
        "layout digest": relation.digest,
        "root": ballot.randomness.root,
        "gamma": claim.gamma[0],
        "x": claim.x,
        "slots": body.slots.to_bytes(),
        "ballot proof": body.proof.to_bytes(),
        "body hash": body.hash,
        "O": body.one_time_key,
        "C": c * G,
        "cast challenge": sigma.claim(casting, proof).c,
        "cast proof": proof.to_bytes(),
        "entry hash": entry_hash(entry),
        "leaf hash": leaf_hash(entry),
    }
    in_hex = {n: (v if isinstance(v, bytes) else v.to_bytes()).hex() for n, v in computed.items()}
    bits = "".join(map(str, parameters.layouts["s1"].bits((1, 0, 1))))
    assert {**in_hex, "bits": bits, "tracker": ballot.tracker} == known
