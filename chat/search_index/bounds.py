from typing import NamedTuple


class Bounds(NamedTuple):
    """What a lookup costs at most, by database. `first_span` ids are looked through when nothing is known of
    how many will be found, later up to `last_span`; spans begin and end at multiples of the first."""

    first_span: int
    last_span: int
    rooms: int
