"""Screenshots of pages: python -m tests.browser.shots OUT URL..., or OUT --phase voting for every page of a phase."""

from __future__ import annotations

import argparse
import re
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from playwright.sync_api import ViewportSize, sync_playwright

from tests.browser.chromium import launched
from tests.browser.paths import LANGUAGES, paths, visit
from tests.browser.serve import Stand, stand
from tests.browser.town import PHASES
from tests.web.tools import serve

SIZES = ((360, 640), (1280, 800))


def shoot(out: Path, addresses: list[str], own: Stand | None, *, dark: bool = False) -> Iterator[Path]:
    """Each page in each size, as long as it is. own: whose receipts are meant behind a #."""
    out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright, launched(playwright) as browser:
        for width, height in SIZES:
            size = ViewportSize(width=width, height=height)
            page = browser.new_page(viewport=size, color_scheme="dark" if dark else "light")
            for address in addresses:
                if own:
                    visit(page, "", own, address)
                else:
                    page.goto(address)
                path = out / f"{_name(address)}-{width}{'-dark' if dark else ''}.png"
                page.screenshot(path=path, full_page=True)
                yield path


def _name(address: str) -> str:
    return (
        re.sub(r"[^A-Za-z0-9]+", "-", address.split("://", 1)[1].split("/", 1)[1])[:80].strip("-") or "door"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("urls", nargs="*")
    parser.add_argument("--phase", choices=PHASES)
    parser.add_argument("--cheat", action="store_true")
    parser.add_argument("--dark", action="store_true")
    given = parser.parse_args()
    with ExitStack() as stack:
        addresses, own = list(given.urls), None
        if given.phase:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            own = stack.enter_context(stand(given.phase, folder, cheat=given.cheat))
            root = stack.enter_context(serve(own.app))
            addresses += [f"{root}/{tag}{path}" for tag in LANGUAGES for path in paths(own)]
        for path in shoot(given.out, addresses, own, dark=given.dark):
            print(path)


if __name__ == "__main__":
    main()
