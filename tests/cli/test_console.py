"""What all commands share: lines, numbers and bars for people."""

from __future__ import annotations

import io
from pathlib import Path

import click
import pytest
from rich.console import Console

from crypto.errors import EncodingError
from glassballot import console
from glassballot.console import Span, UsageError, check_new, many, naming, progress, say, utc


def test_lines_are_printed_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    """No markup, no folding at 80 columns, one line for each; and nothing that moves a cursor."""
    say(f"[bold]{'x' * 200}[/bold]\na\x1b[2Jb \u200c")
    assert capsys.readouterr().out == f"[bold]{'x' * 200}[/bold]\na\\x1b[2Jb \u200c\n"


def test_numbers_and_times() -> None:
    assert [many(n, "voter", "voters") for n in (0, 1, 1710)] == ["0 voters", "1 voter", "1,710 voters"]
    assert utc(1_800_000_000) == "2027-01-15 08:00 UTC"
    assert utc(2**53 - 1) == "second 9007199254740991"


@pytest.mark.parametrize("text", ["0", "-1", "nan", "inf", "-inf", "1e9", "x", ""])
def test_span(text: str) -> None:
    with pytest.raises(click.BadParameter):
        Span(max=1000).convert(text, None, None)
    assert Span(max=1000).convert("0.5", None, None) == 0.5


def test_refusals_name_their_file() -> None:
    with (
        pytest.raises(UsageError, match=r"^receipt my.receipt: torn$"),
        naming(Path("my.receipt"), "receipt"),
    ):
        raise EncodingError("torn")


def test_what_is_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to("nowhere")
    for name, reason in (
        ("file", "exists already"),
        ("link", "exists already"),
        ("file/below", "Not a directory"),
        ("x" * 300, "File name too long"),
    ):
        with pytest.raises(UsageError, match=reason):
            check_new(tmp_path / name, "anchor")
    check_new(tmp_path / "a" / "b", "anchor")
    assert (tmp_path / "a").is_dir()


def test_bars_and_lines_on_one_screen_keep_apart() -> None:
    """A line takes the place of the bar, which is drawn again below it; a finished bar goes."""
    screen = Console(file=io.StringIO(), force_terminal=True, width=80)
    with progress(screen) as report:
        report("ballots", 1, 2)
        screen.print("a line")
        report("ballots", 2, 2)
        report("totals", 0, 1)
    text = screen.file.getvalue()  # type: ignore[attr-defined]
    before, after = text.split("a line")
    assert "ballots" in before and before.endswith("\x1b[2K")
    assert "ballots" in after and "totals" in after
    assert "ballots" not in after[after.rindex("totals") :]


def test_no_bars_without_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    out, err = io.StringIO(), io.StringIO()
    monkeypatch.setattr(console, "errors", Console(file=err))
    with progress(Console(file=out)) as report:
        report("ballots", 1, 2)
    assert (out.getvalue(), err.getvalue()) == ("", "")
