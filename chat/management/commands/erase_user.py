import json

from django.core.management.base import CommandParser

from accounts.erasure import is_erased
from accounts.management.operating import StatusLine, find_user, pausable
from accounts.models import User
from chat.actions import erasure
from chat.actions.erasure import Belongings
from chat.counted import counted
from chat.management.operating import ChatCommand


class Command(ChatCommand):
    help = (
        "Erases a person who asks for it: what they wrote and uploaded, their reactions, picture, name and"
        " address. Their messages leave empty places, so timelines keep their numbers. The account is closed"
        " for good and its username free. Without --go it only says what would go. There is no way back."
        " May run while the chat is in use, be paused by Ctrl-Z, stopped, and run again."
    )
    examples = """examples:
  manage.py erase_user bob         # what would go
  manage.py erase_user bob --go

With --json the output is one object: "user" (id), "username" (at the end the new one), "messages",
"reactions", "rooms", "files" (that go or went with this run) and "erased".
"""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", help="what signs in and is mentioned")
        parser.add_argument("--go", action="store_true", help="erase them")
        parser.add_argument("--json", action="store_true", help="write an object, see below")

    def handle(self, *, username: str, go: bool, json: bool, **options: object) -> None:
        user = find_user(username)
        had = erasure.belongings(user.pk)
        if go:
            self._erase(user, had, shows_progress=not json)
            user.refresh_from_db()
        self._tell(user, had, as_json=json)

    def _erase(self, user: User, had: Belongings, *, shows_progress: bool) -> None:
        line, done = StatusLine(self.stdout), 0
        try:
            for number in pausable(erasure.erase(user.pk)):
                done += number
                if shows_progress:
                    line.show(f"{done:,} of {had.total:,}")
        finally:
            line.clear()

    def _tell(self, user: User, had: Belongings, *, as_json: bool) -> None:
        is_gone = is_erased(user)
        if as_json:
            about = {"user": user.pk, "username": user.username}
            self.stdout.write(json.dumps(about | had.counts | {"erased": is_gone}))
            return
        what = (
            f"{counted(had.messages, 'message')}, {counted(had.reactions, 'reaction')},"
            f" {counted(had.files, 'file')}, memberships in {counted(had.rooms, 'room')}"
        )
        if is_gone:
            self.stdout.write(f"Erased: {what}. The account is {user.username} now.")
        else:
            self.stdout.write(f"Would go: {what}. Erase {user.username} with --go.")
