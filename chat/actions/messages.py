import hmac
from functools import lru_cache
from uuid import UUID

import msgspec
from django.conf import settings

from chat import writer
from chat.errors import BadRequest, ChatError, NotFound, TooLong
from chat.message_store import Draft
from chat.protocol.commands import MessageSend
from chat.protocol.limits import MAX_BODY
from chat.protocol.results import SendResult


def send_message(author_id: int, command: MessageSend, done: writer.Done) -> None:
    """Stores a message; `done` gets its numbers or its refusal, on the writer's thread.

    Raises `Unavailable` when the writer takes no more. Everything else is decided in its transaction, a
    repeat of a stored draft before any rule.
    """
    writer.writer.submit(_draft(author_id, command), done)


def send_and_wait(author_id: int, command: MessageSend) -> SendResult:
    """The same for a thread that waits. Raises the `ChatError` the message is refused with."""
    return writer.submit_and_wait(_draft(author_id, command))


def _draft(author_id: int, command: MessageSend) -> Draft:
    content = msgspec.json.encode(
        (command.room, command.body, command.reply_to, command.attachments)
    )
    return Draft(
        author_id=author_id,
        room_id=command.room,
        client_id=UUID(command.client_id),
        body=command.body,
        reply_to=command.reply_to,
        hashes=tuple(
            hmac.digest(_hash_key(secret), content, "sha256")[:16]
            for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
        ),
        refusal=_refusal(command),
    )


def _refusal(command: MessageSend) -> ChatError | None:
    if len(command.body) > MAX_BODY:
        return TooLong(f"A message holds at most {MAX_BODY} characters.")
    if command.attachments:
        return NotFound("There is no such attachment.")
    if not command.body.strip():
        return BadRequest("A message needs some text.")
    return None


@lru_cache(maxsize=8)
def _hash_key(secret: str) -> bytes:
    """Keyed, so that a deleted body cannot be guessed from its hash."""
    return hmac.digest(secret.encode(), b"chat.message.draft", "sha256")
