"""Verbs of messages. A new one goes through the writer; what is stored changes under its room's lock."""

import hmac
from functools import lru_cache, partial
from uuid import UUID

import msgspec
from django.conf import settings
from django.utils.translation import gettext_noop as _

from chat import attaching, mentions, writer
from chat.actions.audit import record
from chat.actions.changing import RoomChange, changing_as
from chat.actions.settling import is_judge, settle
from chat.errors import BadRequest, ChatError, Conflict, Forbidden, NotFound, TooLong
from chat.message_store import Draft
from chat.models import (
    Attachment,
    Membership,
    Mention,
    Message,
    MessageEdit,
    Reaction,
)
from chat.permissions import can_delete, can_edit, can_pin
from chat.posting import refusal_in
from chat.protocol import commands
from chat.protocol.limits import MAX_ATTACHMENTS, MAX_BODY, MAX_EDITS
from chat.protocol.results import ChangeResult, SendResult
from files import storing


def send_message(author_id: int, command: commands.MessageSend, done: writer.Done) -> None:
    """Stores a message; `done` gets its numbers or its refusal, on the writer's thread.

    Raises `Unavailable` when the writer takes no more. Everything else is decided in its transaction, a
    repeat of a stored draft before any rule.
    """
    writer.writer.submit(_draft(author_id, command), done)


def send_and_wait(author_id: int, command: commands.MessageSend) -> SendResult:
    """The same for a thread that waits. Raises the `ChatError` the message is refused with."""
    return writer.submit_and_wait(_draft(author_id, command))


def edit_message(actor_id: int, command: commands.MessageEdit) -> ChangeResult:
    """Replaces the body of one's own message and keeps the former one."""
    if refusal := _body_refusal(command.body, has_files=True):
        raise refusal
    parsed = mentions.parse(actor_id, command.room, command.body)  # takes its time: before the lock
    with changing_as(command.room, actor_id) as (change, me):
        message = find_message(change, command.seq)
        if not can_edit(message, actor_id):
            raise Forbidden(_("Only its author may edit a message."))
        refuse_silenced(change, me)
        _refuse_deleted(message)
        if parsed.refusal:  # no sooner: it tells who is in the room
            raise parsed.refusal
        if message.body != command.body:
            _refuse_empty(message, command.body)
            _refuse_restless(message)
            MessageEdit.objects.create(message=message, body=message.body, at=change.now)
            message.body, message.content = command.body, parsed.content
            message.edited_at = change.now
            calls_others = message.mention_room != parsed.mention_room
            message.mention_room = parsed.mention_room
            message.rev = change.next_rev()
            message.save(update_fields=["body", "content", "edited_at", "mention_room", "rev"])
            _mention(change, message, set(parsed.mentions))
            change.publish_message(message, recount=calls_others)
        return change.result()


def delete_message(actor_id: int, command: commands.MessageDelete) -> ChangeResult:
    """Leaves the message's place, author, time and what it replied to; the rest is gone for good."""
    with changing_as(command.room, actor_id) as (change, me):
        message = find_message(change, command.seq)
        if not can_delete(message, me):
            raise Forbidden(_("You may not delete this message."))
        if message.deleted_at is None:
            called_all = message.mention_room
            _mention(change, message, set())
            files = attaching.names(message)
            _empty(message)
            change.afterwards(partial(storing.remove, files))
            message.deleted_at, message.deleted_by_id = change.now, actor_id
            message.rev = change.next_rev()
            message.save()
            change.publish_message(message, recount=called_all)
            if message.author_id != actor_id:
                record(
                    "message.delete",
                    actor_id=actor_id,
                    room=change.room,
                    user_id=message.author_id,
                    seq=message.seq,
                )
                if is_judge(change, me, message):
                    settle(change, [message], by=actor_id)
        return change.result()


def empty_messages(change: RoomChange, rows: list[Message], *, by: int) -> None:
    """Deletes many messages at once; its caller has decided that they go, and holds their room."""
    ids = [row.pk for row in rows]
    called_all = [row.pk for row in rows if row.mention_room]
    mentions = Mention.objects.filter(message__in=ids)
    change.tell_own_part(list(mentions.values_list("user_id", flat=True)))
    files = attaching.names_of(list(Attachment.objects.filter(message__in=ids)))
    for model in (Mention, MessageEdit, Reaction, Attachment):
        model.objects.filter(message__in=ids).delete()
    gone = {
        "body": "",
        "content": None,
        "mention_room": False,
        "pinned_at": None,
        "deleted_at": change.now,
        "deleted_by_id": by,
    }
    for row in rows:
        for name, value in gone.items():
            setattr(row, name, value)
    Message.objects.filter(pk__in=ids).update(**gone)
    change.change_messages(rows, recount=called_all)
    change.afterwards(partial(storing.remove, files))


