"""What all pages have in common: languages, caches, compression, errors, policies."""

from __future__ import annotations

import gzip

import pytest
from flask.testing import FlaskClient

from pages.assets import Assets


@pytest.mark.parametrize(
    ("accepted", "tag"),
    [("fa-IR,fa;q=0.9,en;q=0.5", "fa"), ("en-GB", "en"), ("de,fa;q=0.1", "fa"), ("", "en")],
)
def test_the_door_speaks_the_visitors_language(client: FlaskClient, accepted: str, tag: str) -> None:
    answer = client.get("/", headers={"Accept-Language": accepted, "Host": "evil.example"})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/{tag}/")
    assert answer.headers["Vary"] == "Accept-Language"


def test_pages_may_be_kept_for_moments_and_answers_never(client: FlaskClient) -> None:
    assert client.get("/fa/").headers["Cache-Control"] == "public, max-age=3"
    for path in ("/fa/nothing", "/fa/find/ballot?tracker=x", "/en/entry/77"):
        assert client.get(path).headers["Cache-Control"] == "no-store", path


def test_pages_are_small_on_the_line(client: FlaskClient) -> None:
    plain, packed = client.get("/fa/"), client.get("/fa/", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip" and len(packed.data) < len(plain.data) / 2
    assert gzip.decompress(packed.data) == plain.data
    assert plain.headers["Vary"] == packed.headers["Vary"] == "Accept-Encoding"


def test_errors_are_pages_in_the_same_language(client: FlaskClient) -> None:
    answer = client.get("/fa/nothing")
    assert answer.status_code == 404 and '<html lang="fa" dir="rtl">' in answer.text
    assert client.post("/fa/").status_code == 405
    assert client.get("/xx/").json == {"check": None, "reason": "not found"}


@pytest.mark.parametrize("path", ["/fa/", "/en/find", "/fa/nothing", "/en/results"])
def test_nothing_comes_from_elsewhere(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; ") and "unsafe" not in policy and "http" not in policy
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    for strange in ("<script>", "style=", "onclick=", "//cdn", "javascript:"):
        assert strange not in answer.text


@pytest.mark.parametrize("name", ["pages.css", "vazirmatn-regular.woff2", "icon.svg"])
def test_assets_are_kept_until_they_change(client: FlaskClient, name: str) -> None:
    answer = client.get(Assets().address(name))
    assert answer.status_code == 200 and "immutable" in answer.headers["Cache-Control"]
    assert (
        client.get(f"/static/0/../{name}").status_code == client.get("/static/0/nothing").status_code == 404
    )
