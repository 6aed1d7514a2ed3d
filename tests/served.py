"""The API without the chat page, and a server that runs while a test needs it."""

import threading
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI

from app import listen
from assistant.api.app import mount_api
from assistant.api.config import ApiConfig
from assistant.api.service import Service
from assistant.config import ServerConfig


def api_of(assistant, **config):
    """The API of an assistant, as an application; `config` gives fields of its configuration."""
    application = FastAPI(openapi_url=None)
    settings = ApiConfig(**config)
    mount_api(application, Service(assistant, settings), settings)
    return application


@contextmanager
def served(application):
    """The address of a server of the application, on a free port of this machine."""
    listener = listen(ServerConfig("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(application, log_level="critical", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=30)
        listener.close()
    assert not thread.is_alive()
