"""glassballot board show: a record as pages in the browser, for whoever holds a copy of it."""

from __future__ import annotations

from pathlib import Path

import click

from glassballot.anchor import anchor_options, read_anchor
from glassballot.console import progress
from glassballot.extras import check_installed

_THREADS, _BODY = 16, 16 * 1024 * 1024


@click.command(name="show")
@click.argument("record", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option(
    "--listen", metavar="HOST:PORT", default="127.0.0.1:8080", show_default=True, help="Where to be reached."
)
@click.option(
    "--time-zone", default="UTC", show_default=True, help="Of all times on the pages, such as Asia/Tehran."
)
@anchor_options
def show(record: Path, listen: str, time_zone: str, anchor: str | None, anchor_file: Path | None) -> None:
    """Check a copy of a record, then show it as pages: ballots, trustees, results, receipts.

    A board cannot be convicted by pages of its own. So whoever observes an election keeps a copy of the record
    (verify --keep) and lets voters look up their receipts there. The record must pass; it is shown as it was when this
    command began.

    \b
    Example:
      glassballot board show copy --anchor-file anchor --listen 127.0.0.1:8081
    """
    check_installed("board", "board show")
    from bulletin_board.mirror import Mirror
    from bulletin_board.web import PageSettings, create_mirror, serving

    settings = PageSettings.of(record, {"time_zone": time_zone})
    known = read_anchor(anchor, anchor_file)
    with progress() as report:
        mirror = Mirror.of(record, anchor=known, progress=report)
    if known is None:
        click.echo(
            "No anchor was given: compare the one on the pages with the one that the office published.",
            err=True,
        )
    app = create_mirror(mirror, settings)
    serving.run(app, listen, _THREADS, _BODY, lambda address: click.echo(f"Showing {record} at {address}"))
