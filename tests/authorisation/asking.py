"""How one cell is tried: the command as it comes over the wire, given to what the connection gives it to."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction

from chat import pointer_store, pointers, queries
from chat import writer as writers
from chat.actions import messages
from chat.actions.presence import set_hidden
from chat.errors import ChatError
from chat.pointer_store import Move
from chat.posting import check_posting
from chat.protocol import codec, commands
from chat.verbs import ACTIONS, QUEUED, READS

from .socket_table import Line
from .world import Place

Handler = Callable[[int, Any], Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """`ok`, or what the refusal says."""

    code: str
    detail: str = ""
    retry_after: int | None = None


def answer_to(line: Line, place: Place) -> Answer:
    """What the command changed is taken back."""
    fields = {"type": line.verb, "id": "1", **meant(line.fields, place)}
    command = codec.decode(json.dumps(fields))
    try:
        with undone():
            result = _handler(type(command))(place.user, command)
            is_found = line.finds is None or line.finds(result, place)
            return Answer("ok" if is_found else "nothing")
    except ChatError as refusal:
        return Answer(refusal.code, refusal.detail, refusal.retry_after)


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


def handle_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Has the writer and the read pointers do in this thread, and so in this transaction, what they do."""
    monkeypatch.setattr(writers.writer, "submit", _store)
    monkeypatch.setattr(pointers.pointers, "submit_all", _move)


def _store(draft: Any, done: writers.Done) -> None:
    (outcome,) = writers._store([draft])
    done(writers._answer(outcome))


def _move(moves: list[Move], done: pointers.Done) -> None:
    outcomes, _changes = pointer_store.move_all(moves)
    for outcome in outcomes:
        done(outcome)


def _handler(kind: type[commands.Command]) -> Handler:
    """As `Connection` chooses."""
    if kind in QUEUED:
        return _answered_later(QUEUED[kind])
    return _OWN.get(kind) or ACTIONS.get(kind) or READS[kind]


def _answered_later(submit: Callable[..., None]) -> Handler:
    def handle(user_id: int, command: Any) -> Any:
        outcomes: list[Any] = []
        submit(user_id, command, outcomes.append)
        if isinstance(outcomes[0], ChatError):
            raise outcomes[0]
        return outcomes[0]

    return handle


def _nothing(_user_id: int, _command: Any) -> None:
    """What is answered by the connection itself, and concerns nothing but itself."""


_OWN: dict[type[commands.Command], Handler] = {
    commands.Hello: _nothing,
    commands.Ping: _nothing,
    commands.MessageSend: _answered_later(messages.send_message),
    commands.Typing: lambda user_id, command: check_posting(user_id, command.room),
    commands.PresenceSet: lambda user_id, command: set_hidden(user_id, command.status == "hidden"),
    commands.PresenceWatch: lambda _, command: queries.last_seen(command.users),
}


def _key(key: str, place: Place) -> str:
    return str(meant(key, place))
