"""A stored file as a response: whole, a range of it (RFC 9110, 14), or the word that the visitor has it.

It leaves in pieces, read when the visitor has taken the one before, so a large file takes no memory and a
slow visitor no thread. Behind nginx (setting FILES_ACCEL) only its name leaves here.

What strangers stored is shown by browsers only where `kinds` knows it to be harmless, and even then in a
sandbox of its own: never as a page of this site.
"""

import asyncio
import logging
import re
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass
from urllib.parse import quote

from django.conf import settings
from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header, parse_etags

from . import kinds, storing

PIECE_BYTES = 256 * 1024
RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")
REVALIDATED = "private, no-cache"  # kept by the visitor, who asks each time whether they still may
POLICY = "default-src 'none'; img-src 'self'; media-src 'self'; frame-ancestors 'none'; sandbox"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class StoredFile:
    """`stored` is its name in the storage, `name` the one it is saved under; `etag` changes with the content.

    Where nobody has noted the size, the storage knows it.
    """

    stored: str
    name: str
    type: str
    etag: str
    size: int | None = None


def serve(
    request: HttpRequest, file: StoredFile, *, cache_control: str = REVALIDATED
) -> HttpResponseBase:
    """For those who may have it: whether they may is the caller's to decide, at every request."""
    etag = f'"{file.etag}"'
    known = parse_etags(request.headers.get("If-None-Match", ""))
    if "*" in known or etag in {tag.removeprefix("W/") for tag in known}:
        response: HttpResponseBase = HttpResponse(status=304)
    elif settings.FILES_ACCEL and storing.local_path(file.stored) is not None:
        response = HttpResponse(headers={"X-Accel-Redirect": _accel(file.stored)})
    else:
        response = _content(request, file, etag)
    if response.status_code != 304:
        _describe(response, file)
    _confine(response)
    response["Cache-Control"] = cache_control
    response["ETag"] = etag
    return response


def _describe(response: HttpResponseBase, file: StoredFile) -> None:
    is_shown = file.type in kinds.SHOWN
    response["Content-Type"] = file.type if is_shown else kinds.UNKNOWN
    disposition = content_disposition_header(as_attachment=not is_shown, filename=file.name)
    response["Content-Disposition"] = disposition or "attachment"


def _confine(response: HttpResponseBase) -> None:
    """With each answer, also that nothing has changed: browsers put what comes with that in the place of what
    they have kept, and the policy of pages has no sandbox."""
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = POLICY
    response["Cross-Origin-Resource-Policy"] = "same-origin"


def _content(request: HttpRequest, file: StoredFile, etag: str) -> HttpResponseBase:
    size = _size(file.stored) if file.size is None else file.size
    if request.headers.get("If-Range", etag) == etag:
        wanted = _range(request.headers.get("Range", ""), size)
    else:
        wanted = None
    if wanted is not None and not wanted:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    part = range(size) if wanted is None else wanted
    headers = {"Accept-Ranges": "bytes", "Content-Length": str(len(part))}
    if wanted is not None:
        headers["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{size}"
    status = 200 if wanted is None else 206
    if request.method == "HEAD":
        return HttpResponse(status=status, headers=headers)
    if not default_storage.exists(file.stored):
        raise _missing(file.stored)
    return _Streamed(_pieces(file.stored, part), status=status, headers=headers)


def _range(header: str, size: int) -> range | None:
    """The bytes asked for, none where there are no such; None where all of it is the answer.

    That is so of what is no range of bytes, and of several at once, which no player asks for.
    """
    match = RANGE.fullmatch(header.strip())
    if match is None or match.group(0) == "bytes=-":
        return None
    first, last = match.groups()
    if not first:
        return range(max(0, size - int(last)), size)
    if last and int(last) < int(first):
        return None
    return range(int(first), min(int(last) + 1, size) if last else size)


def _size(stored: str) -> int:
    try:
        return default_storage.size(stored)
    except FileNotFoundError:
        raise _missing(stored) from None


def _missing(stored: str) -> Http404:
    log.error("The file %r is missing: manage.py verify_chat tells of all that are.", stored)
    return Http404()


class _Streamed(StreamingHttpResponse):
    """Django closes what iterates over a response, not what that in turn iterates over.

    Of a visitor who goes in the middle the file would stay open until the garbage is collected.
    """

    def __init__(
        self, pieces: AsyncGenerator[bytes], *, status: int, headers: dict[str, str]
    ) -> None:
        super().__init__(pieces, status=status, headers=headers)
        self._pieces = pieces

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async with aclosing(self._pieces) as pieces:
            async for piece in pieces:
                yield piece


async def _pieces(stored: str, part: range) -> AsyncGenerator[bytes]:
    """Opens the file for the first piece: a visitor who goes before that leaves nothing open behind.

    One that was removed since it was asked for has no pieces, and a shorter one than its row says has fewer:
    the server ends an answer that is not whole with the connection, so that the visitor sees it.
    """
    try:
        opened = default_storage.open(stored)
    except FileNotFoundError:
        return
    with opened as file:
        await asyncio.to_thread(file.seek, part.start)
        left = len(part)
        while left > 0:
            piece = await asyncio.to_thread(file.read, min(PIECE_BYTES, left))
            if not piece:
                return
            left -= len(piece)
            yield piece


def _accel(stored: str) -> str:
    return f"{settings.FILES_ACCEL}/{quote(stored)}"
