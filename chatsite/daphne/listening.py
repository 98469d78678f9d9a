"""Where the server is reached: at a port, at a Unix socket, or at a socket that is open already.

A socket that somebody else opened (systemd, or the parent of two processes of which one takes over from the
other) outlives this process: while nobody accepts, the kernel keeps those who knock, and nobody is refused.
"""

import socket
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from twisted.internet import reactor, unix

from .accepting import BACKLOG, pace

UNIX_MODE = 0o660


class CannotListen(Exception):
    """Says in one line why not."""


def inherit(fd: int) -> socket.socket:
    """The listening socket that descriptor is."""
    try:
        sock = socket.socket(fileno=fd)
        is_listening = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
    except (OSError, ValueError, OverflowError) as error:  # a number that no descriptor has, too
        reason = getattr(error, "strerror", None) or error
        raise CannotListen(f"Cannot listen on descriptor {fd}: {reason}") from None
    if not is_listening or sock.type != socket.SOCK_STREAM:
        raise CannotListen(f"Cannot listen on descriptor {fd}: it is not a listening socket")
    return sock


def open_port(host: str, port: int) -> socket.socket:
    host = host.strip("[]")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    both = host == "::" and socket.has_dualstack_ipv6()
    try:
        return socket.create_server(
            (host, port), family=family, backlog=BACKLOG, dualstack_ipv6=both
        )
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or error
        raise CannotListen(f"Cannot listen on {host}:{port}: {reason}") from None


@contextmanager
def open_unix(path: Path) -> Iterator[socket.socket]:
    """A Unix socket for owner and group; its file goes when the block ends."""
    sock = socket.socket(socket.AF_UNIX)
    try:
        _remove_stale(path)
        sock.bind(str(path))
        path.chmod(UNIX_MODE)  # nobody can connect before it listens
        sock.listen(BACKLOG)
    except OSError as error:
        sock.close()
        raise CannotListen(f"Cannot listen on {path}: {error.strerror or error}") from None
    ours = path.stat().st_ino
    try:
        yield sock
    finally:
        sock.close()
        if path.exists() and path.stat().st_ino == ours:
            path.unlink()


def _remove_stale(path: Path) -> None:
    """Removes the file of a process that was killed, and only that."""
    if not path.exists():
        return
    if not stat.S_ISSOCK(path.stat().st_mode):
        raise OSError(None, "a file is there that is no socket")
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(path))
        except ConnectionRefusedError:
            path.unlink()
        else:
            raise OSError(None, "another process listens there")


def adopt(sock: socket.socket, factory: Any) -> Any:
    """Has the reactor accept there. The reactor has a descriptor of its own; ours is closed."""
    sock.setblocking(False)
    if sock.family == socket.AF_UNIX:
        port = UnixPort._fromListeningDescriptor(reactor, sock.fileno(), factory)
        port.startListening()
    else:
        port = reactor.adoptStreamPort(sock.fileno(), sock.family, factory)
    pace(port)
    sock.close()
    return port


class UnixPort(unix.Port):
    """The file is that of whoever opened the socket: Twisted would change its mode, and remove it at last."""

    def startListening(self) -> None:
        self._bindPath = "\0"  # as one that has no file
        self.backlog = BACKLOG
        super().startListening()
