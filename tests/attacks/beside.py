"""An attack in a process of its own, so that it costs the process that measures nothing.

`python -m tests.attacks.beside NAME JSON` says "ready" once it is under way and goes on until its input ends;
then it says what came of it, as JSON. It is nice: on a core it shares with the measuring, that goes first.
"""

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from tests.attacks.flood import Flood
from tests.attacks.frozen import keep_frozen
from tests.attacks.trickle import trickle
from tests.faults.client import Person

READY_SECONDS = 60.0
NICENESS = 10

Given = dict[str, Any]
Attack = Callable[[Given, asyncio.Event, Given], Awaitable[None]]


async def _frozen(given: Given, ready: asyncio.Event, result: Given) -> None:
    await keep_frozen(given["site"], [Person(*one) for one in given["people"]], ready)


async def _flood(given: Given, ready: asyncio.Event, result: Given) -> None:
    flood = Flood(Person(*given["people"][0]))
    try:
        await flood.run(given["site"], ready)
    finally:
        result |= {
            "sent": flood.sent,
            "refused": flood.refused,
            "connections": flood.connections,
            "codes": sorted(set(flood.codes)),
            "limited_after_seconds": flood.limited_after,
        }


async def _trickle(given: Given, ready: asyncio.Event, result: Given) -> None:
    await trickle(given["site"], given["count"], ready)


ATTACKS: dict[str, Attack] = {"frozen": _frozen, "flood": _flood, "trickle": _trickle}


@asynccontextmanager
async def beside(name: str, result: Given, **given: Any) -> AsyncIterator[None]:
    """Under way inside of the block; `result` is filled at its end."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.attacks.beside", name, json.dumps(given)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(READY_SECONDS):
            assert await process.stdout.readline() == b"ready\n", f"{name} did not get under way"
        yield
        told, _ = await process.communicate(b"")
        result |= json.loads(told)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def _main(name: str, given: Given) -> None:
    ready, result = asyncio.Event(), Given()
    attack = asyncio.ensure_future(ATTACKS[name](given, ready, result))
    begun = asyncio.ensure_future(ready.wait())
    await asyncio.wait([attack, begun], return_when=asyncio.FIRST_COMPLETED)
    sys.stdout.write("ready\n" if ready.is_set() else "failed\n")
    sys.stdout.flush()
    input_ends = asyncio.ensure_future(asyncio.to_thread(sys.stdin.buffer.read))
    await asyncio.wait([attack, input_ends], return_when=asyncio.FIRST_COMPLETED)
    attack.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await attack
    sys.stdout.write(json.dumps(result))


if __name__ == "__main__":
    os.nice(NICENESS)
    asyncio.run(_main(sys.argv[1], json.loads(sys.argv[2])))
