"""Requests made up from the API's own document: none may end in an error of the server or break the document.

Each address gets at most 15 requests, the same ones each time: with a key, where no key is asked for, and
without the key that is asked for. All take less than a minute on two busy cores.
"""

import hashlib
from collections import defaultdict

import pytest
import schemathesis
from fake_assistant import FakeAssistant
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    allow_header_conformance,
    content_type_conformance,
    ignored_auth,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)
from served import api_of

KEY = "a-key-of-forty-characters-made-for-tests"
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    allow_header_conformance,
    unsupported_method,
]
# Every address that the API has; what is not among them is not fuzzed either.
OPERATIONS = {
    "GET /healthz", "GET /readyz", "GET /metrics", "POST /api/v1/ask", "POST /api/v1/ask/stream",
    "GET /api/v1/answers/{answer_id}", "POST /api/v1/verify", "GET /api/v1/sources",
    "GET /api/v1/sources/{source_id}", "GET /api/v1/search", "GET /v1/models", "GET /v1/models/{model}",
    "POST /v1/chat/completions",
}  # fmt: skip
DOCUMENT = "/api/v1/openapi.json"
# The statuses that each operation answered with, filled while the tests run.
SEEN = defaultdict(set)

bounded = settings(
    max_examples=15,
    derandomize=True,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
# The API as its document describes it, with answers that can be replayed.
with_keys = schemathesis.openapi.from_asgi(
    DOCUMENT, api_of(FakeAssistant(), key_digests=(hashlib.sha256(KEY.encode()).hexdigest(),), replayed=5)
)
without_keys = schemathesis.openapi.from_asgi(DOCUMENT, api_of(FakeAssistant(), replayed=5))


def kept(case, response):
    SEEN[case.operation.label].add(response.status_code)
    assert response.status_code < 500


@with_keys.parametrize()
@bounded
def test_made_up_requests_with_a_key_are_answered_as_the_document_says(case):
    headers = {"Authorization": f"Bearer {KEY}"}
    kept(case, case.call_and_validate(headers=headers, checks=[*CHECKS, ignored_auth]))


@without_keys.parametrize()
@bounded
def test_made_up_requests_where_no_key_is_asked_for_are_answered_as_the_document_says(case):
    kept(case, case.call_and_validate(checks=CHECKS))


@with_keys.parametrize()
@bounded
def test_made_up_requests_without_the_key_get_nothing(case):
    response = case.call_and_validate(checks=[check for check in CHECKS if check is not unsupported_method])
    public = case.operation.path in ("/healthz", "/readyz")
    assert (response.status_code == 401) is not public


@pytest.mark.parametrize("schema", [with_keys, without_keys])
def test_the_document_names_every_address(schema):
    assert {found.ok().label for found in schema.get_all_operations()} == OPERATIONS


def test_requests_were_made_up_that_are_taken_and_that_are_not():
    """Requests that are all refused would show little. The id of an answer cannot be made up."""
    if set(SEEN) != OPERATIONS:
        pytest.skip("shows something after the others only")
    taken = {name for name, statuses in SEEN.items() if 200 in statuses}
    assert taken >= OPERATIONS - {"GET /api/v1/answers/{answer_id}"}
    refused = {name for name, statuses in SEEN.items() if statuses & {400, 404, 415, 422}}
    assert refused >= {name for name in OPERATIONS if name.startswith("POST") or "{" in name}
