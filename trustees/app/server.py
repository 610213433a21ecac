"""The page on this machine: listening to it alone, opened in the owner's browser, until the owner ends it."""

from __future__ import annotations

import _thread
import html
import signal
import socket
import threading
import webbrowser
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import waitress

from election import durable
from trustees.app.desk import Desk
from trustees.app.guard import HOST, Guard
from trustees.app.site import MAX_FORM, Site

# So long after its last page the program ends, for the browser to fetch what belongs to it.
_GRACE_SECONDS = 1.0
_DOOR = "open-the-page.html"


def serve(desk: Desk, port: int, ready: Callable[[str], None]) -> None:
    """Until the owner ends it, or SIGTERM or SIGINT do. Only from the main thread.

    port: 0 for any; ready: told the address, which lets one browser in, once. Raises OSError where nobody can listen.
    """
    with socket.create_server((HOST, port)) as listening:
        port = listening.getsockname()[1]
        guard = Guard(port)
        server = waitress.create_server(
            Site(desk, guard, _end_soon),
            sockets=[listening],
            threads=4,
            ident=None,
            max_request_body_size=MAX_FORM,
            clear_untrusted_proxy_headers=True,
        )
        signal.signal(signal.SIGTERM, _interrupt)
        try:
            ready(f"http://{HOST}:{port}/enter/{guard.token}")
            server.run()
        finally:
            desk.close()


def open_browser(folder: Path, address: str) -> Path:
    """By way of a file that only the owner can read: other users see what programs are started with.

    The file, to be removed in the end. Raises OSError.
    """
    door = folder / _DOOR
    text = f'<!doctype html><meta http-equiv="refresh" content="0;url={html.escape(address)}">\n'
    durable.replace(door, text.encode())
    webbrowser.open(door.resolve().as_uri())
    return door


def _end_soon() -> None:
    threading.Timer(_GRACE_SECONDS, lambda: _thread.interrupt_main(signal.SIGTERM)).start()


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
