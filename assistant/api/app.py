"""The API as one web application, put before the pages of a server."""

from typing import Any

from fastapi import FastAPI, Security
from fastapi.openapi.utils import get_openapi
from fastapi.security import APIKeyHeader, HTTPBearer
from fastapi.telemetry import TelemetryConfig
from pydantic import TypeAdapter

from assistant.api.ask_routes import AskRoutes
from assistant.api.config import ApiConfig
from assistant.api.guard import OPENAPI, Guard
from assistant.api.health_routes import HealthRoutes
from assistant.api.openai_compatible import OpenAiRoutes
from assistant.api.problems import ProblemDetails, add_handlers
from assistant.api.service import Service
from assistant.api.source_routes import SourceRoutes

# FastAPI's telemetry could send questions to wherever the environment says.
NO_TELEMETRY = TelemetryConfig(
    tracing=False, metrics=False, logs=False, operation_spans=False, auto_configure=False
)
_TITLE = "Kyphoplasty assistant"
_ABOUT = (
    "Answers questions on complications of kyphoplasty and vertebroplasty in verbatim, cited quotes from a "
    "small corpus, or says that the corpus does not hold the answer. Offsets are 0-based character offsets, "
    "end exclusive, into the text of a source. Errors are problem details (RFC 9457)."
)


def mount_api(server: FastAPI, service: Service, config: ApiConfig) -> None:
    """Serves the API before all else that the server has."""
    server.add_middleware(Guard, api=_api(service), config=config, metrics=service.metrics)


def _api(service: Service) -> FastAPI:
    api = FastAPI(
        title=_TITLE,
        version="1",
        description=_ABOUT,
        docs_url=None,  # those pages load scripts from elsewhere
        redoc_url=None,
        openapi_url=OPENAPI,
        telemetry=NO_TELEMETRY,
    )
    add_handlers(api, f"{OPENAPI} lists the addresses.")
    # The guard checks keys; these say so in the OpenAPI document.
    keys = [
        Security(HTTPBearer(auto_error=False)),
        Security(APIKeyHeader(name="X-API-Key", auto_error=False)),
    ]
    api.include_router(HealthRoutes(service).router)
    for routes in (AskRoutes(service), SourceRoutes(service), OpenAiRoutes(service)):
        api.include_router(routes.router, dependencies=keys)
    _describe_problems(api)
    return api


def _describe_problems(api: FastAPI) -> None:
    """Adds the form of problems, which the routes name, to the OpenAPI document."""

    def document() -> dict[str, Any]:
        if not api.openapi_schema:
            made = get_openapi(
                title=api.title, version=api.version, description=api.description, routes=api.routes
            )
            schema = TypeAdapter(ProblemDetails).json_schema(ref_template="#/components/schemas/{model}")
            schemas = made["components"]["schemas"]
            schemas.update(schema.pop("$defs", {}))
            schemas["ProblemDetails"] = schema
            api.openapi_schema = made
        return api.openapi_schema

    api.openapi = document  # type: ignore[method-assign]  # the way that FastAPI's documentation names
