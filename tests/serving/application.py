"""Our server with an application of the test's own, which does what no application should."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = str(Path(__file__).resolve().parents[2])
SCRIPT = """
import asyncio, socket, sys, time
sys.path.insert(0, {root!r})
import chatsite.asgi
from chatsite.daphne import ChatServer, Limits, ending, visits
ending.LAST_MOMENT_SECONDS = 2.0
visits.SENDING_SECONDS = 1
{application}
limits = Limits(10**6, 10, 10, 75, 20, 100, 100, 100, 20, 2**20)
listener = socket.create_server(("127.0.0.1", 0))
port = listener.getsockname()[1]
server = ChatServer(application, [listener], limits, 1000)
server.ready_callable = lambda: print(port, flush=True)
server.run()
"""


@contextmanager
def asked(application: str) -> Iterator[tuple[subprocess.Popen[bytes], socket.socket]]:
    """The process, and the connection over which it was asked something; `application` is its source."""
    command = [sys.executable, "-c", SCRIPT.format(root=ROOT, application=application)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout
        try:
            port = int(process.stdout.readline())
            with socket.create_connection(("127.0.0.1", port)) as connection:
                connection.sendall(b"GET / HTTP/1.1\r\nHost: testserver\r\n\r\n")
                yield process, connection
        finally:
            process.kill()


def says(process: subprocess.Popen[bytes], line: str) -> bool:
    """Whether that is what it prints next."""
    assert process.stdout
    return process.stdout.readline() == f"{line}\n".encode()
