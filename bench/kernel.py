"""What the kernel keeps for a connection that is open and idle, beside what the process keeps.

    .venv/bin/python -m bench.kernel

Pairs of sockets on this machine; what the kernel's own memory (Slab in /proc/meminfo) grew by, divided by all
ends. A visitor's connection has one end here, one that goes through a proxy on this machine has three.
"""

import gc
import resource
import socket
from collections.abc import Callable
from pathlib import Path

from .fan_out.cores import allow_many_files

PAIRS = 8_000

Pair = tuple[socket.socket, socket.socket]


def main() -> None:
    allow_many_files()
    pairs = min(PAIRS, resource.getrlimit(resource.RLIMIT_NOFILE)[0] // 2 - 50)
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listener:
        print(f"TCP: {_bytes_of_each(lambda: _tcp(listener), pairs):,} bytes of each end")
    print(f"Unix: {_bytes_of_each(socket.socketpair, pairs):,} bytes of each end")


def _tcp(listener: socket.socket) -> Pair:
    link = socket.create_connection(listener.getsockname())
    return link, listener.accept()[0]


def _bytes_of_each(make: Callable[[], Pair], pairs: int) -> int:
    gc.collect()
    before = _slab()
    held = [make() for _ in range(pairs)]
    for one, other in held:  # each has said something, as after a handshake
        one.sendall(b"x" * 200)
        other.recv(200)
    grown = _slab() - before
    for pair in held:
        for end in pair:
            end.close()
    return grown // (pairs * 2)


def _slab() -> int:
    lines = Path("/proc/meminfo").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("Slab:"))


if __name__ == "__main__":
    main()
