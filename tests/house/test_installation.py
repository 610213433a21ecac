"""The verifier and the trustee tool install and run by themselves: no web framework, no Rust, no checkout."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest

IMPORT_EVERYTHING = """
import importlib, pkgutil
for name in ("crypto", "election", "booth", "trustees", "verifier", "witness"):
    package = importlib.import_module(name)
    for module in pkgutil.walk_packages(package.__path__, name + ".", onerror=lambda name: None):
        # The trustee's own page is an extra.
        if not module.name.startswith("trustees.app"):
            importlib.import_module(module.name)
    print(package.__file__)
"""


IMPORT_THE_PAGE = """
import importlib, pkgutil
import trustees.app
for module in pkgutil.walk_packages(trustees.app.__path__, "trustees.app."):
    importlib.import_module(module.name)
    print(module.name)
"""


def run(folder: Path, *command: str | Path) -> subprocess.CompletedProcess[str]:
    """Runs a command where only the installation's own programs are found: neither cargo nor a compiler."""
    hidden = ("PYTHON", "GLASSBALLOT_", "CARGO", "RUST")
    environ = {name: value for name, value in os.environ.items() if not name.startswith(hidden)}
    environ["PATH"] = str(folder / "env" / "bin")
    return subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True, check=False)


def succeed(folder: Path, *command: str | Path) -> str:
    done = run(folder, *command)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def installation(copy_source: Callable[[Path], Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("installation")
    source = copy_source(folder / "source")
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check")
    succeed(folder, *pip, "wheel", "--quiet", "--no-deps", "--wheel-dir", folder, source)
    (wheel,) = folder.glob("*.whl")
    succeed(folder, sys.executable, "-m", "venv", "--without-pip", folder / "env")
    python = folder / "env" / "bin" / "python"
    succeed(folder, *pip, "--python", python, "install", "--quiet", f"{wheel}[verifier,trustee]")
    return folder


def test_every_module_imports_from_the_installation(installation: Path) -> None:
    found = succeed(installation, "env/bin/python", "-c", IMPORT_EVERYTHING).split()
    assert len(found) == 6
    assert all(Path(file).is_relative_to(installation / "env") for file in found)


def test_the_trustees_page_says_what_it_needs(installation: Path) -> None:
    done = run(installation, "env/bin/glassballot", "trustee", "app", "--no-browser", "--folder", "keys")
    assert done.returncode == 2 and not (installation / "keys").exists()
    assert done.stderr.count("\n") == 1 and "pip install 'glassballot[app]'" in done.stderr


def test_the_trustees_page_installs_without_flask(installation: Path) -> None:
    """In an environment of its own, so that the one above stays without it."""
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check")
    (wheel,) = installation.glob("*.whl")
    succeed(installation, sys.executable, "-m", "venv", "--without-pip", installation / "app")
    python = installation / "app" / "bin" / "python"
    succeed(installation, *pip, "--python", python, "install", "--quiet", f"{wheel}[app]")
    found = succeed(installation, python, "-c", IMPORT_THE_PAGE).split()
    assert {"trustees.app.server", "trustees.app.site"} <= set(found)
    for name in ("flask", "sqlalchemy"):
        assert f"No module named '{name}'" in run(installation, python, "-c", f"import {name}").stderr


def test_what_pages_are_made_of_comes_along(installation: Path) -> None:
    (wheel,) = installation.glob("*.whl")
    names = set(ZipFile(wheel).namelist())
    source = installation / "source"
    for package in ("pages", "bulletin_board", "trustees"):
        for path in (source / package).rglob("*"):
            own = path.is_file() and path.suffix not in (".pyc", ".pyi", ".mako")
            assert not own or str(path.relative_to(source)) in names, path


def test_no_web_framework_comes_along(installation: Path) -> None:
    for name in ("flask", "sqlalchemy"):
        done = run(installation, "env/bin/python", "-c", f"import {name}")
        assert f"No module named '{name}'" in done.stderr


def test_without_rust_the_back_end_is_libsodium(installation: Path) -> None:
    printed = succeed(installation, "env/bin/python", "-c", "from crypto import group; print(group.BACKEND)")
    assert printed.strip() == "sodium"


@pytest.mark.parametrize("command", ["verify", "trustee", "vote", "receipt"])
def test_command_runs(installation: Path, command: str) -> None:
    assert succeed(installation, "env/bin/glassballot", command, "--help").startswith("Usage: glassballot")


def test_verifier_refuses_a_folder_that_is_no_record(installation: Path) -> None:
    (installation / "empty").mkdir()
    done = run(installation, "env/bin/glassballot", "verify", "empty")
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1
