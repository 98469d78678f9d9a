"""Reads what is stored, by SQL and behind the server's back."""

import sqlite3
import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import psycopg

from tests.faults.compare import Counters, Row, Stored

ROOMS = "SELECT id, last_seq, last_rev FROM chat_room"
MESSAGES = (
    "SELECT room_id, seq, created_rev, author_id, client_id, body, at"
    " FROM chat_message ORDER BY room_id, seq"
)


def read(url: str) -> Stored:
    """All rooms and messages; `url` as in DATABASE_URL."""
    if url.startswith("sqlite:///"):
        with sqlite3.connect(f"file:{url.removeprefix('sqlite:///')}?mode=ro", uri=True) as reader:
            found = reader.execute(ROOMS).fetchall(), reader.execute(MESSAGES).fetchall()
        reader.close()
        return _stored(*found)
    with psycopg.connect(url) as connection:
        return _stored(
            connection.execute(ROOMS).fetchall(), connection.execute(MESSAGES).fetchall()
        )


def _stored(rooms: Iterable[Any], messages: Iterable[Any]) -> Stored:
    return Stored(
        {room: Counters(last_seq, last_rev) for room, last_seq, last_rev in rooms},
        [
            Row(room, seq, rev, author, _wire_id(client_id), body, _wire_time(at))
            for room, seq, rev, author, client_id, body, at in messages
        ],
    )


def _wire_id(client_id: uuid.UUID | str | None) -> str:
    """What the system says has none. SQLite has no type for them."""
    return "" if client_id is None else str(uuid.UUID(str(client_id)))


def _wire_time(at: datetime | str) -> str:
    """Both databases are read in UTC; SQLite has no type for times."""
    if isinstance(at, str):
        at = datetime.fromisoformat(at)
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"
