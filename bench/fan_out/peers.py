"""The servers ours is compared with. None is asked to know its people or to store a message."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from tests.server import free_port

from .cores import SERVER_CORE, on_core
from .load import Client, Wire
from .programs import HERE, compile_c, find_ws
from .services import own_redis
from .side import Running, Side, Talk
from .texts import messages

ROOT = HERE.parent.parent
START_SECONDS = 15.0
POLL_SECONDS = 0.02


@contextmanager
def floor(talk: Talk) -> Iterator[Running]:
    port = free_port()
    with _serve([str(compile_c("floor")), str(port)], port) as pid:
        yield _running(talk, port, [pid], [], gap="")


@contextmanager
def node(talk: Talk) -> Iterator[Running]:
    with _node(talk, "plain") as running:
        yield running


@contextmanager
def node_batch(talk: Talk) -> Iterator[Running]:
    with _node(talk, "batch") as running:
        yield running


@contextmanager
def tutorial(talk: Talk) -> Iterator[Running]:
    with _tutorial(talk, redis_url="", helpers=[]) as running:
        yield running


@contextmanager
def tutorial_redis(talk: Talk) -> Iterator[Running]:
    with (
        own_redis() as redis,
        _tutorial(talk, redis_url=redis.url, helpers=redis.pids) as running,
    ):
        yield running


def available() -> dict[str, Side]:
    """The peers that this machine can run, by name."""
    peers: dict[str, Side] = {"C floor": floor}
    if find_ws():
        peers |= {"Node ws": node, "Node ws, batching": node_batch}
    return peers | {"Channels tutorial": tutorial, "Channels tutorial, Redis": tutorial_redis}


@contextmanager
def _node(talk: Talk, mode: str) -> Iterator[Running]:
    port = free_port()
    command = ["node", str(HERE / "node_peer.js"), str(port), mode]
    with _serve(command, port, NODE_PATH=str(find_ws()), NODE_ENV="production") as pid:
        yield _running(talk, port, [pid], [], gap="")


@contextmanager
def _tutorial(talk: Talk, *, redis_url: str, helpers: Sequence[int]) -> Iterator[Running]:
    port = free_port()
    command = [sys.executable, "-m", "daphne", "-v", "0", "-b", "127.0.0.1", "-p", str(port)]
    command.append("bench.fan_out.tutorial:application")
    with _serve(command, port, REDIS_URL=redis_url) as pid:
        yield _running(talk, port, [pid], helpers, gap=" ")


@contextmanager
def _serve(command: Sequence[str], port: int, **env: str) -> Iterator[int]:
    """Runs a server on its core until left; its process id."""
    with on_core(SERVER_CORE):
        process = subprocess.Popen(
            command, cwd=ROOT, env=os.environ | env, stdin=subprocess.DEVNULL
        )
    try:
        _wait_for(process, port)
        yield process.pid
    finally:
        process.kill()
        process.wait()


def _wait_for(process: "subprocess.Popen[bytes]", port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise
            time.sleep(POLL_SECONDS)
        else:
            return


def _running(
    talk: Talk, port: int, pids: list[int], helpers: Sequence[int], *, gap: str
) -> Running:
    """`gap` is what the server's JSON has after a colon."""
    said = [
        json.dumps({"message": text}, ensure_ascii=False, separators=(",", ":"))
        for text in messages(talk.size)
    ]
    wire = Wire(said, marker=f'"message":{gap}"')
    return Running([Client(port)] * talk.members, wire, pids, list(helpers))
