"""The front door as a script sees it: arguments in, exit code, stdout and stderr out."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest

from glassballot import cli


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Door:
    """Runs commands in this process."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch, self._capsys = monkeypatch, capsys

    def __call__(self, *arguments: object) -> Done:
        self._monkeypatch.setattr("sys.argv", ["glassballot", *map(str, arguments)])
        self._capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            cli.main()
        out, err = self._capsys.readouterr()
        code = end.value.code
        return Done(code if isinstance(code, int) else 0, out, err)

    def fails(self, code: int, *arguments: object) -> str:
        """The one line on stderr of a command that ends with this code and prints nothing else."""
        done = self(*arguments)
        assert (done.code, done.out) == (code, ""), done
        assert done.err.startswith("glassballot: ") and done.err.endswith("\n")
        (line,) = done.err.splitlines()
        return line.removeprefix("glassballot: ")
