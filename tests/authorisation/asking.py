"""What all ways of asking share: what is meant by the words of the tables, and that nothing stays changed."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import pytest
from django.db import transaction

from chat import pointer_store, pointers
from chat import writer as writers
from chat.pointer_store import Move

from .world import Place

T = TypeVar("T")


def meant(value: Any, place: Place) -> Any:
    """The value with what its words with an @ stand for."""
    if isinstance(value, dict):
        return {_key(key, place): meant(one, place) for key, one in value.items()}
    if isinstance(value, list):
        return [meant(one, place) for one in value]
    if isinstance(value, str) and value.startswith("@"):
        return getattr(place, value[1:])
    return value


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def out_of_the_loop(work: Callable[[], T]) -> T:
    """What a thread of the database would do is done here, with the connection of the test: in a running loop
    Django would give it another."""
    loop = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    try:
        return work()
    finally:
        asyncio._set_running_loop(loop)


def handle_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Has the writer and the read pointers do in this thread, and so in this transaction, what they do."""
    monkeypatch.setattr(writers.writer, "submit", _store)
    monkeypatch.setattr(pointers.pointers, "submit_all", _move)


def _store(draft: Any, done: writers.Done) -> None:
    (outcome,) = out_of_the_loop(lambda: writers._store([draft]))
    done(writers._answer(outcome))


def _move(moves: list[Move], done: pointers.Done) -> None:
    outcomes, _changes = out_of_the_loop(lambda: pointer_store.move_all(moves))
    for outcome in outcomes:
        done(outcome)


def _key(key: str, place: Place) -> str:
    return str(meant(key, place))
