"""What is too much is refused before it is taken in."""

import uuid
from pathlib import Path

import pytest

from chat.protocol.limits import MAX_BODY, MAX_UPLOAD_BYTES
from tests.client import Visitor
from tests.server import Server
from tests.serving import wire

MIB = 1024 * 1024
MOST = 128 * 1024


def memory(server: Server) -> int:
    """Bytes that the process has had at most."""
    status = Path(f"/proc/{server.pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


def test_a_long_request_line_is_refused(server: Server) -> None:
    reply = wire.ask(server, wire.request(server, "GET /" + "a" * 20_000))
    assert (reply.status, reply.is_short_and_final) == (414, True)


def test_a_request_line_without_an_end_is_refused(server: Server) -> None:
    assert wire.ask(server, b"G" * 100_000).status == 414


@pytest.mark.parametrize(
    "headers",
    [
        ["Cookie: " + "a" * 100_000],
        [f"X-{number}: a" for number in range(101)],
        [f"X-{number}: {'a' * 500}" for number in range(50)],
        ["X: a", *(" folded" for _ in range(5000))],
    ],
)
def test_too_many_or_too_long_headers_are_refused(server: Server, headers: list[str]) -> None:
    reply = wire.ask(server, wire.request(server, "GET /healthz", *headers))
    assert (reply.status, reply.is_short_and_final) == (431, True)


@pytest.mark.parametrize("length", [MOST + 1, 10**12, 10**40, "9" * 5000])
def test_a_body_that_says_it_is_too_large_is_refused_unread(
    server: Server, length: int | str
) -> None:
    head = wire.request(server, "POST /accounts/login/", f"Content-Length: {length}")
    reply = wire.ask(server, head)
    assert (reply.status, reply.is_short_and_final) == (413, True)


def test_whoever_sends_on_still_reads_why_it_was_refused(server: Server) -> None:
    """Nor is the connection reset under its hands, which not every system survives with the answer."""
    with wire.connect(server) as connection:
        connection.sendall(
            wire.request(server, "POST /accounts/login/", f"Content-Length: {8 * MIB}")
        )
        connection.sendall(b"a" * 8 * MIB)
        assert wire.read(connection).status == 413


def test_it_is_refused_instead_of_invited(server: Server) -> None:
    head = wire.request(
        server, "POST /accounts/login/", f"Content-Length: {MOST + 1}", "Expect: 100-continue"
    )
    assert wire.ask(server, head).raw.startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize("size", [1, 1000, 100_000])
def test_a_body_in_chunks_is_counted(server: Server, size: int) -> None:
    head = wire.request(server, "POST /accounts/login/", "Transfer-Encoding: chunked")
    chunk = f"{size:x}\r\n".encode() + b"a" * size + b"\r\n"
    reply = wire.ask(server, head, *[chunk * (MIB // len(chunk) + 1)] * 7)
    assert (reply.status, reply.is_short_and_final) == (413, True)


def test_what_frames_the_chunks_is_counted_too(server: Server) -> None:
    head = wire.request(server, "POST /accounts/login/", "Transfer-Encoding: chunked")
    chunk = b"1;" + b"a" * 1000 + b"\r\na\r\n"
    assert wire.ask(server, head, *[chunk * 1000] * 7).status == 413


@pytest.mark.parametrize("encoding", ["Content-Length: {}", "Transfer-Encoding: chunked"])
def test_a_body_of_the_allowed_size_is_taken(server: Server, encoding: str) -> None:
    """Django says 403 for want of a CSRF token: it got there."""
    head = wire.request(server, "POST /accounts/login/", encoding.format(MOST))
    body = (
        b"a" * MOST
        if "{" in encoding
        else f"{MOST:x}\r\n".encode() + b"a" * MOST + b"\r\n0\r\n\r\n"
    )
    assert wire.ask(server, head, body).status == 403


def test_the_longest_message_fits_into_a_form(server: Server) -> None:
    """Each of its characters twelve bytes, as forms spell them."""
    alice = Visitor(server.url)
    alice.sign_up("wordy")
    page = alice.post("/rooms/general/", body="🐳" * MAX_BODY, client_id=str(uuid.uuid4()))
    assert (page.status, page.text.count("🐳" * MAX_BODY) > 0) == (200, True)


def test_an_upload_may_be_larger(server: Server) -> None:
    head = wire.request(server, "POST /uploads/", f"Content-Length: {MAX_UPLOAD_BYTES}")
    assert wire.ask(server, head, *[b"a" * MIB] * (MAX_UPLOAD_BYTES // MIB)).status == 401


def test_an_upload_may_not_be_of_any_size(server: Server) -> None:
    head = wire.request(server, "POST /uploads/", f"Content-Length: {MAX_UPLOAD_BYTES + MIB}")
    assert wire.ask(server, head).status == 413


def test_a_large_body_takes_no_memory(server: Server) -> None:
    Visitor(server.url).get("/accounts/login/")
    before = memory(server)
    test_an_upload_may_be_larger(server)
    assert memory(server) - before < 12 * MIB
