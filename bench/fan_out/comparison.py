"""The two parts in which the peers take their turns: a saturated room, and senders in lock-step."""

from collections.abc import Callable
from functools import partial

from . import turns
from .bars import Bar
from .bench import Bench, Report
from .load import Load, Window
from .side import Talk
from .turns import OURS, Turn

NODE, FLOOR, TUTORIAL = "Node ws", "C floor", "Channels tutorial"
WARM_UP_SECONDS = 1.0
# The tutorial's channels hold 100 messages and drop what is more: it would lose some, and be void.
PATIENT = 20
SLOW_FACTOR = 2  # a message takes it half a second: a short window would hold too few


def saturated(bench: Bench) -> Report:
    """Deliveries a second on one core, with many messages under way in a large room."""
    options = bench.options

    def ask(name: str, load: Load) -> Window:
        slow = name.startswith(TUTORIAL)
        return load.saturate(
            senders=min(options.senders, options.members),
            flight=min(PATIENT, options.flight) if slow else options.flight,
            warmup=WARM_UP_SECONDS,
            seconds=options.seconds * (SLOW_FACTOR if slow else 1),
        )

    found = _take_turns(bench, "saturated", options.members, ask)
    bars = [
        Bar(f"deliveries/s against {peer}", turns.ratio(found, OURS, peer, "rate"), bound, True)
        for peer, bound in ((NODE, 12.0), (FLOOR, 8.0), (TUTORIAL, 500.0))
    ]
    return Report(found, bars)


def lockstep(bench: Bench) -> Report:
    """Four who wait for their own message before they send the next, in a room of 200."""
    options = bench.options

    def ask(_: str, load: Load) -> Window:
        return load.lockstep(senders=4, warmup=WARM_UP_SECONDS, seconds=options.seconds)

    found = _take_turns(bench, "lockstep", options.small_room, ask)
    cpu = turns.ratio(found, OURS, NODE, "cpu_us")
    rate = turns.ratio(found, OURS, TUTORIAL, "rate")
    bars = [
        Bar(f"server CPU per delivery against {NODE}", cpu, 0.7, False),
        Bar(f"deliveries/s against {TUTORIAL}", rate, 40.0, True),
    ]
    return Report(found, bars)


def _take_turns(
    bench: Bench, part: str, members: int, ask: Callable[[str, Load], Window]
) -> list[Turn]:
    talk = Talk(bench.folder, members, bench.options.size)
    found = []
    for number in range(1, bench.options.rounds + 1):
        for name, side in bench.sides().items():
            turn = turns.run(part, name, number, side, talk, partial(ask, name))
            bench.tell(turn)
            found.append(turn)
    return found
