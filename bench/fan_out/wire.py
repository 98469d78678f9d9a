"""What travels: bytes per delivery, compressed many at a time against single plain frames."""

from collections.abc import Callable

from . import turns
from .bars import Bar
from .bench import SMALL, Bench, Report
from .load import BrokenLoad, Load, Window, loading
from .ours import serving
from .turns import Turn

PLAIN, PLAIN_MANY, DEFLATED = "single, plain", "many, plain", "many, compressed"
RATE = 50
SENDERS = 50
SHARE = 0.4
MANY = 10


def wire_bytes(bench: Bench) -> Report:
    """Bytes per delivered message of varied English and Chinese text, TCP's own aside."""
    options = bench.options

    def busy(load: Load) -> Window:
        flight = options.flight
        return load.saturate(senders=SENDERS, flight=flight, warmup=1, seconds=options.seconds)

    def quiet(load: Load) -> Window:
        return load.pace(senders=SENDERS, rate=RATE, seconds=options.seconds)

    found = []
    for number in range(1, options.rounds + 1):
        for name, ask in ((PLAIN, quiet), (PLAIN_MANY, busy), (DEFLATED, busy)):
            turn = _turn(bench, name, number, ask)
            bench.tell(turn)
            found.append(turn)
    share = turns.ratio(found, DEFLATED, PLAIN, "bytes_per_event")
    return Report(found, [Bar("bytes, compressed against plain", share, SHARE, at_least=False)])


def _turn(bench: Bench, name: str, number: int, ask: Callable[[Load], Window]) -> Turn:
    server = bench.site.server()
    deflate = name == DEFLATED
    try:
        with serving(server), loading(bench.folder) as load:
            clients = bench.site.clients(SMALL, server, deflate=deflate)
            wire = bench.site.wire(SMALL, bench.options.size)
            opened = load.open(clients, wire, [server.pid])
            if deflate and opened.deflating < len(clients):
                return Turn("wire", name, number, "the server does not compress")
            turn = turns.take("wire", name, number, ask(load), servers=1)
    except BrokenLoad as error:
        return Turn("wire", name, number, str(error))
    if deflate and turn.figures["events_per_frame"] < MANY:
        return Turn("wire", name, number, "fewer than ten events a frame", turn.figures)
    return turn
