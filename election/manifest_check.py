"""V1: whether a manifest makes sense, each refusal with the place and the reason (SPEC 5)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from crypto.errors import EncodingError, GlassballotError
from crypto.group import G
from crypto.note import COSIGNATURE, ED25519, NoteKey
from election.errors import ChoiceError, ManifestError
from election.layout import compile_layout, slot_capacities, slot_groups, split
from election.manifest import CEREMONY, GROUP, MANIFEST_CONTEXT, PROTOCOL, Contest, Manifest, Rule
from election.texts import check_text, look_alike_key

MAX_BITS = MAX_SLOTS = 8192
MAX_TRUSTEES = 64
MAX_EXACT = 2**53
MAX_TOTAL = 2**40
# The base of packing is at least 2, so that no total of more digits than this stays within MAX_TOTAL.
MAX_PACKING = 41


def _need(holds: bool, place: str, reason: str) -> None:
    if not holds:
        raise ManifestError(place, reason)


def _distinct(values: Iterable[object], place: str, what: str) -> None:
    seen = set()
    for value in values:
        _need(value not in seen, place, f"{what} {value} occurs twice")
        seen.add(value)


def check_manifest(manifest: Manifest) -> None:
    """Raises ManifestError."""
    for check in _CHECKS:
        check(manifest)


def _check_suite(m: Manifest) -> None:
    for place, value, known in (
        ("protocol", m.protocol, PROTOCOL),
        ("group", m.group, GROUP),
        ("ceremony.suite", m.ceremony.suite, CEREMONY),
    ):
        _need(value == known, place, f"this version knows only {known}")


def _check_signature(m: Manifest) -> None:
    try:
        m.check_signature(MANIFEST_CONTEXT, m.office_key)
    except GlassballotError as error:
        raise ManifestError("sig", f"not signed by the office: {error}") from None


def _check_times(m: Manifest) -> None:
    _need(m.voting.begin < m.voting.end, "voting", "it ends before it begins")
    _need(
        m.voting.end + m.complaint_seconds <= m.deadline, "deadline", "it is before voting and complaints end"
    )


def _check_titles(m: Manifest) -> None:
    named = [("title", m.title)]
    named += [(f"contests.{c.id}", c.title) for c in m.contests]
    named += [(f"contests.{c.id}.{o.id}", o.title) for c in m.contests for o in c.options]
    named += [(f"units.{u.id}", u.title) for u in m.units] + [
        (f"trustees.{t.id}", t.title) for t in m.trustees
    ]
    for place, title in named:
        _need(bool(title), place, "a title in at least one language is missing")
        for language, text in title.items():
            try:
                check_text(text, f"{place}.{language}")
            except EncodingError as error:
                raise ManifestError(place, str(error).removeprefix(f"{place}.")) from None


def _check_trustees(m: Manifest) -> None:
    k, n, least = m.ceremony.threshold, len(m.trustees), m.ceremony.min_trustees
    _need(1 <= n <= MAX_TRUSTEES, "trustees", f"there must be 1 to {MAX_TRUSTEES}")
    _need(1 <= k <= n, "ceremony.threshold", f"{k} of {n} is no threshold")
    _need(k > 1 or m.ceremony.single_trustee == 1, "ceremony.threshold", "1 needs single_trustee set")
    _need(k <= least <= n, "ceremony.min_trustees", f"it must be from the threshold {k} to {n}")


def _check_keys(m: Manifest) -> None:
    _distinct((t.id for t in m.trustees), "trustees", "trustee")
    _distinct((s.id for s in m.stations), "stations", "station")
    _distinct((key.hex() for key in pinned_keys(m)), "trustees", "the key")
    _need(G.to_bytes() not in pinned_keys(m), "trustees", "the base point is nobody's key")
    for s in m.stations:
        _need(s.unit in m.by_id["units"], f"stations.{s.id}", f"there is no unit {s.unit}")


def pinned_keys(m: Manifest) -> list[bytes]:
    """Every key that the manifest names, 32 bytes each; a static key of the ceremony equals none of them."""
    log = _note_key(m.log.key, ED25519, "log.key").public
    people = [*(trustee.key for trustee in m.trustees), *(station.key for station in m.stations)]
    return [m.office_key.to_bytes(), log.to_bytes(), *(key.to_bytes() for key in people)]


def _note_key(text: str, kind: int, place: str) -> NoteKey:
    try:
        key = NoteKey.parse(text)
    except GlassballotError as error:
        raise ManifestError(place, str(error)) from None
    _need(key.kind == kind, place, f"a key of signature type {kind:#04x} was due here")
    return key


def _check_log(m: Manifest) -> None:
    name = _note_key(m.log.key, ED25519, "log.key").name
    _need(name == m.log.origin, "log.origin", f"the log's key is named {name!r}")


def _check_agreement(m: Manifest) -> None:
    _need(len(m.agreement) == 1, "agreement", "exactly one rule must be named")
    keys, q, f = m.witnesses.keys, m.witnesses.quorum, m.witnesses.faulty
    names = [
        _note_key(key, COSIGNATURE, f"witnesses.keys[{i}]").public.to_bytes().hex()
        for i, key in enumerate(keys)
    ]
    log = _note_key(m.log.key, ED25519, "log.key").public.to_bytes().hex()
    _distinct([log, *names], "witnesses.keys", "the key")
    if not keys:
        _need(m.agreement == ("ready",), "agreement", "witnesses cannot agree where there are none")
        _need(q == f == 0, "witnesses", "a quorum of no witnesses")
    else:
        _need(
            f < q <= len(keys) and 2 * q > len(keys) + f,
            "witnesses.quorum",
            f"{q} of {len(keys)} with {f} faulty",
        )


def _check_contest(contest: Contest) -> None:
    place = f"contests.{contest.id}"
    _need(bool(contest.options), place, "a contest without options")
    _distinct((o.id for o in contest.options), place, "option")
    for option in contest.options:
        _need(option.max >= 1, f"{place}.{option.id}", "an option whose largest value is 0")
    _need(contest.packing <= len(contest.options), f"{place}.packing", "more options a slot than there are")
    _need(
        contest.packing <= MAX_PACKING, f"{place}.packing", f"at most {MAX_PACKING} options fit into a slot"
    )
    for largest in slot_capacities(contest):
        _need(
            largest * contest.max_cell_ballots <= MAX_TOTAL,
            f"{place}.packing",
            f"a cell's total could reach {largest * contest.max_cell_ballots}, above 2^40",
        )
    maxima = {option.id: option.max for option in contest.options}
    for number, rule in enumerate(contest.rules, 1):
        _check_rule(maxima, rule, f"{place}.rules[{number}]")


def _check_rule(largest: Mapping[str, int], rule: Rule, place: str) -> None:
    """largest: option id -> the most that a voter can give it."""
    _need(rule.min <= rule.max, place, f"at least {rule.min} and at most {rule.max} is impossible")
    _distinct((t.option for t in rule.terms), place, "option")
    for term in rule.terms:
        _need(term.option in largest, place, f"there is no option {term.option}")
        _need(term.times != 0, place, f"option {term.option} times 0")
    _need(bool(rule.terms), place, "a rule about nothing")
    total = sum(abs(term.times) * largest[term.option] for term in rule.terms)
    total += (rule.max - rule.min) + abs(rule.max)
    _need(total < MAX_EXACT, place, "its sums could exceed 2^53")


def _check_contests(m: Manifest) -> None:
    _need(bool(m.contests), "contests", "an election without contests")
    _distinct((c.id for c in m.contests), "contests", "contest")
    for contest in m.contests:
        _check_contest(contest)


def _check_styles(m: Manifest) -> None:
    _distinct((s.id for s in m.styles), "styles", "style")
    order = {id: position for position, id in enumerate(m.by_id["contests"])}
    for style in m.styles:
        place = f"styles.{style.id}"
        _need(bool(style.contests), place, "a ballot without contests")
        for id in style.contests:
            _need(id in order, place, f"there is no contest {id}")
        positions = [order[id] for id in style.contests]
        _need(
            positions == sorted(set(positions)), place, "its contests must stand in manifest order, each once"
        )
        _check_size(m, style.id, place)
        try:
            compile_layout(m, style.id).check_choices(style.example)
        except ChoiceError as error:
            raise ManifestError(f"{place}.example", str(error)) from None
    used = {contest for style in m.styles for contest in style.contests}
    for id in order:
        _need(id in used, f"contests.{id}", "it is on no ballot")


def _check_size(m: Manifest, style: str, place: str) -> None:
    contests = [m.contest(id) for id in m.style(style).contests]
    bits = sum(len(split(o.max)) for c in contests for o in c.options)
    bits += sum(len(split(rule.max - rule.min)) for c in contests for rule in c.rules)
    slots = sum(len(slot_groups(c)) for c in contests)
    _need(bits <= MAX_BITS, place, f"{bits} bits, at most {MAX_BITS} are allowed")
    _need(slots <= MAX_SLOTS, place, f"{slots} slots, at most {MAX_SLOTS} are allowed")


def _check_units(m: Manifest) -> None:
    _need(bool(m.units), "units", "an election without units")
    _distinct((u.id for u in m.units), "units", "unit")
    before: set[str] = set()
    for unit in m.units:
        place = f"units.{unit.id}"
        _need(
            not unit.parent or unit.parent in before, place, f"its parent {unit.parent} must stand before it"
        )
        before.add(unit.id)
        if m.children[unit.id]:
            _need(not unit.style, place, "a unit with units below it has no voters and no style")
        else:
            _need(unit.style in m.by_id["styles"], place, f"there is no style {unit.style!r}")
    used = {unit.style for unit in m.units}
    for style in m.styles:
        _need(style.id in used, f"styles.{style.id}", "no unit votes with it")


_CHECKS: Sequence[Callable[[Manifest], None]] = (
    _check_suite,
    _check_times,
    _check_titles,
    _check_trustees,
    _check_keys,
    _check_log,
    _check_agreement,
    _check_contests,
    _check_styles,
    _check_units,
    _check_signature,
)


def look_alikes(m: Manifest) -> list[str]:
    """Warnings, one a pair of options of one contest whose titles a reader may confuse."""
    warnings = []
    for contest in m.contests:
        seen: dict[tuple[str, str], str] = {}
        for option in contest.options:
            for language, text in option.title.items():
                key = (language, look_alike_key(text))
                if key in seen:
                    warnings.append(
                        f"contests.{contest.id}: {seen[key]} and {option.id} read alike ({language})"
                    )
                seen.setdefault(key, option.id)
    return warnings
