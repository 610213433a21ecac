"""glassballot verify: exit codes, one clear line for what is no record, and the JSON object."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from crypto.note import NoteSigner
from tests.cli.beginnings import beginning
from tests.cli.door import Door
from tests.world import ORIGIN, World

VOTES = {"north": [(1, 0, 0), (1, 1, 0), (0, 0, 0)], "south": [(0, 1, 0), (0, 0, 1)]}
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def world() -> World:
    world = World()
    world.open()
    world.vote(VOTES)
    world.finish()
    return world


@pytest.fixture
def record(world: World, tmp_path: Path) -> Path:
    return world.write(tmp_path / "record")


@pytest.fixture
def anchor(world: World) -> str:
    return world.context.hex()


def test_all_passed(door: Door, record: Path, anchor: str) -> None:
    done = door("verify", record, "--anchor", anchor)
    assert (done.code, done.err) == (0, "")
    assert done.out.count(" — passed — ") == 10
    assert done.out.splitlines()[-1].startswith("PASSED")


@pytest.mark.parametrize("written", ["{}", "{}\n", "  {}\n\n"])
def test_anchor_from_a_file(door: Door, record: Path, anchor: str, tmp_path: Path, written: str) -> None:
    file = tmp_path / "anchor"
    file.write_text(written.format(anchor.upper()))
    assert door("verify", record, "--anchor-file", file).code == 0


def test_unanchored(door: Door, record: Path, anchor: str) -> None:
    done = door("verify", record)
    assert done.code == 3
    assert anchor in done.out
    assert "UNANCHORED" in done.out and "PASSED" not in done.out


def test_wrong_anchor(door: Door, record: Path) -> None:
    done = door("verify", record, "--anchor", "00" * 32)
    assert done.code == 1
    assert "V1 manifest and parameters — refused — 1 fault\n   entry 0: the context is" in done.out
    assert done.out.splitlines()[-1].startswith("REFUSED at V1")


def test_stages_and_sizes(door: Door, record: Path, world: World, anchor: str) -> None:
    assert world.state.closing is not None
    size = world.state.closing.size
    assert door("verify", record, "--anchor", anchor, "--stage", "ceremony").code == 0
    assert door("verify", record, "--anchor", anchor, "--stage", "closed", "--size", size).code == 0
    assert door("verify", record, "--anchor", anchor, "--stage", "final", "--size", size).code == 1
    assert door("verify", record, "--stage", "open", "--size", size).code == 3
    assert "34 entries, 999 were to be judged" in door.fails(2, "verify", record, "--size", 999).replace(
        str(world.state.size), "34"
    )


def test_json(door: Door, record: Path, world: World, anchor: str) -> None:
    done = door("verify", record, "--anchor", anchor, "--json")
    found = done.json
    assert (done.code, done.err) == (0, "")
    assert list(found) == [
        *(
            "verified",
            "exit",
            "anchored",
            "context",
            "size",
            "root",
            "stage",
            "phase",
            "checks",
            "void",
            "warnings",
            "evidence",
        )
    ]
    assert (found["verified"], found["exit"], found["anchored"], found["context"]) == (True, 0, True, anchor)
    assert (found["size"], found["root"]) == (world.state.size, world.state.tree.root().hex())
    assert (found["stage"], found["phase"], found["void"]) == ("final", "final", [])
    assert [check["check"] for check in found["checks"]] == [f"V{n}" for n in range(11)]
    five = {"cast ballots": 5, "challenged ballots opened": 0}
    title = "ballot proofs"
    expected = {"check": "V5", "title": title, "status": "passed", "counted": five, "faults": []}
    assert found["checks"][5] == expected


def test_json_of_a_refused_record(door: Door, record: Path, anchor: str) -> None:
    (bundle,) = (record / "tile/entries/000.p").iterdir()
    bundle.write_bytes(bundle.read_bytes()[:100])
    done = door("verify", record, "--anchor", anchor, "--json")
    found = done.json
    assert (done.code, found["exit"], found["verified"], found["context"]) == (1, 1, False, None)
    (fault,) = found["checks"][0]["faults"]
    assert fault["entry"] == 0 and "ends" in fault["reason"]


def test_json_of_an_unanchored_record(door: Door, record: Path) -> None:
    done = door("verify", record, "--json")
    assert (done.code, done.json["exit"], done.json["verified"], done.json["anchored"]) == (
        3,
        3,
        False,
        False,
    )


def test_no_such_folder(door: Door, tmp_path: Path) -> None:
    assert door.fails(2, "verify", tmp_path / "absent").endswith("absent: no such folder")


def test_empty_folder(door: Door, tmp_path: Path) -> None:
    assert door.fails(2, "verify", tmp_path).endswith("not a record: checkpoint: missing")


def test_file_instead_of_a_folder(door: Door, record: Path) -> None:
    assert door.fails(2, "verify", record / "checkpoint").endswith("checkpoint: not a folder")


def test_garbage_checkpoint(door: Door, record: Path) -> None:
    (record / "checkpoint").write_bytes(b"\x1b[2Jgarbage\n")
    line = door.fails(2, "verify", record)
    assert "not a record: " in line and "\x1b" not in line


def test_truncated_bundle_and_missing_tile(door: Door, record: Path, anchor: str) -> None:
    for folder in ("tile/entries/000.p", "tile/0/000.p"):
        (path,) = (record / folder).iterdir()
        data = path.read_bytes()
        path.write_bytes(data[:-1])
        done = door("verify", record, "--anchor", anchor)
        assert (done.code, done.err) == (1, "")
        assert f"{folder}/{path.name}" in done.out
        path.unlink()
        if "entries" in folder:
            assert "with the first entry" in door.fails(2, "verify", record)
        else:
            done = door("verify", record, "--anchor", anchor)
            assert (done.code, f"{path.name}: missing" in done.out) == (1, True)
        path.write_bytes(data)


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--anchor", "12ab"], "64 hex digits"),
        (["--anchor", "zz" * 32], "64 hex digits"),
        (["--anchor", "00" * 32, "--anchor-file", "absent"], "exclude each other"),
        (["--anchor-file", "absent"], "No such file"),
        (["--stage", "soon"], "--stage"),
        (["--size", "0"], "--size"),
        (["--size", "many"], "--size"),
        (["--nonsense"], "--nonsense"),
        (["another"], "another"),
    ],
)
def test_unusable_arguments(door: Door, record: Path, arguments: list[str], reason: str) -> None:
    assert reason in door.fails(2, "verify", record, *arguments)


def test_help_has_an_example(door: Door) -> None:
    done = door("verify", "--help")
    assert done.code == 0
    assert "glassballot verify record --anchor-file anchor" in done.out


def test_reader_who_leaves_early(record: Path) -> None:
    """The verdict is not 0, nor refused, when nobody could read it; and no traceback is printed."""
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "glassballot", "verify", str(record)]
    done = subprocess.run(command, cwd=ROOT, stdout=writing, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writing)
    assert (done.returncode, done.stderr) == (2, "glassballot: nobody reads the output any more\n")


def test_a_copy_is_kept_of_what_passes_and_must_be_continued(
    door: Door, world: World, record: Path, anchor: str, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    assert door("verify", record, "--anchor", "00" * 32, "--keep", copy).code == 1
    assert not (copy / "checkpoint").exists()
    for _ in range(2):
        assert door("verify", record, "--anchor", anchor, "--keep", copy).code == 0
    assert door("verify", copy, "--anchor", anchor).code == 0
    kept = (copy / "checkpoint").read_bytes()
    log = NoteSigner(ORIGIN, world.log_key)
    older = beginning(record, len(world.log.contents) - 1, tmp_path / "older", log)
    assert door("verify", older, "--anchor", anchor, "--stage", "closed").code == 0
    done = door("verify", older, "--anchor", anchor, "--stage", "closed", "--keep", copy)
    assert done.code == 1 and "V10" in done.out
    assert (copy / "checkpoint").read_bytes() == kept
