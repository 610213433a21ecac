"""Reports for the board's pages: one that agrees with its log, and one that somebody with a bad name has made up."""

from __future__ import annotations

import io
import json
import tarfile
import tempfile
from pathlib import Path

from election.record import FolderSource
from tests.browser.serve import Stand
from verifier import verify

NAMES = ("انجمن ناظران مردمی سرو‌آباد", '<script>alert("x")</script>')


def upload(stand: Stand) -> list[str]:
    """Verify what the board offers for download, upload the reports; their pages, behind the language."""
    client = stand.app.test_client()
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(fileobj=io.BytesIO(client.get("/record.tar", buffered=True).data)) as record:
            record.extractall(folder, filter="data")
        found = verify(FolderSource(Path(folder) / "record"), anchor=stand.town.world.context).to_json()
    places = []
    for name, report in zip(NAMES, (found, found | {"root": "ab" * 32}), strict=True):
        file = io.BytesIO(json.dumps(report).encode()), "report.json"
        answer = client.post("/en/reports", data={"report": file, "name": name})
        if answer.status_code == 303:
            places.append(answer.headers["Location"].removeprefix("/en"))
    return places
