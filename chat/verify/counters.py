"""A room's counters against its rows."""

from collections.abc import Iterator

from .finding import Finding
from .room_state import RoomState


def check(room: RoomState) -> Iterator[Finding]:
    yield from _check_numbers(room)
    if room.member_count != room.members:
        detail = f"member_count is {room.member_count}, but {room.members} are members"
        yield Finding("member_count", detail, room.id, repairable=True)
    if _knows_last_message(room) and room.last_message_at != room.newest_at:
        detail = f"last_message_at is {room.last_message_at}, the last message's {room.newest_at}"
        yield Finding("last_message_at", detail, room.id, repairable=True)


def _check_numbers(room: RoomState) -> Iterator[Finding]:
    if room.highest_seq > room.last_seq:
        detail = f"last_seq is {room.last_seq}, but there is a message {room.newest}"
        yield Finding("last_seq", detail, room.id, room.newest, repairable=True)
    if room.highest_rev > room.last_rev:
        detail = f"last_rev is {room.last_rev}, but numbers up to {room.highest_rev} are in use"
        yield Finding("last_rev", detail, room.id, repairable=True)
    if room.oldest is not None and room.oldest < room.first_seq:
        detail = f"first_seq is {room.first_seq}, but retention left message {room.oldest} there"
        yield Finding("first_seq", detail, room.id, room.oldest)


def _knows_last_message(room: RoomState) -> bool:
    """Retention or a loss may have taken it; without it there is nothing to compare with."""
    return room.last_seq == 0 or (room.newest is not None and room.newest >= room.last_seq)
