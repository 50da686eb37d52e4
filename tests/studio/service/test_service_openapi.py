"""What the OpenAPI document says holds, whatever is sent (schemathesis).

Schemathesis takes seconds to import, so only where it is used: every process of the suite reads
this file.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings

if TYPE_CHECKING:
    from schemathesis import CheckFunction

from studio.service.service_settings import ServiceLimits, ServiceSettings

OPERATIONS = [
    "GET /healthz", "GET /readyz", "GET /metrics", "GET /v1/options", "GET /v1/hands",
    "GET /v1/styles", "GET /v1/styles/{name}/preview.svg", "POST /v1/ink", "POST /v1/styles",
    "POST /v1/batches",
]  # fmt: skip
#: What takes no body takes nothing that could be wrong.
TRIED = [
    *((name, "positive") for name in OPERATIONS),
    *((name, "negative") for name in OPERATIONS if name.startswith("POST")),
]


def json_lines(_: Any, value: Any) -> bytes:
    return (value if isinstance(value, str) else json.dumps(value)).encode()


def left_out(name: str) -> list[CheckFunction]:
    """The checks that say otherwise than the documentation."""
    from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

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
    import schemathesis
    from schemathesis.checks import load_all_checks

    load_all_checks()
    schemathesis.serializer("application/x-ndjson")(json_lines)
    with small.http as http:
        schema = schemathesis.openapi.from_dict(http.get("/openapi.json").json())
    return {found.ok().label: found.ok() for found in schema.get_all_operations()}


def test_every_operation_is_tried(operations):
    assert set(operations) == set(OPERATIONS)


@pytest.mark.soak
@pytest.mark.parametrize(("name", "mode"), TRIED)
def test_answers_are_as_documented(small, operations, name, mode, rounds):
    from schemathesis import GenerationMode

    operation = operations[name]

    @settings(
        max_examples=4 + 2 * rounds,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=GenerationMode(mode)))
    def whatever_is_sent(case):
        case.call_and_validate(small.url, excluded_checks=left_out(name), timeout=120)

    whatever_is_sent()
    assert small.state.state == "ready"
