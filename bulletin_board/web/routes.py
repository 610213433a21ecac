"""The board's HTTP interface in one table: the application is made of it, and so is its description."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from election.entries import KINDS
from election.record import MAX_ENTRY

VERSION = "1"
"""Of this interface; a client of version 1 can rely on what is described here."""

TEXT, JSON, JSON_LINES, BYTES, CSV, TAR = (
    "text/plain",
    "application/json",
    "application/jsonl",
    "application/octet-stream",
    "text/csv",
    "application/x-tar",
)

_PROBLEM = {"schema": {"$ref": "#/components/schemas/Problem"}}
_LEVEL = {"type": "integer", "minimum": 0, "maximum": 63}
_NUMBER = {"type": "string", "pattern": "^[0-9]{3}$"}
_WIDTH = {"type": "integer", "minimum": 1, "maximum": 255}


@dataclass(frozen=True)
class Route:
    """One operation. rule: for Flask; paths: the same for OpenAPI, which knows no parameter with a slash in it.

    answers: status -> media type and schema, None for a problem.
    """

    name: str
    rule: str
    paths: tuple[str, ...]
    summary: str
    answers: Mapping[int, tuple[str, Mapping[str, Any]] | None]
    method: str = "GET"
    path: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    query: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    body: str = ""

    def to_openapi(self, path: str) -> dict[str, Any]:
        """The operation object of one of its paths."""
        own = [_parameter(n, "path", s, True) for n, s in self.path.items() if f"{{{n}}}" in path]
        own += [_parameter(n, "query", s, n in self.required) for n, s in self.query.items()]
        operation: dict[str, Any] = {
            "operationId": self.name + str(self.paths.index(path) or ""),
            "summary": self.summary,
            "responses": {str(code): _answer(code, content) for code, content in self.answers.items()},
        }
        if own:
            operation["parameters"] = own
        if self.body:
            entry = {"schema": {"type": "string", "format": "binary"}}
            operation["requestBody"] = {"required": True, "description": self.body, "content": {JSON: entry}}
        return operation


def _parameter(name: str, place: str, schema: Mapping[str, Any], required: bool) -> dict[str, Any]:
    return {"name": name, "in": place, "required": required, "schema": schema}


def _answer(code: int, content: tuple[str, Mapping[str, Any]] | None) -> dict[str, Any]:
    if content is None:
        answer: dict[str, Any] = {"description": _MEANINGS[code], "content": {JSON: _PROBLEM}}
    else:
        answer = {"description": _MEANINGS[code], "content": {content[0]: {"schema": content[1]}}}
    if code in (429, 503):
        answer["headers"] = {"Retry-After": {"description": "Seconds.", "schema": {"type": "integer"}}}
    return answer


_MEANINGS = {
    200: "Done.",
    400: "Not what belongs here; for an entry: not the canonical bytes of one.",
    403: "Not for this address.",
    404: "The log has no such file now.",
    410: "Voting, or the election, is over.",
    413: "Too long.",
    422: "The ledger refuses the entry; nothing was logged.",
    429: "Too often; ask again later.",
    500: "An error of the board's own.",
    503: "Ask again later, with the same bytes.",
}
_STRING: Mapping[str, Any] = {"type": "string"}
_OBJECT: Mapping[str, Any] = {"type": "object"}
_ENTRY: Mapping[str, Any] = {"type": "integer", "minimum": 0, "maximum": 2**53 - 1}
_BINARY: Mapping[str, Any] = {"type": "string", "format": "binary"}
_FILE: Mapping[int, Any] = {200: (BYTES, _BINARY), 404: None, 429: None, 503: None}

LOOKUP: Mapping[str, Any] = {
    "type": "object",
    "required": ["answer", "tracker", "size"],
    "properties": {
        "answer": {
            "enum": ["counted", "superseded", "challenged", "void", "not there", "cast by", "another voter's"]
        },
        "tracker": _STRING,
        "size": {"type": "integer", "description": "Of the log by which it is said."},
        "entry": {"type": "integer"},
        "pseudonym": _STRING,
        "asked": _STRING,
        "sequence": {"type": "integer"},
        "other": {"type": "integer", "description": "Sequence number of the ballot that counts instead."},
        "choices": {"type": "array", "items": {"type": "integer"}},
        "final": {"type": "boolean", "description": "Whether voting is closed."},
    },
}
HEALTH: Mapping[str, Any] = {
    "type": "object",
    "required": ["status", "size", "waiting"],
    "properties": {
        "status": {"enum": ["ok", "stopped", "not published"]},
        "size": {"type": "integer"},
        "waiting": {"type": "integer"},
        "reason": _STRING,
    },
}

ROUTES = (
    Route(
        "checkpoint",
        "/checkpoint",
        ("/checkpoint",),
        "The newest signed checkpoint (C2SP tlog-checkpoint).",
        {200: (TEXT, _STRING), 404: None, 429: None, 503: None},
    ),
    Route(
        "witnessed",
        "/checkpoint.witnessed",
        ("/checkpoint.witnessed",),
        "The newest checkpoint that the witnesses' quorum has cosigned; 404 while there is none.",
        {200: (TEXT, _STRING), 404: None, 429: None, 503: None},
    ),
    Route(
        "tile",
        "/tile/<int:level>/<path:name>",
        ("/tile/{level}/{number}", "/tile/{level}/{number}.p/{width}"),
        "Hashes of the tree (C2SP tlog-tiles). Numbers above 999 are written as x001/x234/567.",
        _FILE,
        path={"level": _LEVEL, "number": _NUMBER, "width": _WIDTH},
    ),
    Route(
        "bundle",
        "/tile/entries/<path:name>",
        ("/tile/entries/{number}", "/tile/entries/{number}.p/{width}"),
        "Entries, each after its length in two bytes (C2SP tlog-tiles).",
        _FILE,
        path={"number": _NUMBER, "width": _WIDTH},
    ),
    Route(
        "blob",
        "/blob/<prefix>/<digest>",
        ("/blob/{prefix}/{digest}",),
        "The content of an entry above 65,535 bytes, by its SHA-256.",
        _FILE,
        path={
            "prefix": {"type": "string", "pattern": "^[0-9a-f]{2}$"},
            "digest": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
        },
    ),
    Route(
        "append",
        "/append",
        ("/append",),
        "Log an entry, and wait until it is durable. The same bytes again are answered with the same place.",
        {200: (TEXT, _STRING), **dict.fromkeys((400, 410, 413, 422, 429, 503))},
        method="POST",
        body=f"The canonical bytes of one entry, at most {MAX_ENTRY}. The answer is a C2SP tlog-proof.",
    ),
    Route(
        "lookup",
        "/lookup",
        ("/lookup",),
        "What became of a ballot. A tracker alone is never answered with 'counted'.",
        {200: (JSON, LOOKUP), 400: None, 429: None, 503: None},
        query={"tracker": _STRING, "pseudonym": _STRING},
        required=("tracker",),
    ),
    Route(
        "entries",
        "/entries",
        ("/entries",),
        "Entries of some kinds, one JSON object {entry, index} a line; go on after the last index, until there is "
        "none. Unlike the tiles this proves nothing.",
        {200: (JSON_LINES, _STRING), 400: None, 429: None, 503: None},
        query={
            "kinds": {"type": "string", "description": "Separated by commas: " + ", ".join(KINDS)},
            "from": {"type": "integer", "minimum": 0},
            "limit": {"type": "integer", "minimum": 1, "maximum": 256},
        },
    ),
    Route(
        "health",
        "/health",
        ("/health",),
        "Whether the board logs entries.",
        {200: (JSON, HEALTH), 429: None, 503: (JSON, HEALTH)},
    ),
    Route(
        "metrics",
        "/metrics",
        ("/metrics",),
        "For Prometheus.",
        {200: (TEXT, _STRING), 403: None, 429: None},
    ),
    Route(
        "entry_json",
        "/entry/<number>.json",
        ("/entry/{entry}.json",),
        "The canonical bytes of one entry.",
        {200: (JSON, _OBJECT), 404: None, 429: None, 503: None},
        path={"entry": _ENTRY},
    ),
    Route(
        "entry_proof",
        "/entry/<number>.proof",
        ("/entry/{entry}.proof",),
        "That the entry stands in the log of the newest checkpoint (C2SP tlog-proof).",
        {200: (TEXT, _STRING), 404: None, 429: None, 503: None},
        path={"entry": _ENTRY},
    ),
    Route(
        "results_csv",
        "/results.csv",
        ("/results.csv",),
        "The result as a table, with the titles of all languages, in UTF-8 with a byte order mark; 404 before it is "
        "there.",
        {200: (CSV, _STRING), 404: None, 429: None, 503: None},
    ),
    Route(
        "results_json",
        "/results.json",
        ("/results.json",),
        "The result, and of which log it was read; 404 before it is there.",
        {200: (JSON, _OBJECT), 400: None, 404: None, 429: None, 503: None},
        query={"language": {"enum": ["en", "fa"]}},
    ),
    Route(
        "record_tar",
        "/record.tar",
        ("/record.tar",),
        "The whole record at the newest checkpoint: a folder `record`, as `glassballot verify` reads it.",
        {200: (TAR, _BINARY), 429: None, 503: None},
    ),
    Route(
        "report_json",
        "/reports/<digest>.json",
        ("/reports/{sha256}.json",),
        "A report of `glassballot verify --json` that somebody has uploaded; nobody vouches for it.",
        {200: (JSON, _OBJECT), 404: None, 429: None, 503: None},
        path={"sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"}},
    ),
    Route(
        "openapi",
        "/openapi.json",
        ("/openapi.json",),
        "This description.",
        {200: (JSON, {"type": "object"}), 429: None},
    ),
)


def openapi() -> dict[str, Any]:
    """The OpenAPI 3.1 description of all routes."""
    paths: dict[str, Any] = {}
    for route in ROUTES:
        for path in route.paths:
            paths.setdefault(path, {})[route.method.lower()] = route.to_openapi(path)
    problem = {
        "type": "object",
        "required": ["check", "reason"],
        "properties": {"check": {"type": ["integer", "null"]}, "reason": _STRING},
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Glassballot bulletin board",
            "version": VERSION,
            "license": {"name": "Apache-2.0"},
        },
        "paths": paths,
        "components": {"schemas": {"Problem": problem}},
    }
