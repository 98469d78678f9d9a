"""Whose connection it is: the peer, or whom the proxy names in its one trusted header.

X-Forwarded-For is never read: its first entry is whatever the visitor claims. The trusted header
(CLIENT_IP_HEADER) is one that the proxy overwrites, so it comes once and holds one address.
"""

import ipaddress
import re
from collections.abc import Sequence
from typing import Any

_WITH_PORT = re.compile(r"\[(?P<v6>[^\]]+)\](:\d{1,5})?|(?P<v4>[\d.]+):\d{1,5}")
IPV6_CUSTOMER_BITS = 64  # less than that nobody is given, so all of it counts as one visitor


def peer_address(peer: Any) -> str | None:
    """The other end's IP address; None for a Unix socket."""
    return parse(str(peer.host)) if hasattr(peer, "host") else None


def named_by_proxy(values: Sequence[bytes]) -> str | None:
    """The address in the trusted header; None where it came twice or names no address."""
    return parse(values[0].decode("latin1").strip()) if len(values) == 1 else None


def parse(text: str) -> str | None:
    """An IP address in its usual form, without the port that some proxies add; None for what is none."""
    if match := _WITH_PORT.fullmatch(text):
        text = match["v6"] or match["v4"]
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address):
        if address.scope_id:
            return None
        return str(address.ipv4_mapped or address)
    return str(address)


def counts_for(address: str | None) -> str | None:
    """What a connection from there is counted under, against the limits per address.

    None for this machine itself: there sits the proxy, and behind it is everybody.
    """
    if address is None or (parsed := ipaddress.ip_address(address)).is_loopback:
        return None
    if parsed.version == 4:
        return address
    return str(ipaddress.ip_network((address, IPV6_CUSTOMER_BITS), strict=False))