def pin_message(actor_id: int, command: commands.MessagePin) -> ChangeResult:
    with changing_as(command.room, actor_id) as (change, me):
        message = _find_pinnable(change, me, command.seq)
        _refuse_deleted(message)
        if message.pinned_at is None:
            message.pinned_at = change.now
            _save_pin(change, message)
        return change.result()


def unpin_message(actor_id: int, command: commands.MessageUnpin) -> ChangeResult:
    with changing_as(command.room, actor_id) as (change, me):
        message = _find_pinnable(change, me, command.seq)
        if message.pinned_at is not None:
            message.pinned_at = None
            _save_pin(change, message)
        return change.result()


def find_message(change: RoomChange, seq: int) -> Message:
    """One that the room has and that retention has not removed."""
    message = Message.objects.filter(
        room=change.room, seq=seq, seq__gte=change.room.first_seq
    ).first()
    if message is None:
        raise NotFound(_("There is no such message."))
    return message


def refuse_silenced(change: RoomChange, me: Membership) -> None:
    """Raises what a member who may not post now would be told on posting."""
    sanctions = change.sanctions_on(me.user_id)
    if refusal := refusal_in(change.room, me.user_id, sanctions, change.now):
        raise refusal


def _refuse_deleted(message: Message) -> None:
    if message.deleted_at is not None:
        raise Conflict(_("This message was deleted."))


def _refuse_empty(message: Message, body: str) -> None:
    """Words may go where files are left."""
    if refusal := _body_refusal(body, has_files=message.attachments.exists()):
        raise refusal


def _refuse_restless(message: Message) -> None:
    if message.edits.count() >= MAX_EDITS:
        raise Conflict(_("A message is edited at most %(most)d times."), most=MAX_EDITS)


def _empty(message: Message) -> None:
    """Takes away what a message said and what was hung on it."""
    for hung in (message.edits, message.reactions, message.attachments):
        hung.all().delete()
    message.body, message.content = "", None
    message.mention_room = False
    message.pinned_at = None


def _mention(change: RoomChange, message: Message, user_ids: set[int]) -> None:
    """Has the message mention these and nobody else; tells those whose count is another now."""
    before = set(message.mentioned.values_list("user_id", flat=True))
    message.mentioned.exclude(user__in=user_ids).delete()
    Mention.objects.bulk_create(
        Mention(message=message, user_id=user_id, room=change.room, seq=message.seq)
        for user_id in sorted(user_ids - before)
    )
    if changed := before ^ user_ids:
        unread = Membership.objects.active().filter(room=change.room, read_seq__lt=message.seq)
        change.tell_own_part(unread.filter(user__in=changed).values_list("user_id", flat=True))


def _find_pinnable(change: RoomChange, me: Membership, seq: int) -> Message:
    message = find_message(change, seq)
    if not can_pin(change.room, me):
        raise Forbidden(_("You may not pin messages in this room."))
    refuse_silenced(change, me)
    return message


def _save_pin(change: RoomChange, message: Message) -> None:
    message.rev = change.next_rev()
    message.save(update_fields=["pinned_at", "rev"])
    change.publish_message(message)


def _draft(author_id: int, command: commands.MessageSend) -> Draft:
    content = msgspec.json.encode(
        (command.room, command.body, command.reply_to, command.attachments)
    )
    return Draft(
        author_id=author_id,
        room_id=command.room,
        client_id=UUID(command.client_id),
        body=command.body,
        reply_to=command.reply_to,
        attachments=tuple(command.attachments),
        hashes=tuple(
            hmac.digest(_hash_key(secret), content, "sha256")[:16]
            for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
        ),
        refusal=_refusal(command),
    )


def _refusal(command: commands.MessageSend) -> ChatError | None:
    if len(command.attachments) > MAX_ATTACHMENTS:
        return TooLong(_("A message has at most %(most)d files."), most=MAX_ATTACHMENTS)
    if len(set(command.attachments)) < len(command.attachments):
        return BadRequest(_("A file hangs on a message once."))
    return _body_refusal(command.body, has_files=bool(command.attachments))


def _body_refusal(body: str, *, has_files: bool = False) -> ChatError | None:
    if len(body) > MAX_BODY:
        return TooLong(_("A message holds at most %(most)d characters."), most=MAX_BODY)
    if not body.strip() and not has_files:
        return BadRequest(_("A message needs some text."))
    return None


@lru_cache(maxsize=8)
def _hash_key(secret: str) -> bytes:
    """Keyed, so that a deleted body cannot be guessed from its hash."""
    return hmac.digest(secret.encode(), b"chat.message.draft", "sha256")
