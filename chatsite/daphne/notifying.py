"""Tells the service manager how the process stands, where one wants to know (sd_notify(3))."""

import logging
import socket

log = logging.getLogger(__name__)


def say_ready(address: str) -> None:
    """`address` is what NOTIFY_SOCKET names, if anything. That nobody listens there is only logged."""
    if not address:
        return
    if address.startswith("@"):  # in the kernel's abstract namespace
        address = "\0" + address[1:]
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            manager.sendto(b"READY=1", address)
    except OSError as error:
        log.warning("The service manager could not be told that it serves: %s", error)
