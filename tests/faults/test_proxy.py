"""The bad network: each of its faults is felt by the ends as meant, and goes no further."""

import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.faults.proxy import HOST, Proxy
from tests.server import free_port

DEADLINE_SECONDS = 5.0


@asynccontextmanager
async def echo(prefix: bytes = b"") -> AsyncGenerator[int]:
    """A server that says every line again; its port."""

    async def repeat(reader: StreamReader, writer: StreamWriter) -> None:
        try:
            while line := await reader.readline():
                writer.write(prefix + line)
        except ConnectionResetError:
            pass
        finally:
            writer.close()

    port = free_port()
    async with await asyncio.start_server(repeat, HOST, port):
        yield port


async def say(reader: StreamReader, writer: StreamWriter, line: bytes) -> bytes:
    writer.write(line)
    async with asyncio.timeout(DEADLINE_SECONDS):
        return await reader.readline()


@pytest.fixture
async def proxy() -> AsyncIterator[Proxy]:
    async with echo() as port:
        yield Proxy([port])


@pytest.fixture
async def ends(proxy: Proxy) -> AsyncIterator[tuple[StreamReader, StreamWriter]]:
    """A client's connection through the proxy, known to work."""
    port = free_port()
    async with proxy.listen(port):
        reader, writer = await asyncio.open_connection(HOST, port)
        assert await say(reader, writer, b"hello\n") == b"hello\n"
        yield reader, writer
        writer.close()


Ends = tuple[StreamReader, StreamWriter]


async def test_a_torn_connection_is_reset(proxy: Proxy, ends: Ends) -> None:
    proxy.cut_all()
    with pytest.raises(ConnectionResetError):
        await say(*ends, b"anybody?\n")


@pytest.mark.parametrize("way", ["up", "down"])
async def test_a_half_open_connection_says_nothing_and_stays(
    proxy: Proxy, ends: Ends, way: str
) -> None:
    (link,) = proxy.links
    link.swallow(["up"] if way == "up" else ["down"])
    ends[1].write(b"anybody?\n")
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await ends[0].readline()
    assert proxy.links == {link}


async def test_what_is_delayed_arrives(proxy: Proxy, ends: Ends) -> None:
    proxy.delay_seconds = 0.05
    began = asyncio.get_running_loop().time()
    assert await say(*ends, b"slowly\n") == b"slowly\n"
    assert asyncio.get_running_loop().time() - began >= 2 * proxy.delay_seconds


async def test_servers_take_turns_and_one_that_is_gone_is_passed_over() -> None:
    port = free_port()
    async with echo(b"1") as one, echo(b"2") as two:
        heard = set()
        async with Proxy([one, free_port(), two]).listen(port):
            for _ in range(3):
                reader, writer = await asyncio.open_connection(HOST, port)
                heard.add(await say(reader, writer, b"\n"))
                writer.close()
    assert heard == {b"1\n", b"2\n"}
