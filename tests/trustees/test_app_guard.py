"""Nobody but the owner's browser gets to the page, and nothing of the key gets out of it."""

from __future__ import annotations

import base64
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from werkzeug.test import Client

from tests.service.processes import Processes, until
from tests.trustees.browsing import HOME, PORT, Forms, Trustee
from tests.trustees.place import PASSPHRASE
from tests.trustees.tools import CHEAP
from trustees.app.desk import Desk
from trustees.app.guard import COOKIE
from trustees.app.jobs import Timing
from trustees.keyfile import KeyFile


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Trustee]:
    found = Trustee(tmp_path / "anna")
    yield found
    found.close()


def stranger(page: Trustee) -> Client:
    """Another browser on the same machine, without a cookie."""
    return Client(page.site)


def status(client: Client, path: str, *, host: str = HOME, near: str = "127.0.0.1", **headers: str) -> int:
    return client.get(path, base_url=host, environ_base={"REMOTE_ADDR": near}, headers=headers).status_code


@pytest.mark.parametrize(
    "host",
    [
        "http://evil.example",
        f"http://evil.example:{PORT}",
        "http://127.0.0.1:1",
        "http://127.0.0.1",
        f"http://127.0.0.1.evil.example:{PORT}",
        f"http://[::1]:{PORT}",
    ],
)
def test_another_host_is_refused_before_anything_else(page: Trustee, host: str) -> None:
    """A name that its owner rebinds to this machine stays in the Host header."""
    for path in (f"/{page.guard.room}/", f"/enter/{page.guard.token}", "/static/x/pages.css"):
        assert status(page.client, path, host=host) == 421


@pytest.mark.parametrize("address", ["192.0.2.7", "10.0.0.1", "2001:db8::1", "", "nonsense"])
def test_another_machine_is_refused(page: Trustee, address: str) -> None:
    assert status(page.client, f"/{page.guard.room}/", near=address) == 403


def test_localhost_is_this_machine_by_another_name(page: Trustee) -> None:
    assert status(stranger(page), f"/{page.guard.room}/", host=f"http://localhost:{PORT}") == 403
    assert status(page.client, "/static/x/pages.css", host=f"http://localhost:{PORT}") == 200


def test_the_token_is_good_once(page: Trustee) -> None:
    for guess in (page.token, "", "x"):
        assert status(stranger(page), f"/enter/{guess}") == 403
        assert status(page.client, f"/enter/{guess}") == 403
    assert len(page.token) >= 43


def test_a_browser_that_fetches_ahead_does_not_use_the_token_up(page: Trustee) -> None:
    page.guard.token = "fresh"
    headers = {"Sec-Purpose": "prefetch;prerender"}
    assert status(stranger(page), "/enter/fresh", **headers) == 403
    assert status(stranger(page), "/enter/fresh") == 200
    assert status(stranger(page), "/enter/fresh") == 403


def test_without_the_cookie_there_is_nothing(page: Trustee) -> None:
    room = page.guard.room
    for path in (
        f"/{room}/",
        f"/{room}/print",
        f"/{room}/public-key",
        f"/{room}/new",
        "/",
        "/x/",
        "/x/do/end",
    ):
        assert status(stranger(page), path) in (403, 404, 405)
    answer = stranger(page).get(f"/{room}/", base_url=HOME, environ_base={"REMOTE_ADDR": "127.0.0.1"})
    assert room not in answer.text and page.guard.form_key not in answer.text


def test_the_cookie_is_for_scripts_and_other_sites_no_good(page: Trustee) -> None:
    page.guard.token = "fresh"
    answer = page.request("GET", "/enter/fresh")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith(f"{COOKIE}=") and "HttpOnly" in cookie and "SameSite=Strict" in cookie
    # Another program on this machine, at another port, is not sent it: it does not know the path.
    assert f"Path=/{page.guard.room}/" in cookie and len(page.guard.room) >= 22
    assert len(cookie.partition("=")[2].partition(";")[0]) >= 43


