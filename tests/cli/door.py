"""The front door as a script sees it: arguments in, exit code, stdout and stderr out."""

from __future__ import annotations

import json
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from typing import Any
from unittest.mock import patch

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

    def __call__(self, *arguments: object) -> Done:
        out, err = StringIO(), StringIO()
        with (
            patch("sys.argv", ["glassballot", *map(str, arguments)]),
            patch("sys.stdin", StringIO()),
            redirect_stdout(out),
            redirect_stderr(err),
            pytest.raises(SystemExit) as end,
        ):
            cli.main()
        code = end.value.code
        return Done(code if isinstance(code, int) else 0, out.getvalue(), err.getvalue())

    def fails(self, code: int, *arguments: object) -> str:
        """The one line on stderr of a command that ends with this code and prints nothing else."""
        done = self(*arguments)
        assert (done.code, done.out) == (code, ""), done
        assert done.err.startswith("glassballot: ") and done.err.endswith("\n")
        (line,) = done.err.splitlines()
        return line.removeprefix("glassballot: ")
