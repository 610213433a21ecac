"""Void entries that others with the log's key have logged: the board knows them for what they are (ATTACKS 70)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from bulletin_board.folder import FolderBoard
from crypto.group import G
from election.record import RecordReader
from tests.world import BEGIN, ORIGIN, World


def board_of(world: World, folder: Path) -> FolderBoard:
    return FolderBoard(world.write(folder), ORIGIN, world.log_key, lambda: BEGIN + 1)


def test_junk_in_a_voters_name_does_not_block_her(tmp_path: Path) -> None:
    world = World()
    world.open()
    c = world.voters["north"][0]
    true = world.cast(c, (1, 0, 0))
    junk = replace(world.prepare((0, 1, 0)).cast(c, 1, bytes(32)), proof=true.proof)
    world.put(junk)
    board = board_of(world, tmp_path / "record")
    assert board.replay.state.roll[(c * G).to_bytes()].sequence == 0
    (acknowledged,) = board.append([true])
    again = FolderBoard(tmp_path / "record", ORIGIN, world.log_key, lambda: BEGIN + 2)
    assert again.replay.state.counted() == {acknowledged.number: "north"}


def test_what_the_board_has_admitted_is_not_checked_again(tmp_path: Path) -> None:
    world = World()
    world.open()
    board = board_of(world, tmp_path / "record")
    board.append([world.cast(world.voters["north"][0], (1, 0, 0))])
    head = RecordReader.of_folder(tmp_path / "record")
    noted = (tmp_path / "record/.writer/admitted").read_text()
    assert noted == f"{head.size} {head.root.hex()}\n"
