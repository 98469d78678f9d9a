"""From where what is done now was asked for: the audit log notes it, deep below whoever knows the request."""

import ipaddress
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_address: ContextVar[str | None] = ContextVar("address", default=None)


def address() -> str | None:
    """None for what is done on the machine itself: a management command has no address."""
    return _address.get()


@contextmanager
def coming_from(address: str) -> Iterator[None]:
    """Around what one thread does for a request or a command of the wire."""
    token = _address.set(valid_address(address))
    try:
        yield
    finally:
        _address.reset(token)


def valid_address(text: str) -> str | None:
    """None for what is no address, as behind a Unix socket."""
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return None