def test_a_right_cookie_in_a_wrong_room(page: Trustee) -> None:
    cookie = page.client.get_cookie(COOKIE, domain="127.0.0.1", path=f"/{page.guard.room}/")
    assert cookie is not None
    bare = Client(page.site, use_cookies=False)
    assert status(bare, "/elsewhere/", Cookie=f"{COOKIE}={cookie.value}") == 403
    assert status(bare, f"/{page.guard.room}/", Cookie=f"{COOKIE}={cookie.value}") == 200
    assert status(bare, f"/{page.guard.room}/", Cookie=f"{COOKIE}={cookie.value}x") == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": f"http://localhost:{PORT}"},
        {"Origin": HOME, "Sec-Fetch-Site": "cross-site"},
        {"Origin": HOME, "Sec-Fetch-Site": "same-site"},
        {},
    ],
    ids=["foreign", "null", "port", "name", "cross-site", "same-site", "silent"],
)
def test_a_form_from_elsewhere_is_refused(page: Trustee, headers: dict[str, str]) -> None:
    fields = {"form_key": page.guard.form_key, "language": "fa"}
    path = f"/{page.guard.room}/do/speak"
    assert page.request("POST", path, data=fields, headers=headers).status_code == 403
    assert page.desk.settings.language == "en"


def test_a_form_without_its_key_is_refused(page: Trustee) -> None:
    for fields in ({"language": "fa"}, {"language": "fa", "form_key": "x"}):
        assert page.post("speak", fields).status_code == 403
    assert page.post("speak", {"language": "fa", "form_key": page.guard.form_key}).status_code == 303


def test_nothing_is_done_by_looking(page: Trustee) -> None:
    for button in ("create", "end", "destroy", "lock"):
        assert page.request("GET", f"/{page.guard.room}/do/{button}").status_code == 405
    assert page.post("nonsense", {"form_key": page.guard.form_key}).status_code == 404
    assert page.post("create", {"form_key": page.guard.form_key}).status_code == 400
    assert not page.ended


def test_every_answer_is_closed_to_others(page: Trustee) -> None:
    for path in (f"/{page.guard.room}/", "/", "/enter/x"):
        headers = page.request("GET", path).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy and "http:" not in policy
        assert headers["Cache-Control"] == "no-store" and headers["Referrer-Policy"] == "same-origin"
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_an_endless_form_is_refused(page: Trustee) -> None:
    fields = {"form_key": page.guard.form_key, "language": "x" * 300_000}
    assert page.post("speak", fields).status_code == 413


def test_the_passphrase_is_never_sent_back(page: Trustee) -> None:
    page.look("new")
    text = page.press("create", 422, name="Anna", id="anna", passphrase=PASSPHRASE, again="another one")
    assert "The two passphrases differ" in text and 'value="Anna"' in text
    assert PASSPHRASE not in text and "another one" not in text
    assert "too short" in page.press("create", 422, name="Anna", id="anna", passphrase="short", again="short")


def test_a_name_cannot_lead_out_of_the_folder(page: Trustee) -> None:
    page.look("new")
    for id in ("../evil", "a/b", ".hidden", "a" * 65):
        assert "Latin letters" in page.press(
            "create", 422, name="x", id=id, passphrase=PASSPHRASE, again=PASSPHRASE
        )
    with KeyFile.create(page.folder.parent / "other.key", PASSPHRASE, "other", cost=CHEAP):
        pass
    page.look()
    page.post("choose", {"form_key": page.guard.form_key, "file": "../other.key"})
    assert page.desk.path is None


def test_the_key_file_is_never_served(page: Trustee) -> None:
    page.make_key("Anna Berg", "anna")
    sealed = (page.folder / "anna.key").read_bytes()
    for path in ("anna.key", "print", "public-key", "../anna.key", "static/x/anna.key", "do/../anna.key"):
        answer = page.request("GET", f"/{page.guard.room}/{path}")
        assert sealed[:40] not in answer.data
        assert base64.b64encode(sealed)[40:80] not in answer.data
    secret = page.desk.open
    assert secret is not None and "secret" not in repr(secret.key_file) and PASSPHRASE not in repr(secret)


