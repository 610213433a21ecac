"""The record's files over HTTP, and names that are none (ATTACKS 57, 58)."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from crypto.checkpoint import SignedCheckpoint
from crypto.tiles import bundle_path
from election.entries import Roll
from election.record.bundles import decode_bundle
from tests.attacks.views import COSIGNERS, witnessed_world
from tests.board.tools import BLOB_ROLL, Place, roll
from tests.web.conftest import Open


def test_checkpoint(at: Open, place: Place) -> None:
    served = at(place)
    answer = served.client.get("/checkpoint")
    assert answer.status_code == 200
    assert answer.content_type == "text/plain; charset=utf-8"
    assert answer.headers["Cache-Control"] == "public, max-age=1"
    signed = SignedCheckpoint.parse(answer.data)
    assert signed.verify(served.board.signer.name, served.board.signer.key).size == 1


def test_witnessed_checkpoint(at: Open, tmp_path: Path) -> None:
    world = witnessed_world()
    world.start()
    served = at(Place(f"sqlite:///{tmp_path}/witnessed.db", world))
    assert served.client.get("/checkpoint.witnessed").status_code == 404
    old = served.board.reader.signed
    served.logged(roll(world))
    served.board.add_signatures([own.sign(old.checkpoint.text, 5_000) for own in COSIGNERS], old)
    answer = served.client.get("/checkpoint.witnessed")
    assert answer.content_type == "text/plain; charset=utf-8"
    assert answer.headers["Cache-Control"] == "public, max-age=1"
    assert SignedCheckpoint.parse(answer.data).checkpoint == old.checkpoint


def test_tiles_and_bundles_are_immutable(at: Open, place: Place) -> None:
    served = at(place)
    entry = roll(place.world)
    number = served.logged(entry).index
    size = served.board.reader.size
    tile = served.client.get(f"/tile/0/000.p/{size}")
    bundle = served.client.get(f"/{bundle_path(0, size)}")
    for answer in (tile, bundle):
        assert answer.status_code == 200
        assert answer.content_type == "application/octet-stream"
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert len(tile.data) == 32 * size
    assert decode_bundle(bundle.data, size, "bundle")[number] == entry.to_bytes()


def test_bundles_are_packed_for_who_can_unpack_them(at: Open, place: Place) -> None:
    served = at(place)
    path = f"/{bundle_path(0, 1)}"
    plain = served.client.get(path)
    packed = served.client.get(path, headers={"Accept-Encoding": "gzip, identity"})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"
    assert gzip.decompress(packed.data) == plain.data


def test_blob(at: Open, place: Place) -> None:
    served = at(place)
    entry: Roll = roll(place.world, BLOB_ROLL)
    number = served.logged(entry).index
    name = served.board.reader.entry(number).hash.hex()
    answer = served.client.get(f"/blob/{name[:2]}/{name}")
    assert answer.data == entry.to_bytes()
    assert "immutable" in answer.headers["Cache-Control"]
    assert served.client.get(f"/blob/00/{name}").status_code == 404


HOSTILE = [
    "/tile/0/../../checkpoint",
    "/tile/0/..%2f..%2fcheckpoint",
    "/%2e%2e/%2e%2e/etc/passwd",
    "/..//..//etc/passwd",
    "/checkpoint//",
    "/checkpoint/",
    "/checkpoint%00",
    "/tile/0/0",
    "/tile/0/0000",
    "/tile/0/000.p/0",
    "/tile/0/000.p/00",
    "/tile/0/000.p/256",
    "/tile/0/000.p/999999999999999999999",
    "/tile/0/000.p/-1",
    "/tile/00/000",
    "/tile/64/000",
    "/tile/-1/000",
    "/tile/99999999999999999999/000",
    "/tile/0/x000/000",
    "/tile/0/x999/x999/x999/x999/x999/999",
    "/tile/0/x999/x999/x999/x999/x999/x999/999",
    "/tile/0/%D9%A0%D9%A0%D9%A0",
    "/tile/entries/x999/x999/x999/x999/x999/999",
    "/tile/entries/000.p/255",
    "/tile/entries/../0/000",
    "/tile/entries/",
    "/tile/0/",
    "/blob/ab/" + "AB" * 32,
    "/blob/ab/" + "ab" * 31,
    "/blob/../checkpoint",
    "/blob/ab/" + "ab" * 40_000,
    "/.writer/lock",
    "/%80%ff",
]


@pytest.mark.parametrize("path", HOSTILE)
def test_hostile_paths(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404, answer.text
    assert set(answer.get_json()) == {"check", "reason"}
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:99999", "a b", "<script>", "", "[::1", "x" * 9000]
)
def test_host_is_ignored(client: FlaskClient, host: str) -> None:
    for path in ("/checkpoint", "/nowhere", "/append", "/openapi.json"):
        answers = [client.get(path, headers=headers) for headers in ({}, {"Host": host})]
        assert answers[0].status_code == answers[1].status_code
        assert answers[0].data == answers[1].data
        assert "Location" not in answers[1].headers


def test_every_answer_is_inert(client: FlaskClient) -> None:
    for path in ("/checkpoint", "/nowhere", "/health", "/lookup"):
        headers = client.get(path).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Content-Security-Policy"].startswith("default-src 'none'")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "MKCOL"])
def test_other_methods(client: FlaskClient, method: str) -> None:
    for path, allowed in (("/checkpoint", "GET"), ("/append", "POST")):
        answer = client.open(path, method=method)
        assert answer.status_code == 405
        assert allowed in answer.headers["Allow"]
