"""Requests made up from the API's own document: none may end in an error of the server or break the document.

Each route gets a bounded number of requests, the same ones each time.
"""

import hashlib

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
    ignored_auth,
]


# The API as its document describes it, with a key, and answers that can be replayed.
schema = schemathesis.openapi.from_asgi(
    "/api/v1/openapi.json",
    api_of(FakeAssistant(), key_digests=(hashlib.sha256(KEY.encode()).hexdigest(),), replayed=5),
)


@schema.parametrize()
@settings(
    max_examples=15,
    derandomize=True,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_made_up_requests_are_answered_as_the_document_says(case):
    case.call_and_validate(headers={"Authorization": f"Bearer {KEY}"}, checks=CHECKS)
