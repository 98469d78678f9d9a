"""What a connection costs that says nothing more than hello: its memory, and the CPU to take it in."""

from dataclasses import asdict
from pathlib import Path

from .bars import Bar
from .bench import EVERYDAY, WARM_UP, Bench, Report
from .frames import compressed
from .load import BrokenLoad, Load, loading
from .ours import HELLO, serving
from .turns import OURS, Turn, middle

SETTLE_SECONDS = 3.0
COMING_SECONDS = (
    300.0  # in which thousands have their welcome, also on a machine that does other work
)
AFTER_SECONDS = 0.5  # what follows a welcome belongs to it
DEFLATING = "ours, compressing clients"
MEMORY_KIB, DEFLATING_KIB, CONNECT_MS = 18.0, 30.0, 1.5


def memory(bench: Bench) -> Report:
    """Resident memory per signed-in connection in five rooms, idle since its welcome; its CPU each second."""
    found = []
    for number in range(1, bench.options.rounds + 1):
        for name in (OURS, DEFLATING):
            turn = _memory_turn(bench, name, number)
            bench.tell(turn)
            found.append(turn)
    bars = [
        Bar(f"memory, {name}", middle(found, name, "kib"), bound, at_least=False, unit="KiB")
        for name, bound in ((OURS, MEMORY_KIB), (DEFLATING, DEFLATING_KIB))
    ]
    return Report(found, bars)


def connect(bench: Bench) -> Report:
    """CPU of the server from the handshake to the welcome, five rooms each."""
    found = []
    for number in range(1, bench.options.rounds + 1):
        turn = _connect_turn(bench, number)
        bench.tell(turn)
        found.append(turn)
    cpu = middle(found, OURS, "cpu_ms")
    return Report(found, [Bar("CPU per connect", cpu, CONNECT_MS, at_least=False, unit="ms")])


def _memory_turn(bench: Bench, name: str, number: int) -> Turn:
    server = bench.site.server()
    deflate = name == DEFLATING
    try:
        with serving(server), loading(bench.folder, COMING_SECONDS) as load:
            clients = bench.site.clients(EVERYDAY, server, deflate=deflate)[
                : WARM_UP + bench.options.idle
            ]
            wire = bench.site.wire(EVERYDAY, bench.options.size)
            window = load.open(clients[:1], wire, [server.pid])
            if deflate and not window.deflating:
                return Turn("memory", name, number, "the server does not compress")
            if deflate:
                wire = bench.site.wire(EVERYDAY, bench.options.size, hello=compressed(HELLO))
            load.open(clients[1:WARM_UP], wire, [server.pid])
            before = _settled(load, server.pid)
            window = load.open(clients[WARM_UP:], wire, [server.pid])
            after = _settled(load, server.pid)
            still = load.rest(bench.options.rest)
    except BrokenLoad as error:
        return Turn("memory", name, number, str(error))
    count = len(clients) - WARM_UP
    figures = {
        "connections": count,
        "kib": round((after - before) / count, 2),
        "total_kib": after,
        "rest_us": round(sum(still.cpu) / still.seconds / len(clients) * 1e6, 2),
    }
    return Turn("memory", name, number, "", figures, asdict(window))


def _settled(load: Load, pid: int) -> int:
    """KiB resident once the garbage has been collected."""
    load.rest(SETTLE_SECONDS)
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))


def _connect_turn(bench: Bench, number: int) -> Turn:
    server = bench.site.server()
    try:
        with serving(server), loading(bench.folder) as load:
            clients = bench.site.clients(EVERYDAY, server)[: WARM_UP + bench.options.connects]
            wire = bench.site.wire(EVERYDAY, bench.options.size)
            load.open(clients[:WARM_UP], wire, [server.pid])
            load.rest(AFTER_SECONDS)
            window = load.open(clients[WARM_UP:], wire, [server.pid])
            after = load.rest(AFTER_SECONDS)
    except BrokenLoad as error:
        return Turn("connect", OURS, number, str(error))
    count = len(clients) - WARM_UP
    figures = {
        "connections": count,
        "cpu_ms": round((sum(window.cpu) + sum(after.cpu)) / count * 1000, 3),
        "rate": round(count / window.seconds, 1),
        **window.shares(servers=1),
    }
    return Turn("connect", OURS, number, "", figures, asdict(window))
