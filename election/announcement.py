"""The result: made by the office, recomputed by everybody (SPEC 10.4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from crypto.errors import ProofError
from crypto.group import G, Points, Scalars
from election.entries import ContestResult, Result
from election.faults import Refusal, refuse
from election.tally import ContestTally, EncryptedTally, check_range, combine, contest_result, pack, solve

Partials = Mapping[str, Mapping[int, Points]]


def announce(
    tally: EncryptedTally,
    partials: Partials,
    office: Scalars,
    progress: Callable[[int, int], None] | None = None,
) -> Result:
    """Combine partial decryptions and sign the totals.

    partials: contest -> trustee's number -> its points, of k trustees.
    """
    contests = []
    for own in tally.contests.values():
        if own.cells:
            combined = combine(own.aggregates, partials[own.contest.id])
            contests.append(solve(own, combined, progress))
        else:
            contests.append(contest_result(own, ()))
    return Result.sign(tally.parameters.context, office, contests=tuple(contests))


def check_result(tally: EncryptedTally, partials: Partials, entry: Result) -> None:
    """Raises Refusal: V7 for another encrypted tally, V9 for other cells or totals than everybody computes."""
    for announced in entry.contests:
        own = tally.contests.get(announced.contest)
        if own is None:
            raise Refusal(9, f"there is no contest {announced.contest}")
        _check_cells(own, announced)
        refuse(
            7, announced.aggregates != own.aggregates, f"{own.contest.id}: not the sum of the counted ballots"
        )
        if own.cells:
            _check_totals(own, partials.get(own.contest.id, {}), announced)


def _check_cells(own: ContestTally, announced: ContestResult) -> None:
    place = own.contest.id
    units = [unit for cell in announced.cells for unit in cell]
    refuse(9, len(set(units)) < len(units), f"{place}: a unit is in two cells")
    refuse(
        9,
        announced.cells != tuple(cell.units for cell in own.cells),
        f"{place}: other cells than the rule gives",
    )
    refuse(
        9,
        announced.ballots != tuple(cell.ballots for cell in own.cells),
        f"{place}: other numbers of ballots",
    )
    refuse(9, len(announced.totals) != len(own.cells), f"{place}: totals of {len(announced.totals)} cells")


def _check_totals(own: ContestTally, partials: Mapping[int, Points], announced: ContestResult) -> None:
    """T·G = Σβ − Σ λ_j·M_j for every slot of every cell, each total within its range."""
    if not partials:
        raise Refusal(8, f"{own.contest.id}: partial decryptions are missing")
    sums: list[int] = []
    for cell, totals in zip(own.cells, announced.totals, strict=True):
        try:
            check_range(own.contest, cell, totals)
        except ProofError as error:
            raise Refusal(9, str(error)) from None
        sums += pack(own.contest, totals)
    claimed, decrypted = Scalars.from_ints(sums) * G, combine(own.aggregates, partials)
    for i, (left, right) in enumerate(zip(claimed, decrypted, strict=True)):
        number, slot = divmod(i, own.slots)
        options = ", ".join(
            o.id for o in own.contest.options[slot * own.contest.packing :][: own.contest.packing]
        )
        refuse(9, left != right, f"{own.contest.id}, cell {number + 1}: {options} has another total")
