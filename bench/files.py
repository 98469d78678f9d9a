"""What files cost the process: memory at its peak, and what everybody else's pings take meanwhile.

python -m bench.files
"""

import asyncio
import io
import os
import secrets
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from http.cookiejar import Cookie
from pathlib import Path

from PIL import Image

from chat.protocol.limits import MAX_UPLOAD_BYTES
from tests.client import Socket, Visitor
from tests.server import Server

MIB = 1024 * 1024
PING_EVERY_SECONDS = 0.002
Work = Callable[[], object]


def main() -> None:
    os.environ.setdefault("SECRET_KEY", secrets.token_hex(32))
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder))
        server.prepare()
        server.start()
        try:
            asyncio.run(measure(server))
        finally:
            server.terminate()


async def measure(server: Server) -> None:
    alice = Visitor(server.url)
    alice.sign_up("alice")
    with ProcessPoolExecutor(8) as clients:  # their work is not the process's that is measured
        async with alice.chat() as socket:
            room = socket.room("general")
            path = alice.upload(room, bytes(MAX_UPLOAD_BYTES)).json["url"]
            cookies = list(alice.cookies)
            send = partial(upload, alice.site, cookies, room)
            get = partial(download, alice.site, cookies, path)
            plans: list[tuple[str, list[Work]]] = [
                ("nothing", []),
                ("an upload of 25 MiB", [partial(send, MAX_UPLOAD_BYTES)]),
                ("four at once", [partial(send, MAX_UPLOAD_BYTES)] * 4),
                ("one refused: 25 MiB and a byte", [partial(send, MAX_UPLOAD_BYTES + 1)]),
                ("a download of 25 MiB", [get]),
                ("eight at once", [get] * 8),
                ("a photo of 12 megapixels", [partial(send, 0)]),
            ]
            await asyncio.gather(*(run(clients, time.time) for _ in range(8)))
            for name, works in plans:
                await report(server, socket, clients, name, works)


async def report(
    server: Server, socket: Socket, clients: ProcessPoolExecutor, name: str, works: list[Work]
) -> None:
    forget_peak(server)
    before, began = memory(server, "VmRSS:"), time.perf_counter()
    pings: list[float] = []
    watching = asyncio.create_task(ping(socket, pings))
    await asyncio.gather(asyncio.sleep(0 if works else 1), *(run(clients, work) for work in works))
    seconds, more = time.perf_counter() - began, memory(server, "VmHWM:") - before
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)
    pings.sort()
    p50, worst = pings[len(pings) // 2] * 1000, pings[-1] * 1000
    print(f"{name}: {seconds:.2f} s, {more:+.1f} MiB, ping {p50:.1f} ms, at worst {worst:.0f} ms")


async def run(clients: ProcessPoolExecutor, work: Work) -> None:
    await asyncio.get_running_loop().run_in_executor(clients, work)


async def ping(socket: Socket, times: list[float]) -> None:
    while True:
        began = time.perf_counter()
        await socket.ok("ping")
        times.append(time.perf_counter() - began)
        await asyncio.sleep(PING_EVERY_SECONDS)


def upload(site: str, cookies: list[Cookie], room: int, size: int) -> None:
    """Bytes that say nothing, or, of size 0, a photo."""
    content = os.urandom(size) if size else photo()
    status = visitor(site, cookies).upload(room, content, "file").status
    assert status == (413 if size > MAX_UPLOAD_BYTES else 201), status


def download(site: str, cookies: list[Cookie], path: str) -> int:
    return len(visitor(site, cookies).fetch(path).content)


def visitor(site: str, cookies: list[Cookie]) -> Visitor:
    """The same person in another process, to which no cookie jar can be handed."""
    found = Visitor(site)
    for cookie in cookies:
        found.cookies.set_cookie(cookie)
    return found


def photo() -> bytes:
    file = io.BytesIO()
    noise = Image.effect_noise((4000, 3000), 60).convert("RGB")
    noise.save(file, "JPEG", quality=90)
    return file.getvalue()


def forget_peak(server: Server) -> None:
    """The peak is counted from here (proc(5), `clear_refs`)."""
    Path(f"/proc/{server.pid}/clear_refs").write_text("5")


def memory(server: Server, field: str) -> float:
    status = Path(f"/proc/{server.pid}/status").read_text()
    return int(status.partition(field)[2].split()[0]) / 1024


if __name__ == "__main__":
    main()
