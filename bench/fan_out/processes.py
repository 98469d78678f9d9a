"""What a second process costs: the members split over two, with Redis between and PostgreSQL below."""

from . import turns
from .bars import Bar
from .bench import Bench, Report
from .load import BrokenLoad, Load, Window, loading
from .ours import Site, serving
from .plan import Plan
from .services import own_postgres, own_redis
from .turns import Turn

ONE, TWO = "one process", "two processes"
RATE = 100
SENDERS = 4
PACED, SATURATED = f"{RATE} messages/s", "saturated"


def processes(bench: Bench) -> Report:
    """CPU of all server processes per delivery; that of Redis beside it."""
    found = []
    with own_postgres() as url, own_redis() as redis:
        plan = Plan(people=bench.options.members, rooms=[(0, bench.options.members)])
        one = Site(bench.folder / "shared", plan, DATABASE_URL=url)
        two = one.with_settings(REDIS_URL=redis.url)
        for number in range(1, bench.options.rounds + 1):
            for turn in _take(bench, one, 1, number, []) + _take(bench, two, 2, number, redis.pids):
                bench.tell(turn)
                found.append(turn)
    bars = [
        Bar(
            f"server CPU per delivery, two against one, {how}",
            turns.ratio(found, f"{TWO}, {how}", f"{ONE}, {how}", "cpu_us"),
            bound,
            at_least=False,
        )
        for how, bound in ((PACED, 1.3), (SATURATED, 1.6))
    ]
    return Report(found, bars)


def _take(bench: Bench, site: Site, count: int, number: int, helpers: list[int]) -> list[Turn]:
    """Both loads on the same connections."""
    name = ONE if count == 1 else TWO
    servers = [site.server() for _ in range(count)]
    try:
        with serving(*servers), loading(bench.folder) as load:
            pids = [server.pid for server in servers]
            wire = site.wire(0, bench.options.size)
            load.open(site.clients(0, *servers), wire, pids + helpers)
            windows = _windows(bench, load)
    except BrokenLoad as error:
        return [Turn("processes", name, number, str(error))]
    return [
        turns.take("processes", f"{name}, {how}", number, window, count)
        for how, window in windows.items()
    ]


def _windows(bench: Bench, load: Load) -> dict[str, Window]:
    options = bench.options
    load.pace(senders=SENDERS, rate=RATE, seconds=1)
    return {
        PACED: load.pace(senders=SENDERS, rate=RATE, seconds=options.seconds),
        SATURATED: load.saturate(
            senders=options.senders, flight=options.flight, warmup=1, seconds=options.seconds
        ),
    }
