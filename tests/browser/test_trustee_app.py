"""A whole election through five trustees' pages in Chromium: one killed in the middle, one back from paper.

GLASSBALLOT_SHOTS=FOLDER keeps a picture of every page, in both languages and sizes.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from election.ledger import Phase
from pages.languages import LANGUAGES
from tests.browser.looking import inaccessible, out_of_reach, resize, too_wide, untranslated, wrong_direction
from tests.browser.trustee_pages import (
    COMPLAINTS,
    LANGUAGE,
    NAMES,
    Clock,
    Program,
    Sitting,
    program,
    sittings,
    town,
)
from tests.trustees.place import PASSPHRASE

SIZES = ((360, 640), (1280, 800))
COMPLAIN = "Voters have time for complaints. Nothing is decrypted before %(when)s: come back then."
DECRYPTED = "Enough trustees have decrypted. The election office can publish the result."
# In a Persian page: names, and what is the same in every language.
KNOWN = [*NAMES.values(), "https://", "QR"]


def inspect(sitting: Sitting, name: str) -> None:
    """No serious fault by axe, nothing untranslated; on a telephone nothing is wider than the screen."""
    page, language = sitting.page, LANGUAGE[sitting.id]
    expect(page.locator("html")).to_have_attribute("lang", language)
    found = inaccessible(page) + wrong_direction(page, language, LANGUAGES[language].direction)
    if language == "fa":
        found += untranslated(page, KNOWN)
    for width, height in SIZES:
        resize(page, width, height)
        found += too_wide(page)
        if folder := os.environ.get("GLASSBALLOT_SHOTS"):
            page.screenshot(path=Path(folder) / f"{name}-{language}-{width}.png", full_page=True)
    sitting.wrong += [f"{name}: {fault}" for fault in found]


def said(person: Sitting, sentence: str) -> None:
    """Until the page says this in its language, as far as its first value."""
    text = LANGUAGES[LANGUAGE[person.id]].translations.ugettext(sentence)
    expect(person.page.locator("main")).to_contain_text(text.partition("%(")[0].strip(), timeout=60_000)


def both(people: dict[str, Sitting], name: str) -> None:
    """The same page in English and in Persian."""
    inspect(people["anna"], name)
    inspect(people["babak"], name)


@pytest.fixture
def elif_(browser: Browser, tmp_path: Path) -> Iterator[tuple[Program, Sitting]]:
    """A trustee at the command itself."""
    own = Program(tmp_path / "elif")
    sitting = Sitting(browser, "elif", own.start(Clock()()))
    yield own, sitting
    try:
        sitting.close()
    finally:
        own.kill()


@pytest.mark.parametrize("id", ["anna", "babak"])
def test_the_first_pages(browser: Browser, tmp_path: Path, id: str) -> None:
    """Up to the board; every button and field is reached by Tab, and a page without a key lets nobody in."""
    with program(tmp_path / id, Clock()) as address:
        person = Sitting(browser, id, address, locale=LANGUAGE[id])
        inspect(person, "00-welcome")
        person.press("speak", language=LANGUAGE[id])
        person.page.wait_for_url(lambda url: "/enter/" not in url)
        home = person.page.url
        for name, link in (("01-start", ""), ("02-new", "new"), ("02-restore", "restore")):
            person.page.goto(home + link)
            inspect(person, name)
            person.wrong += out_of_reach(person.page)
        person.page.goto(f"{home}new")
        person.press("create", name=NAMES[id], id=id, passphrase=PASSPHRASE, again="another one")
        expect(person.page.locator("[aria-invalid=true]")).to_be_focused()
        inspect(person, "02-new-wrong")
        person.press("create", passphrase=PASSPHRASE, again=PASSPHRASE)
        person.wait_for("hand-over")
        inspect(person, "03-handover")
        person.press("lock")
        person.wait_for("unlock")
        inspect(person, "03-unlock")
        person.press("leave")
        person.wait_for("choose")
        inspect(person, "01-start-with-key")
        person.press("end")
        said(person, "The program has ended")
        inspect(person, "21-ended")
        person.page.goto(address)
        said(person, "You cannot get in this way")
        inspect(person, "22-refused")
        person.close()


def test_a_whole_election(browser: Browser, tmp_path: Path, elif_: tuple[Program, Sitting]) -> None:
    clock, (own, last) = Clock(), elif_
    with sittings(browser, tmp_path, clock, ("anna", "babak", "chen", "delaram")) as people:
        people["elif"] = last
        public = [person.make_key() for person in people.values()]
        with town(tmp_path, public) as place:
            clock.town = place
            place.start_ceremony()
            both(people, "04-board")
            for person in people.values():
                person.press("connect", address=place.url, anchor=place.anchor)
                person.wait_for("accept")
            both(people, "05-election")
            for person in people.values():
                person.press("accept")
                person.wait_for("ceremony")
            both(people, "06-ceremony-turn")
            last.press("ceremony")
            said(last, "You register for the key ceremony.")
            own.kill()
            people["anna"].press("ceremony")
            said(people["anna"], "Nothing to do for you now")
            people["babak"].press("ceremony")
            said(people["babak"], "Nothing to do for you now")
            both(people, "07-ceremony-waiting")

            # Started again, it asks for the passphrase, and carries on where it was.
            last.again(own.start(clock()))
            last.press("choose")
            last.press("unlock", passphrase=PASSPHRASE)
            for person in people.values():
                person.wait_for("carry-on")
                person.press("carry-on")
            for person in people.values():
                person.wait_for("paper-done")
            assert place.state.keys is not None
            both(people, "08-paper")

            people["delaram"].page.locator('a[href$="/print"]').first.click()
            printed = people["delaram"].page.locator("pre.paper").inner_text()
            assert re.match(r"00: \S{5} ", printed)
            for id in ("anna", "babak"):
                people[id].page.locator('a[href$="/print"]').first.click()
            both(people, "09-print")
            for person in people.values():
                person.press("paper-done")
            for person in people.values():
                person.press("stop")
            both(people, "10-before-voting")
            place.vote()
            said(people["anna"], "People are voting")
            said(people["babak"], "People are voting")
            both(people, "11-voting")

            last.press("end")
            said(last, "The program has ended")
            assert "Nothing is lost" in own.wait()

            # A computer breaks; the key comes back from paper on another one.
            people.pop("delaram")
            with program(tmp_path / "new-computer", clock) as address:
                back = people["delaram"] = Sitting(browser, "delaram", address)
                back.press("speak", language="fa")
                back.page.locator('a[href$="/restore"]').first.click()
                damaged = printed.replace("\n03: ", "\n03: 0")
                back.press("restore", text=damaged, name="delaram", passphrase=PASSPHRASE)
                expect(back.page.locator("#wrong-text")).to_contain_text("03")
                inspect(back, "12-restore-wrong")
                back.press("restore", text=printed, name="delaram", passphrase=PASSPHRASE)
                back.find_election(place)

                place.close()
                for id in ("anna", "babak", "chen"):
                    people[id].wait_for("agree")
                both(people, "13-closing")
                told = people["anna"].page.locator(".spelled").first.inner_text()
                for id in ("anna", "babak", "chen"):
                    people[id].press("agree")
                back.wait_for("confirm")
                inspect(back, "14-closing-copy")
                back.press("confirm", root=told)
                back.wait_for("agree")
                back.press("agree")
                said(back, COMPLAIN)
                assert place.state.ready == {"anna", "babak", "chen", "delaram"}
                said(people["anna"], COMPLAIN)
                said(people["babak"], COMPLAIN)
                both(people, "15-complaints")

                place.place.now += COMPLAINTS
                for id in ("anna", "babak", "delaram"):
                    people[id].wait_for("decrypt")
                both(people, "16-decryption")
                people["delaram"].press("decrypt")
                people["chen"].wait_for("decrypt")
                people["chen"].press("decrypt")
                people["babak"].press("decrypt")
                said(people["anna"], DECRYPTED)
                said(people["babak"], DECRYPTED)
                both(people, "17-decrypted")
                place.publish()
                assert place.state.phase is Phase.FINAL
                for id in ("anna", "babak"):
                    people[id].wait_for("verify")
                both(people, "18-result")
                for id in ("anna", "babak"):
                    people[id].press("verify")
                    people[id].wait_for("destroy")
                both(people, "19-verified")
                for id in ("anna", "babak"):
                    people[id].press("destroy", typed=id)
                said(people["anna"], "Your key is destroyed")
                said(people["babak"], "Your key is destroyed")
                both(people, "20-destroyed")
                back.close()
