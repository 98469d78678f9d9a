from dataclasses import dataclass

from pytest_django import Settings

from chat.protocol.limits import MAX_CONNECTIONS
from chat.seats import Seats


@dataclass(eq=False)
class Place:
    user_id: int = 1
    used_at: float = 0.0
    session_key: str = "key"
    mark: int | None = None
    closed: int | None = None

    def dismiss(self, code: int, reason: str) -> None:
        self.closed = code


def fill(seats: Seats) -> list[Place]:
    """As many as there may be, the first of them used last."""
    places = [Place(used_at=100.0 - number) for number in range(MAX_CONNECTIONS)]
    for place in places:
        seats.take(place)
    return places


def test_one_more_has_the_seat_that_was_idle_for_longest() -> None:
    seats = Seats()
    places = fill(seats)
    assert not any(place.closed for place in places)
    seats.take(Place(used_at=200.0))
    assert [place.closed for place in places] == [None] * (MAX_CONNECTIONS - 1) + [4409]
    assert len(seats.of(1)) == MAX_CONNECTIONS


def test_seats_and_people_are_counted() -> None:
    seats = Seats()
    places = [Place(), Place(), Place(user_id=2)]
    for place in places:
        seats.take(place)
    assert (len(seats), seats.people) == (3, 2)
    seats.leave(places[2])
    assert (len(seats), seats.people) == (2, 1)


def test_other_users_keep_theirs() -> None:
    seats = Seats()
    other = Place(user_id=2)
    seats.take(other)
    fill(seats)
    seats.take(Place())
    assert other.closed is None


def test_one_that_leaves_makes_room() -> None:
    seats = Seats()
    places = fill(seats)
    seats.leave(places[0])
    seats.take(Place())
    assert not any(place.closed for place in places)


def test_who_has_left_leaves_nothing_behind() -> None:
    seats = Seats()
    for place in fill(seats):
        seats.leave(place)
        seats.leave(place)
    assert not seats.all()
    assert not seats._of


def test_there_may_be_fewer(settings: Settings) -> None:
    settings.MAX_CONNECTIONS_PER_USER = 1
    seats, first = Seats(), Place()
    seats.take(first)
    seats.take(Place())
    assert first.closed == 4409


def test_there_is_no_bound_where_limits_are_lifted(settings: Settings) -> None:
    settings.RATE_LIMITS = False
    seats = Seats()
    places = fill(seats)
    seats.take(Place())
    assert not any(place.closed for place in places)
