"""A room as a client holds it: what it was told, applied by the rules of the protocol."""

from collections.abc import Iterable

from tests.client import Frame, Socket


class RoomView:
    """Starts from `welcome` and refuses every hole and every repeat (its `rev` moves by events alone)."""

    def __init__(self, room: int, rev: int) -> None:
        self.room = room
        self.rev = rev
        self.messages: dict[int, Frame] = {}
        self.roles: dict[int, str | None] = {}

    def apply(self, event: Frame) -> None:
        """Takes an event of any room; those of other rooms change nothing."""
        if event.get("room") != self.room:
            return
        if event["type"] == "sync":
            self._apply_sync(event)
        elif event["type"] == "message":
            self._advance(event["message"]["rev"])
            self._put([event["message"]])
        elif event["type"] == "member":
            self._advance(event["rev"])
            self.roles[event["user"]] = event["role"]
        else:
            raise AssertionError(f"not expected here: {event}")

    def _apply_sync(self, sync: Frame) -> None:
        assert sync["since"] <= self.rev < sync["rev"], f"held {self.rev}, told {sync}"
        self.rev = sync["rev"]
        self._put(sync["messages"])
        self.roles |= {member["user"]: member["role"] for member in sync["members"]}

    def _advance(self, rev: int) -> None:
        assert rev == self.rev + 1, f"held {self.rev}, was told {rev}"
        self.rev = rev

    def _put(self, messages: Iterable[Frame]) -> None:
        for message in messages:
            held = self.messages.get(message["seq"])
            assert held is None or held["rev"] <= message["rev"]
            self.messages[message["seq"]] = message


def view_of(socket: Socket, room: int) -> RoomView:
    """The room as `welcome` gave it, before any event."""
    return RoomView(room, own_room(socket, room)["last_rev"])


def own_room(socket: Socket, room: int) -> Frame:
    return next(own for own in socket.welcome["rooms"] if own["id"] == room)


async def follow(socket: Socket, view: RoomView, *, to: int) -> RoomView:
    """Applies what comes, until the room's rev is `to`."""
    while view.rev < to:
        view.apply(await socket.next_event())
    assert view.rev == to
    return view


async def timeline(socket: Socket, room: int) -> list[Frame]:
    """The whole room, page by page, as a fresh load gives it."""
    pages: list[Frame] = []
    while True:
        after = pages[-1]["seq"] if pages else 0
        page = await socket.ok("history", room=room, after=after, limit=200)
        if not page["messages"]:
            return pages
        pages += page["messages"]
