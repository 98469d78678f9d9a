"""What the kernel knows of a server's connections: nobody else sees a peer that does not read."""

from dataclasses import dataclass
from pathlib import Path

ESTABLISHED = 1


@dataclass(frozen=True, slots=True)
class Connection:
    state: int
    unsent: int  # bytes that the kernel holds for the peer


def connections_of(port: int) -> dict[int, Connection]:
    """The server's side of each, by the peer's port."""
    found = {}
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        _, local, remote, state, queues, *_ = line.split()
        if _port(local) == port and _port(remote):
            found[_port(remote)] = Connection(int(state, 16), int(queues.partition(":")[0], 16))
    return found


def _port(address: str) -> int:
    return int(address.partition(":")[2], 16)
