"""`manage.py serve` with a window: `python -m tests.attacks.inside PATH serve …`.

It runs the very command, and a thread beside it that answers on the Unix socket PATH with what only the
process itself can see: tasks, feeds, groups, objects by type. Before it counts it collects garbage and gives
free memory back, so that what is left is what is held. Planted defects (`plants`) are let in here too.
"""

import asyncio
import gc
import json
import os
import socket
import sys
import threading
from collections import Counter
from itertools import chain
from pathlib import Path
from typing import Any

from tests.attacks import memory

MOST_TYPES = 400
CONNECTION = "chatsite.daphne.websocket.ChatProtocol"
COUNTS, OBJECTS = b"c", b"o"


def main() -> None:
    path, *command = sys.argv[1:]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatsite.settings")
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen()
    threading.Thread(target=answer, args=(listener,), name="window", daemon=True).start()
    linger_for(os.environ.get("LINGER_SECONDS"))
    plant(os.environ.get("PLANTS", "").split())

    from django.core.management import execute_from_command_line

    execute_from_command_line(["manage.py", *command])


def linger_for(seconds: str | None) -> None:
    """How long an empty feed stays, where half a minute is too long to wait for."""
    if seconds is not None:
        import django

        django.setup()
        from chat import hub

        hub.LINGER_SECONDS = float(seconds)


def plant(names: list[str]) -> None:
    """Wraps the application before `serve` imports it."""
    if not names:
        return
    import django

    django.setup()
    from chatsite import asgi
    from tests.attacks import plants

    asgi.application = plants.wrap(asgi.application, names)


def answer(listener: socket.socket) -> None:
    while True:
        link, _ = listener.accept()
        with link:
            found = count()
            if link.recv(1) == OBJECTS:
                types = objects_by_type()
                found["connections"] = types[CONNECTION]
                found["objects"] = dict(types.most_common(MOST_TYPES))
            link.sendall(json.dumps(found).encode())


def count() -> dict[str, Any]:
    """The hub's own books, which no command shows, and what the interpreter knows."""
    from chat.hub import hub

    loop = hub._loop
    memory.settle()
    line, user_feeds = getattr(hub, "_line", None), getattr(hub, "user_feeds", None)
    return {
        "tasks": len(asyncio.all_tasks(loop)) if loop else 0,
        "feeds": len(hub._feeds),
        "user_feeds": len(user_feeds.feeds) if user_feeds else 0,
        "groups": len(line._subscribed) if line else 0,
        "sqlite_bytes": (caches := memory.sqlite_bytes()),
        "python_blocks": sys.getallocatedblocks(),
        "heap_bytes": memory.heap_bytes() - caches,
    }


def objects_by_type() -> Counter[str]:
    """In one call into C, in which no other thread has a turn: a tuple that one is just filling cannot grow
    while somebody else holds it. So the list is made, counted and let go within."""
    types = Counter(map(type, chain.from_iterable(map(gc.get_objects, [None]))))
    return Counter(
        {f"{kind.__module__}.{kind.__qualname__}": number for kind, number in types.items()}
    )


def look(path: Path, *, objects: bool = False) -> dict[str, Any]:
    """What a server that was started with this window counts now, its `objects` too if asked."""
    with socket.socket(socket.AF_UNIX) as link:
        link.settimeout(30)
        link.connect(str(path))
        link.sendall(OBJECTS if objects else COUNTS)
        parts = []
        while part := link.recv(65536):
            parts.append(part)
    found: dict[str, Any] = json.loads(b"".join(parts))
    return found


def unrest(counts: dict[str, Any]) -> list[str]:
    """What is still there of those who have left, for some seconds: a base that holds it hides as much."""
    return [name for name in ("connections", "feeds", "user_feeds") if counts[name]]


def grown_most(before: dict[str, Any], after: dict[str, Any], most: int = 8) -> tuple[str, ...]:
    """Of which types there are more objects than before, to name a leak."""
    growth = Counter(after["objects"])
    growth.subtract(before["objects"])
    return tuple(f"{number:+} {kind}" for kind, number in growth.most_common(most) if number > 0)


if __name__ == "__main__":
    main()
