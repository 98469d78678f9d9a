"""How connections come in: a few in each turn of the event loop, in the order in which they came.

After a restart a thousand come at once. Twisted would accept a hundred and more in one turn and serve the
first requests of all of them in another, a third of a second in which nobody else is served. Here each turn
takes a few; a connection beyond that is not read from until its turn comes. Those that are in are read from
in every turn.

Where the kernel's queue of connections to accept is full, TCP tries again after one second, then three, then
seven: hence the long queue.
"""

import asyncio
from collections import deque
from typing import Any

from twisted.internet import tcp, unix
from twisted.internet.error import ConnectionDone, ConnectionLost

PER_TURN = 8  # handshakes of WebSockets, some 3 ms
BACKLOG = 4_096  # the kernel takes less where net.core.somaxconn says so


def pace(port: tcp.Port) -> None:
    """From here on connections come in so."""
    accept: Any = port.doRead

    def accept_some() -> None:
        port.numberAccepts = PER_TURN  # Twisted moves it with every turn
        accept()

    port.doRead = accept_some
    port.transport = UnixArrival if isinstance(port, unix.Port) else TcpArrival
    port.socket.listen(BACKLOG)


class Doorway:
    """Owner: the process. Bound: the connections that were accepted and not read from yet."""

    def __init__(self) -> None:
        self._let_in = 0  # in this turn
        self._waiting: deque[Arrival] = deque()
        self._is_turn_due = False

    def lets_in(self, arrival: "Arrival") -> bool:
        """Whether it may be read from now; otherwise it is called when its turn comes."""
        if not self._is_turn_due:
            self._is_turn_due = True
            asyncio.get_running_loop().call_soon(self._next_turn)
        if self._let_in < PER_TURN:
            self._let_in += 1
            return True
        self._waiting.append(arrival)
        return False

    def _next_turn(self) -> None:
        self._let_in = 0
        try:
            self._let_some_in()
        finally:  # else the door would stay shut for good, to everybody
            self._is_turn_due = bool(self._waiting)
            if self._is_turn_due:
                asyncio.get_running_loop().call_soon(self._next_turn)

    def _let_some_in(self) -> None:
        while self._waiting and self._let_in < PER_TURN:
            arrival = self._waiting.popleft()
            if arrival.connected and not arrival.disconnecting:
                self._let_in += 1
                arrival.come_in()


class Arrival:
    """A connection whose first read waits for its turn; before the transport that it is."""

    connected: bool
    disconnecting: bool
    startReading: Any  # noqa: N815 - Twisted's names
    stopReading: Any  # noqa: N815
    _is_in = False

    def come_in(self) -> None:
        self._is_in = True
        self.startReading()

    def doRead(self) -> ConnectionLost | ConnectionDone | None:
        if not self._is_in and not doorway.lets_in(self):
            self.stopReading()
            return None
        self._is_in = True
        return super().doRead()  # type: ignore[misc]


class TcpArrival(Arrival, tcp.Server):
    pass


class UnixArrival(Arrival, unix.Server):
    pass


doorway = Doorway()
