"""A board that is up: opened, compared with its witnesses, served by waitress until it is told to stop."""

from __future__ import annotations

import logging
import signal
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from types import FrameType

import waitress
from flask import Flask

from bulletin_board.board import Board
from bulletin_board.config import Config
from bulletin_board.cosigning import Cosigning, check_not_behind, collector
from bulletin_board.errors import BoardError
from bulletin_board.web.app import create_app
from bulletin_board.web.register import Register
from crypto.checkpoint import Checkpoint
from crypto.signing import SigningKey

_SPARE_BODY = 1024 * 1024

_log = logging.getLogger(__name__)


@contextmanager
def opened(
    config: Config,
    key: SigningKey,
    now: Callable[[], int],
    *,
    seen: Mapping[str, Checkpoint],
    restored: bool,
) -> Iterator[tuple[Board, Flask]]:
    """The board and its application, once the witnesses say nothing against it.

    seen: where from -> a checkpoint that the database must hold; restored: it came out of a backup. Raises StaleError
    or another BoardError, and what Board raises.
    """
    with ExitStack() as stack:
        board = Board(config.database, key, now, folder=config.publish, seen=seen)
        stack.callback(board.close)
        if restored and not board.manifest.witnesses.keys and not seen:
            raise BoardError(
                "the database was restored from a backup, and this election has no witness who could say whether it "
                "is the newest: give --seen a checkpoint that somebody else has kept, or --newest"
            )
        witnesses = collector(board.manifest, config.witnesses, now)
        check_not_behind(board.reader, board.manifest, witnesses, restored=restored)
        register = Register(lambda: board.reader)
        threading.Thread(target=register.catch_up, name="register", daemon=True).start()
        if config.witnesses:
            stack.callback(Cosigning(board, witnesses, every=config.ask_witnesses).close)
        yield board, create_app(board, config.settings, register, config.pages)


def run(app: Flask, listen: str, threads: int, body: int, ready: Callable[[str], None]) -> None:
    """Serve until SIGTERM or SIGINT.

    listen: HOST:PORT; threads: requests at a time; body: the longest that one may be, in bytes; ready: told the
    address, once somebody listens there.
    """
    with bind(listen) as listening:
        host, port = listening.getsockname()[:2]
        server = waitress.create_server(
            app,
            sockets=[listening],
            threads=threads,
            ident=None,
            connection_limit=1000,
            asyncore_use_poll=True,  # select() ends at 1024 descriptors
            # A little more than the application takes, so that it is the application that says so.
            max_request_body_size=body + _SPARE_BODY,
            clear_untrusted_proxy_headers=False,
        )
        signal.signal(signal.SIGTERM, _interrupt)
        ready(f"http://{f'[{host}]' if ':' in host else host}:{port}")
        server.run()


def bind(listen: str) -> socket.socket:
    """A socket that listens at HOST:PORT. Raises BoardError."""
    host, _, port = listen.rpartition(":")
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host.strip("[]"), int(port)), family=family, backlog=256)
    except (OSError, ValueError, OverflowError) as error:
        raise BoardError(f"listen {listen}: {error}") from None


def _interrupt(number: int, frame: FrameType | None) -> None:
    _log.info("told to stop")
    raise KeyboardInterrupt
