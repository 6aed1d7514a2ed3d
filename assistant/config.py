"""What shapes an answer and how it is served, as values. Read from the environment at an entry point."""

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from assistant.retrieve import RetrieveConfig

# A name of a host, without scheme, port and path.
_NAME = re.compile(r"[^\s:/@?#\[\]\\]+")


@dataclass(frozen=True, slots=True)
class AssistantConfig:
    """How questions are answered.

    Attributes:
        retrieve: numbers and weights of the search.
        threads: of the reader; 0 for as many as there are cores. Does not change answers.
    """

    retrieve: RetrieveConfig = field(default_factory=RetrieveConfig)
    threads: int = 0


@dataclass(frozen=True, slots=True)
class ServerConfig:
    """Where the chat is served, and to whom the widget is.

    Attributes:
        host: name or address.
        port: 0 for a free one.
        widget_sites: file of the sites that may show the widget; None if none may.
        names: in lower case, that it answers to besides addresses and localhost; None for every name.
    """

    host: str = "127.0.0.1"
    port: int = 7860
    widget_sites: Path | None = None
    names: tuple[str, ...] | None = ()


@dataclass(frozen=True, slots=True)
class PageConfig:
    """What the operator allows on the page.

    Attributes:
        history: whether the browser keeps conversations once the tab is closed.
        uploads: whether whoever can open the page may add documents.
    """

    history: bool = True
    uploads: bool = False


def page_config(environment: Mapping[str, str]) -> PageConfig:
    """The values of ASSISTANT_HISTORY and ASSISTANT_UPLOADS, "on" or "off", or the defaults.

    Raises:
        ValueError: a value is neither.
    """
    default = PageConfig()
    return PageConfig(
        history=_switch(environment, "ASSISTANT_HISTORY", default.history),
        uploads=_switch(environment, "ASSISTANT_UPLOADS", default.uploads),
    )


def _switch(environment: Mapping[str, str], name: str, default: bool) -> bool:
    value = (environment.get(name) or ("on" if default else "off")).lower()
    if value not in ("on", "off"):
        raise ValueError(f"{name} is {environment[name]!r}; give on or off.")
    return value == "on"


def server_config(environment: Mapping[str, str]) -> ServerConfig:
    """The values of ASSISTANT_HOST, _PORT, _HOST_NAMES and _WIDGET_SITES, or the defaults.

    Without names, a server of this machine alone answers to none but localhost, any other to all: what it is
    called there is not known here.

    Raises:
        ValueError: the port is not a number from 1 to 65535, or a name is none.
    """
    default = ServerConfig()
    port = environment.get("ASSISTANT_PORT") or str(default.port)
    if not port.isdigit() or not 1 <= int(port) <= 65535:
        raise ValueError(f"ASSISTANT_PORT is {port!r}; give a number from 1 to 65535.")
    sites = environment.get("ASSISTANT_WIDGET_SITES")
    host = environment.get("ASSISTANT_HOST") or default.host
    names = _names(environment.get("ASSISTANT_HOST_NAMES", ""))
    return ServerConfig(
        host=host,
        port=int(port),
        widget_sites=Path(sites) if sites else None,
        names=names if names or is_loopback(host) else None,
    )


def is_loopback(host: str) -> bool:
    """Whether a server that listens there is reached from this machine alone."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _names(text: str) -> tuple[str, ...]:
    names = tuple(name.lower().removesuffix(".") for name in re.split(r"[\s,]+", text) if name)
    for name in names:
        if not _NAME.fullmatch(name):
            raise ValueError(
                f"ASSISTANT_HOST_NAMES: {name!r} is no name; give such as assistant.example.org, parted "
                "by commas, without scheme and port."
            )
    return names
