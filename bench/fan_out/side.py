"""A server under measurement, whoever wrote it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from .load import Client, Wire


@dataclass(frozen=True, slots=True)
class Talk:
    """What is asked of every side: so many in one room, messages of so many characters."""

    folder: Path
    members: int
    size: int


@dataclass(frozen=True, slots=True)
class Running:
    """`pids` name the server's own processes first; what helps it (Redis) is in `helpers`."""

    clients: list[Client]
    wire: Wire
    pids: list[int]
    helpers: list[int]


Side = Callable[[Talk], AbstractContextManager[Running]]
