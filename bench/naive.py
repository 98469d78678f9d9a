"""One transaction per message, as a good developer writes it with Django and Channels.

Not a straw man: threads keep their connections, statements are as few as the ORM allows, the row stored is
the same and so is the promise (committed before it is acknowledged). It is spared some work that the
product does: the look for an earlier copy, sanctions, blocks, slow mode, and the publish.
"""

import asyncio
import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from uuid import UUID, uuid4

from django.db import transaction

from chat import richtext
from chat.errors import Forbidden
from chat.models import Membership, Message, Room


class NaiveStore:
    def __init__(self, threads: int) -> None:
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="naive")

    async def send(self, author_id: int, room_id: int, body: str) -> None:
        work = partial(store, author_id, room_id, uuid4(), body)
        await asyncio.get_running_loop().run_in_executor(self._threads, work)


def store(author_id: int, room_id: int, client_id: UUID, body: str) -> Message:
    content = richtext.parse(body)
    draft_hash = hashlib.sha256(body.encode()).digest()[:16]
    with transaction.atomic():
        room = Room.objects.select_for_update(no_key=True).get(pk=room_id)
        if not Membership.objects.active().filter(room=room, user_id=author_id).exists():
            raise Forbidden("You are not a member of this room.")
        room.last_seq += 1
        room.last_rev += 1
        room.last_message_at = datetime.now(UTC)
        room.save(update_fields=["last_seq", "last_rev", "last_message_at"])
        return Message.objects.create(
            room=room,
            seq=room.last_seq,
            rev=room.last_rev,
            created_rev=room.last_rev,
            author_id=author_id,
            client_id=client_id,
            draft_hash=draft_hash,
            body=body,
            content=content,
            at=room.last_message_at,
        )
