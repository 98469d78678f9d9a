"""Static files come whole, in the form the visitor can take, and leave nothing open."""

import asyncio
import gc
import gzip
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from django.core.handlers.asgi import ASGIHandler
from django.test import Client

pytestmark = pytest.mark.usefixtures("sheet")
SHEET = b"body { color: black }\n" * 5000
ADDRESS = "/static/sheet.css"


@pytest.fixture
def sheet(media: Path) -> None:
    static = media.parent / "static"
    (static / "sheet.css").write_bytes(SHEET)
    (static / "sheet.css.gz").write_bytes(gzip.compress(SHEET))


def test_a_file_comes_whole(client: Client) -> None:
    answer = client.get(ADDRESS)
    assert answer.content == SHEET
    assert answer.headers["Content-Type"].startswith("text/css")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_who_can_inflate_gets_the_compressed_copy(client: Client) -> None:
    answer = client.get(ADDRESS, headers={"accept-encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(answer.content) == SHEET


def test_a_part_comes_where_a_part_is_asked_for(client: Client) -> None:
    answer = client.get(ADDRESS, headers={"range": "bytes=5-9"})
    assert (answer.status_code, answer.content) == (206, SHEET[5:10])


def test_a_file_that_has_not_changed_is_not_sent_again(client: Client) -> None:
    etag = client.get(ADDRESS).headers["ETag"]
    answer = client.get(ADDRESS, headers={"if-none-match": etag})
    assert (answer.status_code, answer.content) == (304, b"")


def test_head_tells_the_length_alone(client: Client) -> None:
    answer = client.head(ADDRESS)
    assert (answer.headers["Content-Length"], answer.content) == (str(len(SHEET)), b"")


async def test_a_visitor_who_goes_meanwhile_leaves_no_file_open() -> None:
    application = ASGIHandler()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for _ in range(30):
            await _ask_and_go(application)
        gc.collect()
    assert [str(warning.message) for warning in caught] == []


async def _ask_and_go(application: ASGIHandler) -> None:
    is_answering = asyncio.Event()
    said = iter([{"type": "http.request", "body": b"", "more_body": False}])

    async def receive() -> dict[str, Any]:
        for message in said:
            return message
        await is_answering.wait()
        return {"type": "http.disconnect"}

    async def send(_: Mapping[str, Any]) -> None:
        is_answering.set()

    scope = {"type": "http", "method": "GET", "path": ADDRESS, "query_string": b""}
    await application(scope | {"headers": [(b"host", b"localhost")]}, receive, send)
