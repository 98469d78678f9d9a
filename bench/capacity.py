"""How many processes, and what of Redis and PostgreSQL, so many sockets take: arithmetic on measured costs.

    .venv/bin/python -m bench.capacity
    .venv/bin/python -m bench.capacity --sockets 5000 --a-minute 2 --in-room 30 --per-process 2500

Nothing is measured here. The costs are those in bench/results/, found on one machine; docs/scaling.md says
what each is and what the arithmetic leaves out. Measure yours (`make bench`, `python -m bench.layer`,
`python -m bench.standing`) and calculate again.
"""

import argparse
import json
import math
import statistics
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).resolve().parent / "results"
SIZES = [1_000, 10_000, 100_000, 1_000_000]
ROUND_SECONDS, PART = (
    2.5,
    500,
)  # chat/watch.py: all seats are looked at once a round, so many a statement
WHOLE_SECONDS = 20.0  # chat/presence.py: how often a process tells of all its people
MIB = 1024**2


@dataclass(frozen=True, slots=True)
class Costs:
    """Measured. Microseconds of one core, bytes; what grows with a number is a slope, the rest a base."""

    send: float  # a message, in the process that stores it
    deliver: float  # of each member who is told it alone
    take_in: float  # a message, in each other process that has members of the room
    connect: float
    rest: float  # a connection, each second
    socket: float  # bytes
    process: float  # bytes
    known: float  # bytes of somebody who is connected elsewhere
    gossip: float  # of taking in one person of another process
    gossip_bytes: float
    publish: float  # in Redis
    publish_each: float  # in Redis, for each process that is told
    publish_bytes: float
    group_bytes: float  # in Redis
    seats: float  # in PostgreSQL, a statement of the watch
    poll: float  # in PostgreSQL, a look of one process
    poll_each: float  # for each person connected to it
    store: float  # in PostgreSQL, a message
    store_wal: float
    store_disk: float
    read: float  # in PostgreSQL, a pointer that moves
    read_wal: float


@dataclass(frozen=True, slots=True)
class Load:
    """`sockets` people. Each says `a_minute` messages, in rooms in which `in_room` are connected; a share of
    these, `reading`, look at it then."""

    sockets: int
    a_minute: float
    in_room: int
    reading: float
    per_process: int


def calculate(load: Load, costs: Costs) -> dict[str, float]:
    """By name what the table shows; cores are of the machine that was measured."""
    processes = math.ceil(load.sockets / load.per_process)
    own = load.sockets / processes
    messages = load.sockets * load.a_minute / 60
    told = processes * (1 - (1 - 1 / processes) ** load.in_room)
    pointers = messages * load.in_room * load.reading
    talk = messages / processes * costs.send
    talk += messages * load.in_room / processes * costs.deliver
    talk += messages * max(0.0, told - 1) / processes * costs.take_in
    others = load.sockets - own
    still = own * costs.rest + others / WHOLE_SECONDS * costs.gossip
    shares = processes > 1
    return {
        "processes": processes,
        "messages a second": messages,
        "processes told of each": told,
        "cores of each process": (talk + still) / 1e6,
        "memory of each process, MiB": (costs.process + own * costs.socket + others * costs.known)
        / MIB,
        "memory of all, GiB": processes
        * (costs.process + own * costs.socket + others * costs.known)
        / (1024 * MIB),
        "all back after a restart of all, s": own * costs.connect / 1e6,
        "Redis: cores": shares * messages * (costs.publish + told * costs.publish_each) / 1e6,
        "Redis: MB/s sent": shares
        * (
            messages * told * costs.publish_bytes
            + load.sockets * processes * costs.gossip_bytes / WHOLE_SECONDS
        )
        / 1e6,
        "Redis: memory of groups, MiB": shares * load.sockets * costs.group_bytes / MIB,
        "PostgreSQL: cores, the watch": load.sockets / PART / ROUND_SECONDS * costs.seats / 1e6,
        "PostgreSQL: cores, the polls": processes * (costs.poll + own * costs.poll_each) / 1e6,
        "PostgreSQL: cores, messages": messages * costs.store / 1e6,
        "PostgreSQL: cores, read pointers": pointers * costs.read / 1e6,
        "PostgreSQL: MB/s of log": (messages * costs.store_wal + pointers * costs.read_wal) / 1e6,
        "PostgreSQL: GB a day of eight hours": messages * costs.store_disk * 8 * 3600 / 1e9,
    }


