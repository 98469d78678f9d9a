"""Verbs of one's own part in a room: how far one has read, and of what one is notified.

They concern nobody else: no room's rev is taken for them, the user's is.
"""

from chat import pointers
from chat.actions.changing import changing_as
from chat.errors import ChatError, Unavailable
from chat.pointer_store import Move
from chat.protocol.commands import Read, ReadAll, RoomNotify


def read(actor_id: int, command: Read, done: pointers.Done) -> None:
    """Moves the read pointer; `done` gets None or the refusal, on the event loop, within about a second.

    Raises `Unavailable` where too many wait. Everything else is decided in the transaction.
    """
    move = Move(actor_id, command.room, command.seq, back=command.back)
    pointers.pointers.submit_all([move], done)


def read_all(actor_id: int, command: ReadAll, done: pointers.Done) -> None:
    """Moves the pointers of many rooms, as far as they may be moved; `done` is called once, after the last.

    Gets the refusal only where the database refused. Raises `Unavailable` where too many wait.
    """
    outcomes: list[ChatError | None] = []

    def one_done(outcome: ChatError | None) -> None:
        outcomes.append(outcome)
        if len(outcomes) == len(command.rooms):
            done(next((one for one in outcomes if isinstance(one, Unavailable)), None))

    moves = [Move(actor_id, room_id, seq) for room_id, seq in command.rooms.items()]
    pointers.pointers.submit_all(moves, one_done)
    if not moves:
        done(None)


def choose_notify_level(actor_id: int, command: RoomNotify) -> None:
    with changing_as(command.room, actor_id) as (change, me):
        if me.notify != command.level:
            me.notify = command.level
            me.save(update_fields=["notify"])
            change.tell_own_part({actor_id})
