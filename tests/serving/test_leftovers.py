"""What connections leave when they end: nothing that would wait for the garbage collector, which comes round
to what has lived for long once in ten million objects."""

import gc
import socket
import weakref
from collections.abc import Iterator

import pytest
from twisted.internet.error import ConnectionLost
from twisted.internet.unix import Server as Transport
from twisted.python.failure import Failure

from chat.protocol import codes
from chatsite.daphne.http import ChatChannel, ChatHTTPFactory
from tests.serving.line import HANDSHAKE, House, Line, Reactor


@pytest.fixture(autouse=True)
def no_collector() -> Iterator[None]:
    gc.disable()
    yield
    gc.enable()


@pytest.fixture
def arrival() -> Iterator[Transport]:
    """A connection that has sent nothing yet."""
    near, far = socket.socketpair()
    with near, far:
        yield arrive(near)


def arrive(near: socket.socket) -> Transport:
    channel = ChatHTTPFactory(House()).buildProtocol(None)
    transport = Transport(near, channel, None, None, 0, Reactor())
    channel.makeConnection(transport)
    return transport


async def test_a_socket_that_has_ended_is_gone() -> None:
    line = Line().open()
    line.lose(ConnectionLost())
    line.house.forget(line.protocol)  # as Daphne does within a second or two
    gone = weakref.ref(line.protocol)
    line.close()
    del line
    assert gone() is None


async def test_a_socket_that_goes_without_answering_our_close_is_gone() -> None:
    line = Line().open()
    line.protocol.close(codes.CLOSE_SIGNED_OUT)
    line.lose(ConnectionLost())
    line.house.forget(line.protocol)
    gone = weakref.ref(line.protocol)
    line.close()
    del line
    assert gone() is None


async def test_a_request_that_became_a_socket_is_gone_while_that_lasts(arrival: Transport) -> None:
    channel: ChatChannel = arrival.protocol
    house = channel.factory.server
    house.ws_factory.setProtocolOptions(allowNullOrigin=True)
    channel.dataReceived(HANDSHAKE + b"\r\n")
    gone = weakref.ref(channel)
    assert arrival.protocol is channel.upgraded
    del channel
    assert gone() is None
    arrival.protocol.serverAccept("chat.v1")
    arrival.connectionLost(Failure(ConnectionLost()))


async def test_a_connection_that_has_ended_is_gone(arrival: Transport) -> None:
    gone = weakref.ref(arrival.protocol)
    arrival.connectionLost(Failure(ConnectionLost()))
    assert gone() is None
