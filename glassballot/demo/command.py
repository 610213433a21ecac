"""The command."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import click

from glassballot.ballot_files import BallotFile, read_ballot_file
from glassballot.console import REFUSED, UsageError, console, errors, fail, json_option, many, progress, say
from glassballot.demo import report
from glassballot.demo.made import make_ballot_files
from glassballot.demo.plan import PlannedContest, plan
from glassballot.demo.run import Demo, check_plan

PATH = click.Path(path_type=Path)


@click.command(name="demo", short_help="Hold a whole election on this machine, over published ballots.")
@click.option(
    "--ballots",
    type=PATH,
    multiple=True,
    help="A PrefLib .cat or Pabulib .pb file; repeat it. Without: made-up ballots.",
)
@click.option("--limit", type=click.IntRange(1), help="Only the first so many ballots of each file.")
@click.option(
    "--out", type=PATH, help="A new folder for record/, anchor and keys/. Without: a temporary one."
)
@json_option
def command(ballots: tuple[Path, ...], limit: int | None, out: Path | None, as_json: bool) -> None:
    """Hold a complete verifiable election over published ballots, on this machine.

    Five trustees (a process each) make a key; every ballot is encrypted and cast under a credential of its own; some
    are challenged first, some voters vote twice; four trustees agree on the closing; three decrypt; the verifier
    checks everything from the public record alone; the totals stand beside a plain count of the files.

    \b
    Examples:
      glassballot demo
      glassballot demo --ballots station-1.cat --ballots station-2.cat --out demo
    """
    screen = errors if as_json else console
    given = [read_ballot_file(path, limit) for path in ballots]
    folder = _folder(out, plan(given))
    files = given or [read_ballot_file(path, limit) for path in make_ballot_files(folder / "ballots")]
    contests = plan(files)
    with progress(screen) as bar:
        demo = Demo(folder, contests, lambda text: screen.print(text, markup=False, soft_wrap=True), bar)
        demo.say(_beginning(files, contests, "made-up" if not given else "published"))
        demo.run()
    result, counted = report.announced(demo.record, contests), report.plain(contests, limit)
    if lines := report.differences(result, counted):
        fail(f"the result is not the plain count: {'; '.join(lines)}", REFUSED)
    if as_json:
        anchor = demo.context.hex()
        summary = {"record": str(demo.record), "anchor": anchor, "verified": True, "contests": result}
        print(json.dumps(summary, ensure_ascii=False))
    else:
        _show(contests, result, counted, demo)


def _folder(out: Path | None, planned: list[PlannedContest]) -> Path:
    """The folder, empty, once nothing else is in the way of the election."""
    if planned:
        check_plan(planned)
    if out is None:
        return Path(tempfile.mkdtemp(prefix="glassballot-demo-"))
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UsageError(f"{out} exists and is not an empty folder; nothing is overwritten")
    out.mkdir(parents=True, exist_ok=True)
    return out


def _beginning(files: Sequence[BallotFile], contests: Sequence[PlannedContest], kind: str) -> str:
    ballots = sum(len(file.ballots) for file in files)
    return (
        f"An election over {ballots:,} {kind} ballots from {many(len(files), 'file', 'files')}: "
        f"{many(len(contests), 'contest', 'contests')}, {many(len(files), 'unit', 'units')}."
    )


def _show(
    contests: Sequence[PlannedContest],
    result: list[dict[str, object]],
    counted: dict[str, report.Counted],
    demo: Demo,
) -> None:
    for planned, contest in zip(contests, result, strict=True):
        console.print()
        for table in report.tables(planned, contest, counted):
            console.print(table)
    say("\nEvery total, of every unit, is that of the plain count. Look at the public record yourself:")
    # As it was called: `make demo` has installed it where no shell looks.
    me = sys.argv[0] if Path(sys.argv[0]).name == "glassballot" else "glassballot"
    say(f"  {me} verify {demo.record} --anchor-file {demo.anchor}")
    say(f"  {me} result {demo.record} --anchor-file {demo.anchor}")
    say(f"  {me} board show {demo.record} --anchor-file {demo.anchor}")
