"""How often one caller may ask, counted in memory by the library `limits`."""

import ipaddress
import math
import time

import limits
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

# Callers of one /64 network of IPv6 count as one: it is what a single household is given. Source: RFC 6177.
_IPV6_PREFIX = 64


def checked_rate(text: str) -> str:
    """A rate such as "300/minute", as it was written.

    Raises:
        ValueError: it is none.
    """
    limits.parse(text)
    return text


class RateLimit:
    """Counts requests of callers against one rate.

    Args:
        rate: the most that one caller may send, such as "300/minute"; empty for no limit.
        kind: of the callers that are counted, such as "key".
    """

    def __init__(self, rate: str, kind: str) -> None:
        self._item = limits.parse(rate) if rate else None
        self._kind = kind
        self._windows = MovingWindowRateLimiter(MemoryStorage()) if rate else None

    def wait_seconds(self, caller: str) -> int:
        """Counts a request: 0 if it is within the limit, else the seconds until the next one will be."""
        if self._item is None or self._windows is None or self._windows.hit(self._item, self._kind, caller):
            return 0
        reset = self._windows.get_window_stats(self._item, self._kind, caller).reset_time
        return max(1, math.ceil(reset - time.time()))


def network(address: str) -> str:
    """What an address is counted as: itself, or its /64 network if it is IPv6."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4:
        return address
    return str(ipaddress.ip_network((parsed, _IPV6_PREFIX), strict=False))
