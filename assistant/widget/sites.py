"""The sites that the widget is served to: a public id bound to exact origins, from the operator's file.

The file is TOML:

    served_at = "https://assistant.example.org"   # this server's own origin; only the iframe form needs it

    [sites.clinic]                                # the id that the page names in data-site
    origins = ["https://www.clinic.example"]      # exact: scheme, host and port, nothing else
    questions_per_minute = 60                     # of all readers of the site together
    questions_per_minute_and_address = 10         # of one address
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,62}[a-z0-9]")
_DEFAULT_PORTS = {"http": 80, "https": 443}
_COUNTS = ("questions_per_minute", "questions_per_minute_and_address")


@dataclass(frozen=True, slots=True)
class Site:
    """A site that may show the widget.

    Attributes:
        id: public; stands in the site's pages.
        origins: the origins of its pages, as browsers write them.
        questions_per_minute: of all its readers together. Source: one core answers about 300 a minute
            (`make bench`), so that five busy sites can be served; set it to what your machine bears.
        questions_per_minute_and_address: of one address. Source: more than a person types; a ward behind one
            address may need more.
    """

    id: str
    origins: tuple[str, ...]
    questions_per_minute: int = 60
    questions_per_minute_and_address: int = 10


@dataclass(frozen=True, slots=True)
class Sites:
    """Every site, and this server's own origin.

    Attributes:
        by_id: the sites.
        served_at: the origin that this server is reached at; empty if the iframe form is not served.
    """

    by_id: Mapping[str, Site]
    served_at: str = ""

    def may_ask(self, site_id: str, origin: str) -> bool:
        """Whether a page of this origin may use the site's widget; its own frame page may."""
        site = self.by_id.get(site_id)
        return site is not None and bool(origin) and origin in (*site.origins, self.served_at)


def read_sites(path: Path) -> Sites:
    """The sites of a file.

    Raises:
        ValueError: the file cannot be read, or does not say what it should; the message names the line to
            change.
    """
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise ValueError(f"ASSISTANT_WIDGET_SITES: {path} cannot be read: {reason}.") from error
    try:
        return _sites(content)
    except ValueError as error:
        raise ValueError(f"ASSISTANT_WIDGET_SITES: {path}: {error}") from error


def _sites(content: Mapping[str, Any]) -> Sites:
    _only_known(content, ("served_at", "sites"), "the file")
    served_at = content.get("served_at", "")
    if served_at != "":
        _check_origin(served_at, "served_at")
    tables = content.get("sites", {})
    if not isinstance(tables, dict) or not tables:
        raise ValueError("it lists no site. Add a table such as [sites.clinic] with its origins.")
    return Sites({name: _site(name, table) for name, table in tables.items()}, served_at)


def _site(name: str, table: object) -> Site:
    where = f"sites.{name}"
    if not _ID.fullmatch(name):
        raise ValueError(f"{where}: an id has 2 to 64 small letters, digits and hyphens.")
    if not isinstance(table, dict):
        raise ValueError(f"{where} is no table. Write [{where}] and the origins below it.")
    _only_known(table, ("origins", *_COUNTS), where)
    origins = table.get("origins")
    if not isinstance(origins, list) or not origins:
        raise ValueError(f'{where}: origins is a list such as ["https://www.clinic.example"].')
    for origin in origins:
        _check_origin(origin, f"{where}: origins")
    counts = {key: table[key] for key in _COUNTS if key in table}
    for key, count in counts.items():
        if not isinstance(count, int) or isinstance(count, bool) or count < 1:
            raise ValueError(f"{where}: {key} is {count!r}; give a whole number from 1.")
    return Site(name, tuple(origins), **counts)


def _check_origin(origin: object, where: str) -> None:
    """Refuses what no browser would ever write as an origin."""
    if not isinstance(origin, str) or not origin or origin != _as_browsers_write(origin):
        raise ValueError(
            f"{where}: {origin!r} is no exact origin. Write scheme, host and, if it is not the usual one, "
            "port, in small letters and without a path or a wildcard, such as https://www.clinic.example"
        )


def _as_browsers_write(text: str) -> str:
    """The origin of an address as a browser sends it; empty if it has none that can be allowed."""
    try:
        address = urlsplit(text)
        port = address.port
    except ValueError:
        return ""
    host = address.hostname or ""
    if address.scheme not in _DEFAULT_PORTS or not re.fullmatch(r"[a-z0-9.-]+|[0-9a-f:]+", host):
        return ""
    written = f"[{host}]" if ":" in host else host
    shown_port = "" if port in (None, _DEFAULT_PORTS[address.scheme]) else f":{port}"
    return f"{address.scheme}://{written}{shown_port}"


def _only_known(table: Mapping[str, Any], known: tuple[str, ...], where: str) -> None:
    unknown = sorted(set(table) - set(known))
    if unknown:
        raise ValueError(f"{where}: {unknown[0]!r} is not known; it can hold {', '.join(known)}.")
