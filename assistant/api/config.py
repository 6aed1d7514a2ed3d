"""How the API is served, as values. Read from the environment once, at the entry point."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from assistant.api.access import key_digests
from assistant.api.rates import checked_rate
from assistant.config import is_loopback

# Source: what a machine of two cores answers in a minute (tools/bench.json: about 0.2 s an answer).
_RATE = "300/minute"


@dataclass(frozen=True, slots=True)
class ApiConfig:
    """Who may call, how often, how much, and how long it may take. The default is for this machine alone.

    Attributes:
        key_digests: SHA-256 of each key; with none, no key is needed.
        closed: refuse every call: the server is reached from elsewhere and has no key.
        rate_per_key: such as "300/minute"; empty for none.
        rate_per_address: the same, of a caller's address.
        timeout_seconds: from a question to its answer, waiting in line included; see `assistant.api.line`.
        body_seconds: for a request's body to arrive.
        body_bytes: size of the largest body. Source: an answer with twelve quotes has 40,000.
        replayed: how many questions are kept in memory to replay their answers; 0 for none.
    """

    key_digests: tuple[str, ...] = field(default=(), repr=False)
    closed: bool = False
    rate_per_key: str = ""
    rate_per_address: str = ""
    timeout_seconds: float = 60.0
    body_seconds: float = 10.0
    body_bytes: int = 500_000
    replayed: int = 0


def api_config(environment: Mapping[str, str], host: str) -> ApiConfig:
    """The values of the ASSISTANT_API_ variables, or the defaults.

    With keys, or on a host that is not of this machine alone, limits apply unless others are set.

    Args:
        environment: the variables.
        host: where the server listens.

    Raises:
        ValueError: a value cannot be used.
    """
    keys = key_digests(environment)
    local = is_loopback(host)
    usual = "" if local and not keys else _RATE
    default = ApiConfig()
    return ApiConfig(
        key_digests=keys,
        closed=not keys and not local,
        rate_per_key=_rate(environment, "ASSISTANT_API_RATE_PER_KEY", usual),
        rate_per_address=_rate(environment, "ASSISTANT_API_RATE_PER_ADDRESS", usual),
        timeout_seconds=_number(environment, "ASSISTANT_API_TIMEOUT_SECONDS", default.timeout_seconds, 1),
        replayed=int(_number(environment, "ASSISTANT_API_REPLAYED", default.replayed, 0)),
    )


def _rate(environment: Mapping[str, str], name: str, default: str) -> str:
    text = environment.get(name) or default
    try:
        return checked_rate(text) if text else ""
    except ValueError as error:
        raise ValueError(f"{name} is {text!r}; give a rate such as 300/minute.") from error


def _number(environment: Mapping[str, str], name: str, default: float, least: int) -> float:
    text = environment.get(name) or str(int(default))
    if not text.isdecimal() or int(text) < least:
        raise ValueError(f"{name} is {text!r}; give a whole number from {least}.")
    return float(text)
