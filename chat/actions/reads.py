"""Verbs of one's own reading. They concern nobody else: no room's rev is taken for them."""

from chat import pointers
from chat.pointer_store import Move
from chat.protocol.commands import Read


def read(actor_id: int, command: Read, done: pointers.Done) -> None:
    """Moves the read pointer; `done` gets None or the refusal, on the event loop, within about a second.

    Raises `Unavailable` where too many wait. Everything else is decided in the transaction.
    """
    move = Move(actor_id, command.room, command.seq, back=command.back)
    pointers.pointers.submit(move, done)
