import json
from datetime import timedelta

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.urls import reverse
from django.utils import timezone

from accounts import invitations
from accounts.management.operating import WRONG_USE, find_user
from chat.actions.invites import create_invite, keeper_of
from chat.management.operating import ChatCommand, find_room
from chat.protocol.codec import timestamp
from chat.protocol.commands import InviteCreate
from chat.protocol.limits import MAX_INVITE_USES

MAX_DAYS = 3_650


class Command(ChatCommand):
    help = (
        "Prints a link that lets somebody make an account, while SIGN_UP is `invite`; or with --room one that"
        " leads an account into a room, in the name of one who keeps it."
    )
    examples = """examples:
  manage.py invite                                # for one person, within a week
  manage.py invite --uses 30 --days 2
  manage.py invite --room general --as alice

With --json the output is one object: "url", "uses", "days".
"""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--room", metavar="ID_OR_SLUG", help="into this room")
        parser.add_argument(
            "--as", dest="keeper", metavar="USERNAME", help="its owner or moderator (default: one)"
        )
        parser.add_argument("--uses", type=int, default=1, help="for how many people (default 1)")
        parser.add_argument("--days", type=float, default=7, help="for how long (default 7)")
        parser.add_argument("--json", action="store_true", help="write an object, see below")

    def handle(
        self,
        *,
        room: str | None,
        keeper: str | None,
        uses: int,
        days: float,
        json: bool,
        **_: object,
    ) -> None:
        if not 1 <= uses <= MAX_INVITE_USES:
            raise CommandError(f"--uses is from 1 to {MAX_INVITE_USES}.", returncode=WRONG_USE)
        if not 0 < days <= MAX_DAYS:
            raise CommandError(f"--days is more than 0, up to {MAX_DAYS}.", returncode=WRONG_USE)
        if keeper is not None and room is None:
            raise CommandError("--as needs --room.", returncode=WRONG_USE)
        url = _to_site(uses, days) if room is None else _to_room(room, keeper, uses, days)
        self._tell(url, uses, days, as_json=json)

    def _tell(self, url: str, uses: int, days: float, *, as_json: bool) -> None:
        about = {"url": url, "uses": uses, "days": days}
        self.stdout.write(json.dumps(about) if as_json else url)


def _to_site(uses: int, days: float) -> str:
    if settings.SIGN_UP == "closed":
        raise CommandError("SIGN_UP is `closed`: no invitation opens it. Set it to `invite`.")
    if settings.SIGN_UP == "open":
        return f"{settings.SITE_URL}{reverse('account_signup')}"  # nobody needs more than that
    return invitations.link(invitations.make(uses=uses, lasting=timedelta(days=days)))


def _to_room(name: str, keeper: str | None, uses: int, days: float) -> str:
    room = find_room(name)
    actor_id = keeper_of(room.pk) if keeper is None else find_user(keeper).pk
    expires = timestamp(timezone.now() + timedelta(days=days))
    command = InviteCreate(id="command", room=room.pk, uses=uses, expires=expires)
    return create_invite(actor_id, command).invite.url
