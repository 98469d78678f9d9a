import json

from django.core.management.base import CommandError, CommandParser

from accounts.management.operating import WRONG_USE, StatusLine, pausable
from chat.actions import retention, search_index
from chat.counted import counted
from chat.management.operating import ChatCommand, find_room, room_name
from chat.models import Room

FOREVER = "forever"


class Command(ChatCommand):
    help = (
        "Removes messages that are older than their rooms keep them: the rows, what was said, and all that"
        " hangs on them, for good. Without --go it only says what would go. May run while the chat is in use,"
        " be paused by Ctrl-Z, stopped, and run again."
    )
    examples = """examples:
  manage.py prune_messages --room general --keep 365   # from now on it keeps a year; removes nothing
  manage.py prune_messages                             # what would go, of all rooms
  manage.py prune_messages --go                        # once a day, say
  manage.py prune_messages --room general --keep forever

With --json each line is an object: of a room "room", "slug", "keep_days", "messages" (removed, or to be), and
without --go "files" and "bytes"; at the end "rooms", "messages" and "removed" (whether they are gone).
"""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--room", metavar="ID_OR_SLUG", help="this one only")
        parser.add_argument(
            "--keep",
            metavar="DAYS",
            help=f"set for how many days the room keeps its messages, or {FOREVER!r}",
        )
        way = parser.add_mutually_exclusive_group()
        way.add_argument("--go", action="store_true", help="remove them")
        way.add_argument("--dry-run", action="store_true", help="remove nothing: the default")
        parser.add_argument("--json", action="store_true", help="write JSON lines, see below")

    def handle(
        self, *, room: str | None, keep: str | None, go: bool, json: bool, **options: object
    ) -> None:
        only = None if room is None else find_room(room)
        if keep is not None:
            self._set(only, keep)
        rooms = Room.objects.filter(retention_days__isnull=False).order_by("pk")
        rooms = rooms if only is None else rooms.filter(pk=only.pk)
        number = total = 0
        for one in rooms:
            number += 1
            total += self._prune(one, as_json=json) if go else self._tell(one, as_json=json)
        if go:
            merging = search_index.forget_deleted() if total else search_index.merge_leftovers()
            for _ in pausable(merging):
                pass
        self._close(number, total, go=go, as_json=json)

    def _set(self, room: Room | None, keep: str) -> None:
        if room is None:
            raise CommandError("--keep needs --room.", returncode=WRONG_USE)
        if keep != FOREVER and not (keep.isascii() and keep.isdecimal() and len(keep) < 10):
            raise CommandError(
                f"--keep is a number of days or {FOREVER!r}, not {keep!r}.", returncode=WRONG_USE
            )
        retention.set_retention(room.pk, None if keep == FOREVER else int(keep))

    def _tell(self, room: Room, *, as_json: bool) -> int:
        due = retention.due(room)
        if as_json:
            self._write(room, messages=due.messages, files=due.files, bytes=due.bytes)
        else:
            files = f" and {counted(due.files, 'file')} ({due.bytes:,} bytes)" if due.files else ""
            verb = "is" if due.messages == 1 and not due.files else "are"
            self.stdout.write(
                f"{room_name(room)}: {counted(due.messages, 'message')}{files} {verb} older than"
                f" {room.retention_days} days."
            )
        return due.messages

    def _prune(self, room: Room, *, as_json: bool) -> int:
        line, removed = StatusLine(self.stdout), 0
        expected = 0 if as_json else retention.due(room).messages
        try:
            for number in pausable(retention.prune(room.pk)):
                removed += number
                if not as_json:
                    line.show(f"{room_name(room)}: {removed:,} of {expected:,} removed")
        finally:
            line.clear()
        if as_json:
            self._write(room, messages=removed)
        else:
            self.stdout.write(f"{room_name(room)}: {counted(removed, 'message')} removed.")
        return removed

    def _write(self, room: Room, **values: int) -> None:
        about = {"room": room.pk, "slug": room.slug, "keep_days": room.retention_days}
        self.stdout.write(json.dumps(about | values))

    def _close(self, rooms: int, messages: int, *, go: bool, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps({"rooms": rooms, "messages": messages, "removed": go}))
        elif not rooms:
            self.stdout.write("Nothing to do: messages are kept for ever. --keep changes that.")
        elif go:
            self.stdout.write(f"Removed {counted(messages, 'message')}.")
        else:
            self.stdout.write(f"{counted(messages, 'message')} would go. Remove with --go.")
