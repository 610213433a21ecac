"""Files and folders that are no honest record's: rows 57 and 77; all are V0."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from crypto.group import G, Points
from election import canonical
from election.entries import Clock, Roll
from election.errors import RecordError
from election.record import FolderSource, RecordWriter
from tests.attacks.museum import Museum, finished
from tests.world import ORIGIN, World
from verifier.run import verify

BUNDLE = "tile/entries/000.p"


def record(museum: Museum) -> tuple[World, Path]:
    world = finished()
    return world, world.write(museum.new_folder())


def bundle(folder: Path) -> Path:
    return next((folder / BUNDLE).iterdir())


def test_row_57_link_in_the_place_of_a_file(museum: Museum, tmp_path: Path) -> None:
    """Out of the folder, to a file that has the right bytes."""
    world, folder = record(museum)
    outside = tmp_path / "outside"
    bundle(folder).rename(outside)
    (folder / BUNDLE / str(world.state.size)).symlink_to(outside)
    museum.refused(world, 0, 0, "leads through a link", record=folder)


def test_row_57_link_in_the_place_of_a_folder(museum: Museum, tmp_path: Path) -> None:
    _, folder = record(museum)
    (folder / "tile").rename(tmp_path / "outside")
    (folder / "tile").symlink_to(tmp_path / "outside")
    museum.unreadable(folder, 0, "leads through a link")


@pytest.mark.parametrize(
    "path", ["../secret", "tile/../../secret", "/etc/passwd", "tile//0", "", ".writer/lock", "a\0b"]
)
def test_row_57_paths_that_leave_the_record(museum: Museum, path: str) -> None:
    """No path in a record is anybody's to choose; if one were, it would not be followed."""
    _, folder = record(museum)
    with pytest.raises(RecordError, match="not a path inside a record"):
        FolderSource(folder).read(path, 100)


@pytest.mark.parametrize("place", ["bundle", "tile", "checkpoint"])
def test_row_57_file_of_a_tebibyte(museum: Museum, place: str) -> None:
    """Sparse here, a bomb when unpacked: nobody reads beyond what a file of this kind may have."""
    world, folder = record(museum)
    files = {"bundle": bundle(folder), "tile": folder / f"tile/0/000.p/{world.state.size}"}
    os.truncate(files.get(place, folder / "checkpoint"), 1 << 40)
    if place == "checkpoint":
        with pytest.raises(RecordError, match="not a record: checkpoint: longer than"):
            verify(FolderSource(folder))
    elif place == "tile":
        museum.unreadable(folder, 0, "longer than")
    else:
        museum.refused(world, 0, 0, "longer than", record=folder)


def test_row_57_pipe_that_nobody_writes_into(museum: Museum) -> None:
    world, folder = record(museum)
    bundle(folder).unlink()
    os.mkfifo(folder / BUNDLE / str(world.state.size))
    museum.refused(world, 0, 0, "not a regular file", record=folder)


def shorter(data: bytes) -> bytes:
    return data[:-1]


def longer(data: bytes) -> bytes:
    return data + b"\0\0"


def lying(data: bytes) -> bytes:
    """The length of the first entry reaches beyond the end of the file."""
    return b"\xff\xff" + data[2:]


def altered(data: bytes) -> bytes:
    """The first ballot is another one than its leaf says."""
    return data.replace(b'"sequence":1', b'"sequence":2', 1)


@pytest.mark.parametrize(
    ("bend", "reason"),
    [
        (shorter, "ends inside entry"),
        (longer, "2 bytes after the last"),
        (lying, "ends inside entry 0"),
        (altered, "entry 20: in tile/entries"),
        (lambda data: b"", "ends after 0 of"),
    ],
    ids=["shorter", "longer", "lying", "altered", "empty"],
)
def test_row_57_bundle_that_is_none(museum: Museum, bend: Callable[[bytes], bytes], reason: str) -> None:
    world, folder = record(museum)
    bundle(folder).write_bytes(bend(bundle(folder).read_bytes()))
    report = verify(FolderSource(folder), anchor=world.context)
    assert [(f.check, f.entry) for f in report.faults] == [(2, 20) if bend is altered else (0, 0)]
    assert reason in report.faults[0].reason and report.exit == 1


@pytest.mark.parametrize("missing", ["bundle", "tile"])
def test_row_57_file_missing(museum: Museum, missing: str) -> None:
    """Without the first entry it is no record at all; without a tile it is one that is refused."""
    world, folder = record(museum)
    if missing == "bundle":
        bundle(folder).unlink()
        with pytest.raises(RecordError, match="not a record: .*, with the first entry, is missing"):
            verify(FolderSource(folder))
    else:
        (folder / f"tile/0/000.p/{world.state.size}").unlink()
        museum.unreadable(folder, 0, "missing")


@pytest.mark.parametrize("size", ["9" * 4301, "-1", "01", "1e3", str(2**63), "٣"])
def test_row_57_sizes_that_no_log_has(museum: Museum, size: str) -> None:
    world, folder = record(museum)
    text = (folder / "checkpoint").read_text()
    (folder / "checkpoint").write_text(text.replace(f"\n{world.state.size}\n", f"\n{size}\n"))
    with pytest.raises(RecordError, match="not a record: checkpoint: .*not a decimal number"):
        verify(FolderSource(folder))


