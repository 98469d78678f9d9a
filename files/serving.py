"""A stored file as a response: whole, a range of it (RFC 9110, 14), or the word that the visitor has it.

It leaves in pieces, read when the visitor has taken the one before, so a large file takes no memory and a
slow visitor no thread. Behind nginx (setting FILES_ACCEL) only its name leaves here.

What strangers stored is shown by browsers only where `kinds` knows it to be harmless, and even then in a
sandbox of its own: never as a page of this site.
"""

import asyncio
import logging
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import IO, Any
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
POLICY = "default-src 'none'; img-src 'self'; media-src 'self'; sandbox"

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
    response["Cache-Control"] = cache_control
    response["ETag"] = etag
    return response


def _describe(response: HttpResponseBase, file: StoredFile) -> None:
    is_shown = file.type in kinds.SHOWN
    response["Content-Type"] = file.type if is_shown else kinds.UNKNOWN
    disposition = content_disposition_header(as_attachment=not is_shown, filename=file.name)
    response["Content-Disposition"] = disposition or "attachment"
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
    return StreamingHttpResponse(_open(file.stored, part), status=status, headers=headers)


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


def _open(stored: str, part: range) -> "Pieces":
    try:
        return Pieces(default_storage.open(stored), part)
    except FileNotFoundError:
        raise _missing(stored) from None


def _missing(stored: str) -> Http404:
    log.error("The file %r is missing: manage.py verify_chat tells of all that are.", stored)
    return Http404()


class Pieces:
    """A part of an open file. Its owner, the response, closes it, whether or not it was read to its end."""

    def __init__(self, file: IO[Any], part: range) -> None:
        self._file = file
        self._part = part

    async def __aiter__(self) -> AsyncIterator[bytes]:
        await asyncio.to_thread(self._file.seek, self._part.start)
        left = len(self._part)
        while left > 0:
            piece = await asyncio.to_thread(self._file.read, min(PIECE_BYTES, left))
            if not piece:
                return  # shorter than its row says: the visitor sees that it is not all
            left -= len(piece)
            yield piece

    def close(self) -> None:
        self._file.close()


def _accel(stored: str) -> str:
    return f"{settings.FILES_ACCEL}/{quote(stored)}"
