"""The description of the interface against the interface: by hand, and by Schemathesis."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from bulletin_board.web.routes import ROUTES, openapi
from tests.web.fuzz import bombard, polling_board
from tests.web.mutations import Mutator
from tests.web.tools import Served

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    unsupported_method,
]
EXAMPLES = 40


@pytest.fixture(scope="module")
def polling(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, list[bytes]]]:
    with polling_board(tmp_path_factory.mktemp("board")) as found:
        yield found


@pytest.fixture(scope="module")
def description(polling: tuple[Served, list[bytes]]) -> Any:
    return schemathesis.openapi.from_wsgi("/openapi.json", polling[0].app)


# As the description has it and, where it asks for something, as it has it not.
CASES = [
    (path, method, mode)
    for path, operations in openapi()["paths"].items()
    for method, operation in operations.items()
    for mode in GenerationMode
    if mode.is_positive or "parameters" in operation
]


@pytest.mark.parametrize(("path", "method", "mode"), CASES)
def test_schemathesis(description: Any, path: str, method: str, mode: GenerationMode) -> None:
    operation = description[path][method.upper()]
    strategy = operation.as_strategy(generation_mode=mode)

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def check(case: Any) -> None:
        answer = case.call()
        case.validate_response(answer, checks=CHECKS)
        assert b"Traceback" not in answer.content

    check()


def test_every_route_is_described(polling: tuple[Served, list[bytes]]) -> None:
    served, _ = polling
    described = openapi()["paths"]
    adapter = served.app.url_map.bind("board")
    for path, operations in described.items():
        example = re.sub(r"\{(\w+)\}", lambda m: {"number": "000", "prefix": "ab"}.get(m[1], "7"), path)
        for method in operations:
            endpoint, _ = adapter.match(example, method=method.upper())
            assert operations[method]["operationId"].startswith(endpoint)
    rules = {(rule.rule, rule.endpoint) for rule in served.app.url_map.iter_rules()}
    rules = {
        (rule, name)
        for rule, name in rules
        if not name.startswith("pages.") and name not in ("door", "static")
    }
    assert rules == {(route.rule, route.name) for route in ROUTES}
    assert {path for route in ROUTES for path in route.paths} == described.keys()


@pytest.mark.parametrize("seed", range(3))
def test_bent_entries(polling: tuple[Served, list[bytes]], seed: int) -> None:
    served, seeds = polling
    statuses = bombard(served, Mutator(seeds, seed), lambda number: number < 150)
    assert statuses[400] > 50