def test_row_57_log_said_to_be_longer_than_any_folder(museum: Museum) -> None:
    world, folder = record(museum)
    text = (folder / "checkpoint").read_text()
    (folder / "checkpoint").write_text(text.replace(f"\n{world.state.size}\n", f"\n{2**62}\n"))
    with pytest.raises(RecordError, match="missing"):
        verify(FolderSource(folder))


def stub(content: bytes, **changes: object) -> bytes:
    return canonical.encode({"blob": hashlib.sha256(content).hexdigest(), "size": len(content)} | changes)


def logged(museum: Museum, leaf: bytes, *blobs: bytes) -> tuple[World, Path, int]:
    """A record that ends in this leaf, whatever it says, with these blobs beside it."""
    world = World()
    world.start()
    folder = world.write(museum.new_folder())
    with RecordWriter(folder, ORIGIN, world.log_key).locked() as head:
        head.append_leaves([leaf])
    for content in blobs:
        blob_of(folder, content).parent.mkdir(parents=True, exist_ok=True)
        blob_of(folder, content).write_bytes(content)
    return world, folder, 2


def blob_of(folder: Path, content: bytes) -> Path:
    name = hashlib.sha256(content).hexdigest()
    return folder / "blob" / name[:2] / name


LARGE = canonical.encode({"kind": "clock", "padding": "x" * 70_000})


def test_row_77_an_honest_blob_passes(museum: Museum) -> None:
    world = World()
    world.start()
    world.ceremony()
    world.roll()
    credentials = Points.progression(G + G, G, 1600)
    world.put(world.sign(Roll, add=credentials, remove=Points.identity(0), unit="north"))
    assert len(world.log.contents[-1]) > 65_535
    assert len(world.state.roll) == 1606
    assert museum.examined(world).faults[0].reason.startswith("the record has come to phase setup")


def test_row_77_small_entry_as_a_blob(museum: Museum) -> None:
    """Two encodings of one entry, and a fetch for each of them."""
    for content in (Clock(2_000).to_bytes(), b'"' + b"x" * 65_533 + b'"'):
        world, folder, n = logged(museum, stub(content), content)
        reason = f"a blob of {len(content)} bytes where 65536 to 4194304 are allowed"
        museum.refused(world, 0, n, reason, record=folder)


def test_row_77_stub_in_a_blob(museum: Museum) -> None:
    inner = stub(Clock(2_000).to_bytes(), padding="x" * 70_000)
    world, folder, n = logged(museum, stub(inner), inner)
    museum.refused(world, 0, n, "a member blob in an entry that is no stub", record=folder)


@pytest.mark.parametrize(
    "changes",
    [
        {"size": "70000"},
        {"size": 0},
        {"size": -1},
        {"blob": "AB" * 32},
        {"blob": "ab" * 31},
        {"blob": "../" * 8},
        {"x": 1},
    ],
)
def test_row_77_stub_that_is_none(museum: Museum, changes: dict[str, object]) -> None:
    world, folder, n = logged(museum, stub(bytes(70_000), **changes))
    museum.refused(world, 0, n, "a member blob in an entry that is no stub", record=folder)


@pytest.mark.parametrize("size", [2**22 + 1, 2**53 - 1])
def test_row_77_blob_above_four_mebibytes(museum: Museum, size: int) -> None:
    world, folder, n = logged(museum, stub(b"", size=size))
    museum.refused(world, 0, n, f"a blob of {size} bytes", record=folder)


@pytest.mark.parametrize(
    "change", ["missing", "other bytes", "longer", "shorter", "endless", "a folder", "a link"]
)
def test_row_77_blob_that_is_not_the_one_named(museum: Museum, tmp_path: Path, change: str) -> None:
    world, folder, n = logged(museum, stub(LARGE), LARGE)
    place = blob_of(folder, LARGE)
    if change == "a link":
        place.rename(tmp_path / "outside")
        place.symlink_to(tmp_path / "outside")
    elif change == "endless":
        os.truncate(place, 1 << 40)
    else:
        place.unlink()
    if change == "a folder":
        place.mkdir()
    data = {"other bytes": bytes(len(LARGE)), "longer": LARGE + b" ", "shorter": LARGE[:-1]}.get(change)
    if data is not None:
        place.write_bytes(data)
    museum.refused(world, 0, n, f"blob/{place.name[:2]}/{place.name}", record=folder)


@pytest.mark.parametrize("size", [-1, 1])
def test_row_77_stub_with_another_size(museum: Museum, size: int) -> None:
    world, folder, n = logged(museum, stub(LARGE, size=len(LARGE) + size), LARGE)
    museum.refused(world, 0, n, "blob/", record=folder)


def test_row_77_blob_that_is_no_entry(museum: Museum) -> None:
    content = b'{"kind":"clock","time":' + b" " * 70_000 + b"2000}"
    world, folder, n = logged(museum, stub(content), content)
    found = museum.examined(world, record=folder)
    assert (found.fatal[0].check, found.fatal[0].entry) == (0, n)
