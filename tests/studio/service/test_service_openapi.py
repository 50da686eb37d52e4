"""What the OpenAPI document says holds, whatever is sent (schemathesis)."""

from __future__ import annotations

import json
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import load_all_checks
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from studio.service.service_settings import ServiceLimits, ServiceSettings

OPERATIONS = [
    "GET /healthz", "GET /readyz", "GET /metrics", "GET /v1/options", "GET /v1/hands",
    "GET /v1/styles", "GET /v1/styles/{name}/preview.svg", "POST /v1/ink", "POST /v1/styles",
    "POST /v1/batches",
]  # fmt: skip
#: What takes no body takes nothing that could be wrong.
TRIED = [
    *((name, GenerationMode.POSITIVE) for name in OPERATIONS),
    *((name, GenerationMode.NEGATIVE) for name in OPERATIONS if name.startswith("POST")),
]

load_all_checks()


@schemathesis.serializer("application/x-ndjson")
def json_lines(_: Any, value: Any) -> bytes:
    return (value if isinstance(value, str) else json.dumps(value)).encode()


def left_out(name: str) -> list[schemathesis.CheckFunction]:
    """The checks that say otherwise than the documentation."""
    # Not every text of the right shape can be written, nor is every ink handwriting: 422 says so.
    checks = [positive_data_acceptance]
    # A line of a batch that is wrong is told in the answer's line.
    return [*checks, negative_data_rejection] if name.endswith("/batches") else checks


@pytest.fixture(scope="module")
def small(run_service):
    """A service whose requests are short."""
    limits = ServiceLimits(rate=0, characters=100, lines=8, pages=4)
    with run_service(ServiceSettings(limits=limits)) as found:
        yield found


@pytest.fixture(scope="module")
def operations(small):
    with small.http as http:
        schema = schemathesis.openapi.from_dict(http.get("/openapi.json").json())
    return {found.ok().label: found.ok() for found in schema.get_all_operations()}


def test_every_operation_is_tried(operations):
    assert set(operations) == set(OPERATIONS)


@pytest.mark.soak
@pytest.mark.parametrize(("name", "mode"), TRIED)
def test_answers_are_as_documented(small, operations, name, mode, rounds):
    operation = operations[name]

    @settings(
        max_examples=4 + 2 * rounds,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def whatever_is_sent(case):
        case.call_and_validate(small.url, excluded_checks=left_out(name), timeout=120)

    whatever_is_sent()
    assert small.state.state == "ready"