def measured() -> Costs:
    """From the results that are in the repository."""
    fan_out, layer, standing = _result("fan-out"), _result("layer"), _result("standing")
    many = _result("ten-thousand")
    send, deliver = _line(
        (200, _message(fan_out, "latency", "ours")),
        (1_000, _message(fan_out, "processes", "one process, 100 messages/s")),
    )
    two = _message(fan_out, "processes", "two processes, 100 messages/s")
    told = [(row["processes"], row["redis_us"]) for row in layer["publishes"]]
    publish, publish_each = _line(told[0], told[-1])
    looks = [(row["people"], row["postgresql_ms"] * 1000) for row in standing["poll"]]
    poll, poll_each = _line(*looks)
    stored = standing["messages"][1]
    read = standing["read"][1]
    kib = _middle(many, "memory", "ours", "kib")
    count = _middle(many, "memory", "ours", "connections")
    return Costs(
        send=send,
        deliver=deliver,
        take_in=max(0.0, two - send - 1_000 * deliver),
        connect=_middle(fan_out, "connect", "ours", "cpu_ms") * 1000,
        rest=max(_middle(many, "memory", "ours", "rest_us"), _asked_of_postgresql(standing)),
        socket=kib * 1024,
        process=(_middle(many, "memory", "ours", "total_kib") - kib * count) * 1024,
        known=layer["presence"]["known_bytes"],
        gossip=layer["presence"]["take_in_us"],
        gossip_bytes=layer["presence"]["bytes"],
        publish=publish,
        publish_each=publish_each,
        publish_bytes=layer["publishes"][-1]["redis_bytes_out"] / told[-1][0],
        group_bytes=layer["groups"]["redis_bytes"],
        seats=standing["watch"][0]["postgresql_ms"] * 1000,
        poll=poll,
        poll_each=poll_each,
        store=stored["postgresql_us"],
        store_wal=stored["wal_bytes"],
        store_disk=stored["disk_bytes"],
        read=read["postgresql_ms"] * 1000 / read["readers"],
        read_wal=read["wal_bytes_of_each"],
    )


def main() -> None:
    options = _parse_options()
    costs = measured()
    for name in Costs.__slots__:
        print(f"{name:>16} {getattr(costs, name):12,.3f}")
    loads = [
        Load(size, options.a_minute, options.in_room, options.reading, options.per_process)
        for size in options.sockets
    ]
    found = [calculate(load, costs) for load in loads]
    print("\n| | " + " | ".join(f"{load.sockets:,}" for load in loads) + " |")
    print("| --- |" + " ---: |" * len(loads))
    for name in found[0]:
        print(f"| {name} | " + " | ".join(_short(one[name]) for one in found) + " |")


def _parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench.capacity",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--sockets", nargs="+", type=int, default=SIZES, help="people connected at a time")
    add("--a-minute", type=float, default=0.1, help="messages of each person (0.1)")
    add("--in-room", type=int, default=50, help="who are connected in a message's room (50)")
    add("--reading", type=float, default=0.2, help="share of them who look at it then (0.2)")
    add("--per-process", type=int, default=10_000, help="sockets of a process (10000)")
    return parser.parse_args()


def _asked_of_postgresql(standing: dict[str, Any]) -> float:
    """What a connection costs its process each second that has watch and poll ask PostgreSQL."""
    watch, poll = standing["watch"][0], standing["poll"][-1]
    each_look: float = watch["process_ms"] / watch["seats"] / ROUND_SECONDS
    each_second: float = poll["process_ms"] / poll["people"]
    return (each_look + each_second) * 1000


def _result(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((RESULTS / f"{name}.json").read_text())
    return found


def _turns(report: dict[str, Any], part: str, side: str) -> list[dict[str, Any]]:
    turns: Iterable[dict[str, Any]] = report["parts"][part]["turns"]
    return [turn for turn in turns if turn["side"] == side and not turn["void"]]


def _middle(report: dict[str, Any], part: str, side: str, figure: str) -> float:
    values: list[float] = [turn["figures"][figure] for turn in _turns(report, part, side)]
    return statistics.median(values)


def _message(report: dict[str, Any], part: str, side: str) -> float:
    """CPU of all server processes for one message, microseconds."""
    servers = 2 if side.startswith("two") else 1
    windows = [turn["window"] for turn in _turns(report, part, side)]
    values: list[float] = [sum(one["cpu"][:servers]) / one["sent"] * 1e6 for one in windows]
    return statistics.median(values)


def _line(*points: tuple[float, float]) -> tuple[float, float]:
    """Through two points: what it begins with, and what one more costs."""
    (x, y), (far_x, far_y) = points
    slope = (far_y - y) / (far_x - x)
    return y - x * slope, slope


def _short(value: float) -> str:
    if value < 0.001:
        return "< 0.001" if value else "–"
    if isinstance(value, int):
        return f"{value:,}"
    digits = max(0, 1 - math.floor(math.log10(value)))  # two that matter
    return f"{value:,.{min(3, digits)}f}"


if __name__ == "__main__":
    main()