def test_a_locked_page_shows_nothing_but_the_lock(page: Trustee) -> None:
    page.make_key("Anna Berg", "anna")
    page.press("lock")
    assert Forms(page.text).found.keys() == {"speak", "unlock", "leave", "end"}
    assert "Anna" not in page.text
    assert page.request("GET", f"/{page.guard.room}/public-key").status_code == 404
    page.press("unlock", 422, passphrase="not the right one")
    page.press("unlock", passphrase=PASSPHRASE)
    assert "Which election?" in page.text


def test_it_locks_by_itself_when_nobody_is_there(tmp_path: Path) -> None:
    now = [0.0]
    timing = Timing(every=1e9, soon=1e9, idle=60, tick=0.01)
    page = Trustee(tmp_path / "anna", timing=timing, monotonic=lambda: now[0])
    page.make_key("Anna Berg", "anna")
    now[0] = 59
    page.look()
    now[0] = 118
    page.request("GET", f"/{page.guard.room}/?again")
    assert not page.desk.locked
    now[0] = 120
    for _ in range(500):
        if page.desk.locked:
            break
        page.request("GET", f"/{page.guard.room}/?again")
    assert "unlock" in Forms(page.look()).found
    page.close()


def test_a_second_program_does_not_get_the_key(page: Trustee, tmp_path: Path) -> None:
    page.make_key("Anna Berg", "anna")
    other = Trustee(tmp_path / "anna")
    other.press("choose", file="anna.key")
    assert "Another program is using this key" in other.press("unlock", 422, passphrase=PASSPHRASE)
    other.close()


def test_names_stay_inert(page: Trustee) -> None:
    page.look("new")
    name = "<script>alert(1)</script> Anna"
    page.press("create", name=name, id="anna", passphrase=PASSPHRASE, again=PASSPHRASE)
    assert "<script>alert" not in page.text and "&lt;script&gt;alert" in page.text
    page.press("lock")
    page.press("leave")
    page.look("new")
    text = page.press("create", 422, name="a\u202eb", id="b", passphrase=PASSPHRASE, again=PASSPHRASE)
    assert "Please type your name" in text


class Running:
    """The command itself, at a port of its own."""

    def __init__(self, folder: Path) -> None:
        self.processes, self.folder = Processes(folder), folder

    def __enter__(self) -> Running:
        self.processes.start(
            "app", "trustee", "app", "--folder", self.folder / "keys", "--no-browser", "--language", "en"
        )
        until(self.processes, lambda: "http://" in self.processes.printed("app"))
        self.address = next(w for w in self.processes.printed("app").split() if w.startswith("http://"))
        self.port = int(self.address.split(":")[2].partition("/")[0])
        return self

    def __exit__(self, *_: object) -> None:
        self.processes.stop_all()


def test_the_command_listens_on_this_machine_only(tmp_path: Path) -> None:
    with Running(tmp_path) as running:
        assert running.address.startswith("http://127.0.0.1:")
        with pytest.raises(OSError):
            socket.create_connection(("127.0.0.2", running.port), 2).close()
        with urllib.request.urlopen(running.address, timeout=10) as answer:
            assert answer.status == 200 and "no-store" in answer.headers["Cache-Control"]
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(running.address, timeout=10)
        assert refused.value.code == 403
        refused.value.close()
        running.processes.stop("app")
        assert "Ended. Nothing is lost" in running.processes.printed("app")


def test_a_desk_forgets_nothing_when_it_is_killed(tmp_path: Path) -> None:
    """What is kept is on the disk at once; a lock that a killed program held is free."""
    page = Trustee(tmp_path / "anna")
    page.make_key("Anna Berg", "anna")
    desk = page.desk
    assert desk.open is not None
    desk.open.key_file.close()  # what the operating system does
    other = Trustee(tmp_path / "anna", language="")
    other.press("choose", file="anna.key")
    other.press("unlock", passphrase=PASSPHRASE)
    assert "Which election?" in other.text
    other.close()


def test_desks_need_no_page(tmp_path: Path) -> None:
    """Nothing is asked of a board before the owner has named one."""

    def nobody(address: str) -> None:
        raise AssertionError(address)

    desk = Desk(tmp_path, nobody, lambda: 0, cost=CHEAP)  # type: ignore[arg-type]
    desk.create("Anna", "", PASSPHRASE, PASSPHRASE)
    assert desk.path == tmp_path / "anna.key"
    desk.look()
    desk.close()
