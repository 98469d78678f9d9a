"""Who is to be in the database, and who was put there: what goes in and out of `people`."""

import msgspec

ENTRY = "import django; django.setup(); from bench.fan_out.people import main; main()"


class Plan(msgspec.Struct, frozen=True):
    """Each room has the people from one number up to another."""

    people: int
    rooms: list[tuple[int, int]]


class Made(msgspec.Struct, frozen=True):
    """The rooms' ids, and each one's session key."""

    rooms: list[int]
    sessions: list[str]
