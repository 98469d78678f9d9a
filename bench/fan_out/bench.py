"""What every part is given: the options, the site with its people, the peers, and where to report."""

import argparse
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Self

from . import peers
from .bars import Bar
from .ours import Site
from .plan import Plan
from .services import own_postgres
from .side import Running, Side, Talk
from .turns import OURS, Turn

LARGE, SMALL, EVERYDAY = (
    0,
    1,
    2,
)  # rooms of the plan; of the last kind there are five, for the same people
EVERYDAY_ROOMS = 5
WARM_UP = 100  # connections; the first ones also pay for what is made once


@dataclass(frozen=True, slots=True)
class Report:
    turns: list[Turn]
    bars: list[Bar]


class Bench:
    def __init__(self, options: argparse.Namespace, folder: Path) -> None:
        self.options = options
        self.folder = folder
        self._services = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._services.close()

    @cached_property
    def site(self) -> Site:
        """Made when the first part needs it."""
        large, small = self.options.members, self.options.small_room
        everyday = large + small
        people = everyday + max(self.options.idle, self.options.connects) + WARM_UP
        rooms = [(0, large), (large, everyday), *([(everyday, people)] * EVERYDAY_ROOMS)]
        plan = Plan(people=people, rooms=rooms)
        return Site(self.folder / "site", plan, **self._database())

    def sides(self) -> dict[str, Side]:
        """Who takes turns, in this order, ours in the middle of the quick ones."""
        found = peers.available() | {OURS: self._serve}
        wanted = self.options.sides or list(found)
        return {name: side for name, side in found.items() if name in wanted}

    def tell(self, turn: Turn) -> None:
        figures = ", ".join(f"{name} {value:,}" for name, value in turn.figures.items())
        print(f"  {turn.side:26} {turn.void or figures}", flush=True)

    def _database(self) -> dict[str, str]:
        if self.options.database == "sqlite":
            return {}
        return {"DATABASE_URL": self._services.enter_context(own_postgres())}

    def _serve(self, talk: Talk) -> AbstractContextManager[Running]:
        room = LARGE if talk.members == self.options.members else SMALL
        return self.site.serve(room, talk.size)
