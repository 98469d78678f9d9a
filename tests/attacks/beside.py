"""An attack in a process of its own, so that it costs the process that measures nothing.

`python -m tests.attacks.beside NAME JSON` says "ready" once it is under way and goes on until its input ends;
then it says what came of it, as JSON. It is nice: on a core it shares with the measuring, that goes first.
"""

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from tests.attacks.flood import Flood
from tests.attacks.frozen import keep_frozen
from tests.attacks.returning import Crowd
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


async def _return(given: Given, ready: asyncio.Event, result: Given) -> None:
    """Says "back" when all that were lost are back."""
    people = [Person(*one) for one in given["people"]]
    crowd = Crowd(given["site"], people, missed=given["missed"], seed=given["seed"])
    running = asyncio.create_task(crowd.run())
    try:
        await crowd.all_are_live.wait()
        if given["fill"]:
            await crowd.fill_rooms()
        asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, crowd.tear)
        ready.set()
        await crowd.all_are_lost()
        await crowd.all_are_live.wait()
        say("back")
        await running
    finally:
        result["clients"] = crowd.results()
        running.cancel()


ATTACKS: dict[str, Attack] = {
    "frozen": _frozen,
    "flood": _flood,
    "trickle": _trickle,
    "return": _return,
}


class Beside:
    """The process beside; owner: the block that started it."""

    def __init__(self, process: asyncio.subprocess.Process, output: asyncio.StreamReader) -> None:
        self._process = process
        self._output = output

    def tear(self) -> None:
        """What it holds open; only "return" knows how."""
        self._process.send_signal(signal.SIGUSR1)

    async def hear(self, line: str, *, within: float) -> None:
        """Waits until it says that. Raises TimeoutError."""
        async with asyncio.timeout(within):
            told = (await self._output.readline()).decode().strip()
        assert told == line, f"it said {told!r}, not {line!r}"


@asynccontextmanager
async def beside(name: str, result: Given, **given: Any) -> AsyncIterator[Beside]:
    """Under way inside of the block; `result` is filled at its end."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.attacks.beside", name, json.dumps(given)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        attack = Beside(process, process.stdout)
        await attack.hear("ready", within=READY_SECONDS)
        yield attack
        told, _ = await process.communicate(b"")
        result |= json.loads(told.splitlines()[-1])
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def _main(name: str, given: Given) -> None:
    ready, result = asyncio.Event(), Given()
    attack = asyncio.ensure_future(ATTACKS[name](given, ready, result))
    begun = asyncio.ensure_future(ready.wait())
    await asyncio.wait([attack, begun], return_when=asyncio.FIRST_COMPLETED)
    say("ready" if ready.is_set() else "failed")
    input_ends = asyncio.ensure_future(asyncio.to_thread(sys.stdin.buffer.read))
    await asyncio.wait([attack, input_ends], return_when=asyncio.FIRST_COMPLETED)
    attack.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await attack
    say(json.dumps(result))


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    os.nice(NICENESS)
    asyncio.run(_main(sys.argv[1], json.loads(sys.argv[2])))
