"""Files that are whole or absent, and never overwritten unawares."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from election import durable


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_create(tmp_path: Path) -> None:
    for name, private in (("secret", True), ("public", False)):
        durable.create(tmp_path / name, b"data", private=private)
        assert (tmp_path / name).read_bytes() == b"data"
        assert bool(mode(tmp_path / name) & 0o077) != private


def test_create_never_overwrites(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"precious")
    with pytest.raises(FileExistsError):
        durable.create(path, b"data")
    assert path.read_bytes() == b"precious"
    (tmp_path / "link").symlink_to("nowhere")
    with pytest.raises(FileExistsError):
        durable.create(tmp_path / "link", b"data")
    assert not (tmp_path / "nowhere").exists()


def test_create_leaves_no_half_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        durable.create(tmp_path / "file", b"data")
    assert list(tmp_path.iterdir()) == []


def test_replace_is_one_step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    durable.replace(path, b"first")
    assert mode(path) == 0o600

    def interrupted(_: object, __: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", interrupted)
        with pytest.raises(KeyboardInterrupt):
            durable.replace(path, b"second")
    assert path.read_bytes() == b"first"
    durable.replace(path, b"3")
    assert path.read_bytes() == b"3" and not durable.path_of_new(path).exists()


def test_overwrite_reaches_every_byte(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"secret" * 1000)
    inode = path.stat().st_ino
    durable.overwrite(path, b"gone")
    data = path.read_bytes()
    assert data.startswith(b"gone") and len(data) > 6000 and b"secret" not in data
    assert path.stat().st_ino == inode


def test_remove_and_folders(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b" / "c"
    durable.make_folder(folder)
    durable.make_folder(folder)
    assert durable.make_folders(folder / "d" / "e") == {folder, folder / "d"}
    durable.create(folder / "file", b"")
    durable.remove(folder / "file")
    durable.remove(folder / "file")
    assert not (folder / "file").exists()


def test_everything_is_synced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The bytes first, then the name."""
    synced: list[str] = []
    monkeypatch.setattr(os, "fsync", lambda fd: synced.append(os.readlink(f"/proc/self/fd/{fd}")))
    path = tmp_path / "file"
    durable.create(path, b"data")
    durable.replace(path, b"data")
    durable.remove(path)
    new, folder = str(durable.path_of_new(path)), str(tmp_path)
    assert synced == [str(path), folder, new, folder, folder]
