"""Prints, in one line, why nothing can listen on the given host and port; nothing where it can."""

import errno
import socket
import sys


def trouble(host: str, port: str) -> str:
    if not port.isdecimal() or not 0 < int(port) < 65536:
        return f"PORT must be a number from 1 to 65535, not {port!r}"
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, int(port), type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        return _in_words(error, host, port)
    return ""


def _in_words(error: OSError, host: str, port: str) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} of {host} is taken. Choose another one: make run PORT={int(port) + 1}"
    if error.errno == errno.EACCES:
        return f"Port {port} may not be used without more rights. Choose one from 1024 on"
    return f"Cannot listen on {host}: {error.strerror or error}"


if __name__ == "__main__":
    print(trouble(*sys.argv[1:]), end="")
