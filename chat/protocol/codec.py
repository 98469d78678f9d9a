"""Bytes to commands, structs to bytes."""

from datetime import UTC, datetime
from functools import reduce
from operator import or_
from typing import Any

import msgspec

from ..errors import BadFrame, BadRequest
from . import commands

_COMMANDS = tuple(commands.Command.__subclasses__())
_decoder: msgspec.json.Decoder[commands.Command] = msgspec.json.Decoder(reduce(or_, _COMMANDS))
encode = msgspec.json.Encoder().encode


class _Envelope(msgspec.Struct):
    id: str | None = None


_envelope = msgspec.json.Decoder(_Envelope)


def decode(text: str) -> commands.Command:
    """One client frame. Raises `BadFrame`, with the command's `id` where that much can be read."""
    try:
        return _decoder.decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise BadFrame(str(error)[:200], command_id=_read_id(text)) from None


def ok(command_id: str, result: msgspec.Struct | None = None) -> bytes:
    """The `ok` frame: the result's fields stand beside `type` and `id`."""
    head = b'{"type":"ok","id":' + encode(command_id)
    fields = encode(result)[1:] if result is not None else b"}"
    return head + (b"" if fields == b"}" else b",") + fields


def error(
    command_id: str | None, code: str, detail: str, *, retry_after: int | None = None
) -> bytes:
    """The `error` frame; `retry_after` in milliseconds where a later try may succeed."""
    frame: dict[str, Any] = {"type": "error", "id": command_id, "code": code, "detail": detail}
    if retry_after is not None:
        frame["retry_after"] = retry_after
    return encode(frame)


def join(payloads: list[bytes]) -> bytes:
    """One frame's text from what is due: the object itself, or an array of several."""
    return payloads[0] if len(payloads) == 1 else b"[" + b",".join(payloads) + b"]"


def timestamp(at: datetime) -> str:
    """ISO 8601 in UTC with milliseconds."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def moment(text: str) -> datetime:
    """The time that `timestamp` writes like this. Raises `BadRequest` for anything else."""
    try:
        at = datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
    except ValueError:
        at = None
    if at is None or timestamp(at) != text:
        raise BadRequest("A time is written like 2026-01-31T09:30:00.000Z.")
    return at


def _read_id(text: str) -> str | None:
    try:
        command_id = _envelope.decode(text).id
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None
    return command_id if command_id and len(command_id) <= 64 else None
