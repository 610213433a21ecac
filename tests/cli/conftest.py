"""Fixtures of the tests of commands."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from glassballot.console import UsageError
from glassballot.demo.run import Demo
from tests.cli.door import Door
from tests.cli.town import Town, build_town, cheap_passphrases


@pytest.fixture(scope="session")
def door() -> Door:
    return Door()


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """The current folder of a module's tests; no demonstration is held in it."""
    folder = tmp_path_factory.mktemp("town")
    with pytest.MonkeyPatch.context() as patch:
        cheap_passphrases(patch)
        build_town(folder)
        patch.chdir(folder)
        patch.setattr(Demo, "run", _held)
        yield Town(folder)


def _held(demo: Demo) -> None:
    raise UsageError("held")
