"""How many requests a site and an address may make in a minute."""

import ipaddress
import math
import time

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from assistant.widget.sites import Site

# What a reader does beside asking (starting the widget, opening quotes) is counted apart and may be this much
# more often. Source: an answer has at most six quotes, and the widget starts once a page.
_OTHER_REQUESTS = 10
# Addresses of IPv6 are given out by such networks; one reader has all of them. Source: RFC 6177.
_IPV6_NETWORK = 64


class Rates:
    """Counts requests in this process. Safe to use from threads."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def seconds_to_wait(self, site: Site, address: str, *, asking: bool) -> int:
        """Counts a request; 0 if it may be answered, else the seconds after which it may be sent again.

        Args:
            site: that the request is for.
            address: that it comes from.
            asking: whether it asks a question.
        """
        times = 1 if asking else _OTHER_REQUESTS
        kind = "ask" if asking else "other"
        limits = (
            (RateLimitItemPerMinute(site.questions_per_minute_and_address * times), _reader(address)),
            (RateLimitItemPerMinute(site.questions_per_minute * times), "all"),
        )
        for item, who in limits:
            if not self._limiter.hit(item, site.id, kind, who):
                reset = self._limiter.get_window_stats(item, site.id, kind, who).reset_time
                return max(1, math.ceil(reset - time.time()))
        return 0


def _reader(address: str) -> str:
    """Who is counted as one: an address, or a network of IPv6."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 6:
        return str(ipaddress.ip_network((parsed, _IPV6_NETWORK), strict=False))
    return address
