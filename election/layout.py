"""A ballot style compiled to bits, slots and constraints: rules as linear algebra (SPEC 6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from crypto.ballot_argument import Relation, Row
from election.errors import ChoiceError
from election.manifest import Contest, Manifest, Option, Rule


def split(largest: int) -> list[int]:
    """Weights whose subset sums are exactly 0 … largest, largest first."""
    weights = []
    while largest:
        weights.append(largest - largest // 2)
        largest //= 2
    return weights


def decompose(value: int, largest: int) -> list[int]:
    """The bits of a value 0 … largest: greedy, in the order of `split`."""
    bits = []
    for weight in split(largest):
        bits.append(1 if value >= weight else 0)
        value -= weight * bits[-1]
    return bits


def packing_base(contest: Contest) -> int:
    """B = 1 + M·max_cell_ballots: no digit of a cell's total reaches it."""
    return 1 + contest.largest * contest.max_cell_ballots


def slot_groups(contest: Contest) -> list[tuple[Option, ...]]:
    """The options that share a slot, consecutive and least significant first."""
    step = contest.packing
    return [contest.options[i : i + step] for i in range(0, len(contest.options), step)]


def slot_capacities(contest: Contest) -> list[int]:
    """The largest plaintext of each slot on one ballot."""
    base = packing_base(contest)
    return [sum(option.max * base**i for i, option in enumerate(group)) for group in slot_groups(contest)]


@dataclass(frozen=True)
class Layout:
    """A compiled style.

    contests: in order; options: (contest, option) in layout order; rules: (contest, rule) in constraint order;
    slots: contest id -> the slots that it has on this ballot.
    """

    style: str
    relation: Relation
    contests: tuple[Contest, ...]
    options: tuple[tuple[Contest, Option], ...]
    rules: tuple[tuple[Contest, Rule], ...]
    slots: dict[str, range]

    def bits(self, choices: Sequence[int]) -> list[int]:
        """The secret bits of choices, one integer an option. Raises ChoiceError naming what rule they break."""
        self.check_choices(choices)
        bits = [
            bit
            for (_, option), value in zip(self.options, choices, strict=True)
            for bit in decompose(value, option.max)
        ]
        values = self._values(choices)
        for contest, rule in self.rules:
            bits += decompose(rule.max - _left_side(rule, contest, values), rule.max - rule.min)
        return bits

    def plaintexts(self, choices: Sequence[int]) -> list[int]:
        """What each slot encrypts."""
        values = self._values(choices)
        return [
            sum(values[contest.id, option.id] * base**i for i, option in enumerate(group))
            for contest, base in ((contest, packing_base(contest)) for contest in self.contests)
            for group in slot_groups(contest)
        ]

    def check_choices(self, choices: Sequence[int]) -> None:
        """Raises ChoiceError, naming the option or the rule, unless the choices keep all rules."""
        if len(choices) != len(self.options):
            raise ChoiceError(f"style {self.style} has {len(self.options)} options, not {len(choices)}")
        for (contest, option), value in zip(self.options, choices, strict=True):
            if type(value) is not int or not 0 <= value <= option.max:
                raise ChoiceError(
                    f"{contest.id}.{option.id}: a whole number from 0 to {option.max} was due here"
                )
        values = self._values(choices)
        for contest, rule in self.rules:
            total = _left_side(rule, contest, values)
            if not rule.min <= total <= rule.max:
                number = contest.rules.index(rule) + 1
                raise ChoiceError(
                    f"{contest.id}: rule {number} wants {rule.min} … {rule.max}, these choices give {total}"
                )

    def _values(self, choices: Sequence[int]) -> dict[tuple[str, str], int]:
        return {(c.id, o.id): value for (c, o), value in zip(self.options, choices, strict=True)}


def _left_side(rule: Rule, contest: Contest, values: dict[tuple[str, str], int]) -> int:
    return sum(term.times * values[contest.id, term.option] for term in rule.terms)


def compile_layout(manifest: Manifest, style_id: str) -> Layout:
    """Bits: options in manifest order, then slack bits in rule order; slots and constraints likewise."""
    contests = tuple(manifest.contest(id) for id in manifest.style(style_id).contests)
    options = tuple((contest, option) for contest in contests for option in contest.options)
    rules = tuple((contest, rule) for contest in contests for rule in contest.rules)
    bit_rows, count = _number_bits(options)
    slots, ranges = _slot_rows(contests, bit_rows)
    constraints = []
    for contest, rule in rules:
        slack = split(rule.max - rule.min)
        row = [
            (n, term.times * w)
            for term in rule.terms
            if term.times
            for n, w in bit_rows[contest.id, term.option]
        ]
        constraints.append(tuple(sorted(row)) + tuple((count + i, w) for i, w in enumerate(slack)))
        count += len(slack)
    relation = Relation(count, tuple(slots), tuple(constraints), tuple(rule.max for _, rule in rules))
    return Layout(style_id, relation, contests, options, rules, ranges)


BitRows = dict[tuple[str, str], list[tuple[int, int]]]


def _number_bits(options: Sequence[tuple[Contest, Option]]) -> tuple[BitRows, int]:
    """For each option its bits as (number, weight); and how many bits in all."""
    rows, count = {}, 0
    for contest, option in options:
        weights = split(option.max)
        rows[contest.id, option.id] = [(count + i, weight) for i, weight in enumerate(weights)]
        count += len(weights)
    return rows, count


def _slot_rows(contests: Sequence[Contest], bit_rows: BitRows) -> tuple[list[Row], dict[str, range]]:
    slots: list[Row] = []
    ranges = {}
    for contest in contests:
        first, base = len(slots), packing_base(contest)
        for group in slot_groups(contest):
            bits = [(n, w * base**i) for i, o in enumerate(group) for n, w in bit_rows[contest.id, o.id]]
            slots.append(tuple(bits))
        ranges[contest.id] = range(first, len(slots))
    return slots, ranges
