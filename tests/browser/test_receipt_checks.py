"""The browser's own checks beside the library's, on trees of every small size."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route

from crypto import merkle
from crypto.merkle import leaf_hash
from election.record import leaf_of

_SCRIPT = (
    Path(__file__).parents[2] / "bulletin_board" / "web" / "pages" / "static" / "receipt_checks.js"
).read_text()
LEAVES = [leaf_hash(bytes([i])) for i in range(20)]
_READ = "const b = (text) => Uint8Array.from(text.match(/../g) ?? [], (two) => parseInt(two, 16));"


def node(level: int, place: int) -> bytes:
    return merkle.root(LEAVES[place << level : (place + 1) << level])


def root(size: int) -> str:
    return merkle.root_at(size, node).hex()


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """With the checks as `checks`; localhost, or there were no Web Crypto."""

    def answer(route: Route) -> None:
        if route.request.url.endswith(".js"):
            route.fulfill(body=_SCRIPT, content_type="text/javascript")
        else:
            route.fulfill(body="<!doctype html>", content_type="text/html")

    context = browser.new_context()
    own = context.new_page()
    own.route("**/*", answer)
    own.goto("http://localhost/")
    own.evaluate("async () => { globalThis.checks = await import('/receipt_checks.js'); }")
    yield own
    context.close()


def run(page: Page, body: str, cases: list[list[Any]]) -> list[Any]:
    """What the body, an async function of one case, returns for each; "failed" where it throws Failed."""
    script = (
        "async (cases) => {" + _READ + "const one = async (c) => {" + body + "};"
        "const found = [];"
        "const failed = (error) => error instanceof checks.Failed ? 'failed' : String(error);"
        "for (const c of cases) found.push(await one(c).catch(failed));"
        "return found; }"
    )
    found: list[Any] = page.evaluate(script, cases)
    return found


def test_inclusion_in_every_small_tree(page: Page) -> None:
    pairs = [(index, size) for size in range(1, len(LEAVES) + 1) for index in range(size)]
    cases: list[list[Any]] = [
        [LEAVES[i].hex(), i, n, [value.hex() for value in merkle.inclusion_proof(i, n, node)]]
        for i, n in pairs
    ]
    body = "return checks.hex(await checks.rootByInclusion(b(c[0]), c[1], c[2], c[3].map(b)));"
    assert run(page, body, cases) == [root(size) for _, size in pairs]
    longer: list[list[Any]] = [[leaf, i, n, [*path, "00" * 32]] for leaf, i, n, path in cases]
    assert root(5) not in run(page, body, longer)
    shorter: list[list[Any]] = [[leaf, i, n, path[:-1]] for leaf, i, n, path in cases if path]
    assert set(run(page, body, shorter)) == {"failed"}
    beyond: list[list[Any]] = [[LEAVES[0].hex(), index, 3, []] for index in (-1, 3, 1.5, 2**60)]
    assert set(run(page, body, beyond)) == {"failed"}


def test_consistency_of_every_two_small_trees(page: Page) -> None:
    pairs = [(old, new) for new in range(2, len(LEAVES) + 1) for old in range(1, new)]
    cases: list[list[Any]] = [
        [old, new, root(old), [value.hex() for value in merkle.consistency_proof(old, new, node)]]
        for old, new in pairs
    ]
    body = (
        "const r = await checks.rootsByConsistency(c[0], c[1], b(c[2]), c[3].map(b));"
        "return [checks.hex(r.before), checks.hex(r.now)];"
    )
    assert run(page, body, cases) == [[root(old), root(new)] for old, new in pairs]
    shorter: list[list[Any]] = [[old, new, own, proof[:-1]] for old, new, own, proof in cases]
    for (old, new), found in zip(pairs, run(page, body, shorter), strict=True):
        assert found == "failed" or found != [root(old), root(new)]
    assert set(run(page, body, [[5, 3, root(5), [root(3)]], [0, 3, root(1), [root(3)]]])) == {"failed"}


def test_the_leaf_of_a_large_entry_is_a_stub(page: Page) -> None:
    entry = b'{"kind":"' + b"x" * 70_000 + b'"}'
    stub = leaf_of(entry)
    assert stub != entry
    other = stub.replace(hashlib.sha256(entry).hexdigest().encode(), b"0" * 64)
    body = "return checks.hex(await checks.leafHash(b(c[0]), b(c[1])));"
    cases: list[list[Any]] = [[entry.hex(), leaf.hex()] for leaf in (stub, other, stub[:-1] + b" }")]
    assert run(page, body, cases) == [leaf_hash(stub).hex(), "failed", "failed"]


def test_what_is_no_canonical_entry(page: Page) -> None:
    cases: list[list[Any]] = [
        [text.encode().hex()] for text in ('{"a":1}', '{"a": 1}', '{"a":1.0}', '{"a":1,"a":1}')
    ]
    assert run(page, "return checks.parsed(b(c[0])).a;", cases) == [1, "failed", "failed", "failed"]
