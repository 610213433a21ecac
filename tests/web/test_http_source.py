"""Reading a record over HTTP: bounded, repeated, and never taken for a fault of the record (ATTACKS 57)."""

from __future__ import annotations

import gzip
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from crypto.errors import EncodingError
from election.errors import RecordError, UnreachableError
from election.record import MissingFileError, RecordReader
from election.record.http import HttpSource, KeptSource
from election.record.transport import Transport, parse_address
from tests.board.tools import BLOB_ROLL, Place, roll
from tests.web.conftest import Open
from tests.web.tools import Served


@contextmanager
def answering(*answers: bytes) -> Iterator[tuple[str, list[bytes]]]:
    """A server that gives each connection one raw answer, the last one for ever; its address, what it was asked."""
    asked: list[bytes] = []
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:

        def run() -> None:
            for number in range(10_000):
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                with connection:
                    asked.append(connection.recv(65_536))
                    connection.sendall(answers[min(number, len(answers) - 1)])

        threading.Thread(target=run, daemon=True).start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}", asked
        listening.shutdown(socket.SHUT_RDWR)


def http(body: bytes, status: str = "200 OK", *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


def source(address: str, patience: float = 60.0, slept: list[float] | None = None) -> HttpSource:
    """One that does not really sleep."""
    return HttpSource(Transport(address, patience=patience, sleep=([] if slept is None else slept).append))


def test_reads_what_a_folder_would_give(at: Open, place: Place, server: Callable[[Served], str]) -> None:
    served = at(place)
    served.logged(roll(place.world, BLOB_ROLL))
    reader = RecordReader(source(server(served)))
    own = served.board.reader
    assert [entry.content for entry in reader.entries()] == [entry.content for entry in own.entries()]
    assert reader.recompute_root() == own.root


def test_missing(at: Open, place: Place, server: Callable[[Served], str]) -> None:
    with pytest.raises(MissingFileError):
        source(server(at(place))).read("tile/0/001", 10)


def test_goes_on_after_a_break() -> None:
    cut, slept = http(b"0123456789")[:-3], list[float]()
    answers = [
        b"",
        b"rubbish\r\n\r\n",
        cut,
        http(b"", "500 Oops"),
        http(b"", "502 Gateway"),
        http(b"0123456789"),
    ]
    with answering(*answers) as (address, asked):
        assert source(address, slept=slept).read("checkpoint", 100) == b"0123456789"
    assert len(asked) == len(answers) and len(slept) == len(answers) - 1
    assert all(request.startswith(b"GET /checkpoint HTTP/1.1") for request in asked)


def test_waits_as_long_as_it_is_told() -> None:
    slept: list[float] = []
    with answering(http(b"", "503 Later", "Retry-After: 7"), http(b"x")) as (address, _):
        assert source(address, slept=slept).read("checkpoint", 100) == b"x"
    assert slept == [7.0]


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        http(b"", "503 Later", "Retry-After: 3600"),
        http(b"", "301 Moved", "Location: https://evil.example/checkpoint"),
        http(b"", "403 No"),
        http(b"x", "200 OK", "Content-Encoding: br"),
        http(b"no gzip", "200 OK", "Content-Encoding: gzip"),
        http(gzip.compress(b"x" * 100)[:-9], "200 OK", "Content-Encoding: gzip"),
    ],
    ids=["nothing", "in an hour", "elsewhere", "forbidden", "packed oddly", "not packed", "packed in part"],
)
def test_no_answer_is_no_fault_of_the_record(answer: bytes) -> None:
    with answering(answer) as (address, _), pytest.raises(UnreachableError) as caught:
        source(address, patience=0.0).read("checkpoint", 100)
    assert not isinstance(caught.value, RecordError)
    assert address in str(caught.value)


def test_nobody_there() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        port = listening.getsockname()[1]
    with pytest.raises(UnreachableError, match="does not answer"):
        source(f"http://127.0.0.1:{port}", patience=0.0).read("checkpoint", 100)


@pytest.mark.parametrize(
    "answer",
    [http(b"x" * 2_000_000), http(gzip.compress(b"x" * 2_000_000), "200 OK", "Content-Encoding: gzip")],
    ids=["plain", "packed"],
)
def test_bombs_are_not_read_to_their_end(answer: bytes) -> None:
    with answering(answer) as (address, _), pytest.raises(RecordError, match="longer than 100 bytes"):
        source(address, patience=0.0).read("tile/0/000", 100)


def test_lasting_files_are_asked_for_once() -> None:
    with answering(http(b"x")) as (address, asked):
        files = source(address)
        for _ in range(3):
            assert files.read("tile/0/000", 10) == files.read("checkpoint", 10) == b"x"
    assert [request.split()[1] for request in asked] == [b"/tile/0/000"] + [b"/checkpoint"] * 3
    assert b"no-cache" not in asked[0] and b"Cache-Control: no-cache" in asked[1]


def test_kept_files_are_not_asked_for_again(tmp_path: Path) -> None:
    with answering(http(b"x")) as (address, asked):
        for _ in range(2):
            files = KeptSource(source(address), tmp_path / "kept")
            for path in ("tile/0/000", "tile/0/000.p/5", "checkpoint"):
                assert files.read(path, 10) == b"x"
    assert [request.split()[1] for request in asked].count(b"/tile/0/000") == 1
    assert len(asked) == 5


def test_a_kept_record_has_its_checkpoint_and_the_edge_below_it(tmp_path: Path) -> None:
    with answering(http(b"x")) as (address, _):
        files = KeptSource(source(address), tmp_path / "kept")
        for path in ("checkpoint", "tile/0/000.p/5", "checkpoint.witnessed", "checkpoint", "tile/0/000.p/6"):
            files.read(path, 10)
        assert not (tmp_path / "kept" / "checkpoint").exists()
        files.finish()
    found = {
        str(file.relative_to(tmp_path / "kept")) for file in (tmp_path / "kept").rglob("*") if file.is_file()
    }
    assert {name for name in found if not name.startswith(".")} == {
        "checkpoint",
        "checkpoint.witnessed",
        "tile/0/000.p/6",
    }


@pytest.mark.parametrize(
    "text",
    [
        "ftp://a",
        "https://",
        "board.example.org",
        "http://a b/",
        "https://me:secret@a/",
        "https://a/?q",
        "https://a/#x",
    ],
)
def test_addresses_that_are_none(text: str) -> None:
    with pytest.raises(EncodingError) as caught:
        parse_address(text)
    assert "secret" not in str(caught.value)


def test_addresses() -> None:
    assert parse_address("https://Board.Example.org/council/") == "https://board.example.org/council"
