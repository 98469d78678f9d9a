"""Attachments on their way into messages, and out again to whoever may read those."""

from collections.abc import Iterable, Mapping, Sequence

from django.db.models import F, Q

from .errors import ChatError, NotFound
from .models import Attachment, Message

# In a message that is there to be read.
IS_SENT = Q(message__deleted_at=None, message__seq__gte=F("room__first_seq"), message__isnull=False)
Links = Sequence[tuple[int, int, Sequence[int]]]  # room, seq, the ids of its attachments


def lock(ids: Iterable[int]) -> dict[int, Attachment]:
    """Those of the uploads that wait for a message, by id; nobody discards them meanwhile."""
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    rows = Attachment.objects.select_for_update().filter(pk__in=wanted, message=None)
    return {row.pk: row for row in rows.order_by("pk")}


def refusal(
    ids: Sequence[int], author_id: int, room_id: int, waiting: Mapping[int, Attachment]
) -> ChatError | None:
    """One answer for what is not there, another's, another room's, or in a message already."""
    for attachment_id in ids:
        row = waiting.get(attachment_id)
        if row is None or (row.uploader_id, row.room_id) != (author_id, room_id):
            return NotFound("There is no such attachment.")
    return None


def link(links: Links) -> None:
    """Hangs locked attachments on messages that were just stored, in the order that their sender gave."""
    for room_id, seq, ids in links:
        if not ids:
            continue
        message_id = Message.objects.values_list("pk", flat=True).get(room=room_id, seq=seq)
        for position, attachment_id in enumerate(ids):
            Attachment.objects.filter(pk=attachment_id).update(
                message=message_id, position=position
            )


def names(message: Message) -> list[str]:
    """The stored files that hang on a message."""
    return names_of(message.attachments.all())


def names_of(rows: Iterable[Attachment]) -> list[str]:
    """The stored files that these stand for."""
    return [str(file) for row in rows for file in (row.file, row.thumb) if file]


def readable(reader_id: int, attachment_id: int) -> Attachment:
    """One that a member of its room reads in a message now, or that its uploader has not sent yet."""
    is_own_draft = Q(message=None, uploader=reader_id)
    is_member = Q(room__memberships__user=reader_id, room__memberships__left_at=None)
    row = Attachment.objects.filter(IS_SENT | is_own_draft, is_member, pk=attachment_id).first()
    if row is None:
        raise NotFound("There is no such file.")
    return row
