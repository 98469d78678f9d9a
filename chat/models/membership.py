from django.conf import settings
from django.db import models
from django.db.models import Exists, F, Func, IntegerField, OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .message import Mention, Message
from .moderation import Block
from .room import Room


class MembershipQuerySet(models.QuerySet["Membership"]):
    def active(self) -> "MembershipQuerySet":
        return self.filter(left_at__isnull=True)

    def with_mentions(self) -> "MembershipQuerySet":
        """Each with `mentions`: how many unread messages mention its user, by name or with the whole room.

        One's own do not count, nor those of whom one blocks. Counted anew each time, from two indexes: no
        counter has to be kept right through edits, deletions, blocks and read pointers that move, and to
        mention a room of a hundred thousand costs its author nothing.
        """
        return self.annotate(  # type: ignore[no-redef]  # it is declared for those who read it
            mentions=_count(_by_name()) + _count(_by_room())
        )


class Membership(models.Model):
    """A user in a room. Who leaves keeps the row, so that the others learn of it by its `rev`."""

    class Role(models.TextChoices):
        OWNER = "owner", _("owner")
        MODERATOR = "moderator", _("moderator")
        MEMBER = "member", _("member")

    class Ending(models.TextChoices):
        LEFT = "left", _("left")
        REMOVED = "removed", _("removed")
        BANNED = "banned", _("banned")

    class Notify(models.TextChoices):
        ALL = "all", _("every message")
        MENTIONS = "mentions", _("mentions")
        NONE = "none", _("nothing")

    room = models.ForeignKey(
        Room, models.CASCADE, verbose_name=_("room"), related_name="memberships", db_index=False
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("user"),
        related_name="memberships",
        db_index=False,
    )
    role = models.CharField(_("role"), max_length=9, choices=Role, default=Role.MEMBER)
    rev = models.PositiveBigIntegerField(editable=False)
    joined_at = models.DateTimeField(_("joined"), default=timezone.now, editable=False)
    left_at = models.DateTimeField(_("left"), null=True, blank=True, editable=False)
    ending = models.CharField(  # blank too of one that ended before this was noted
        _("how it ended"), max_length=7, choices=Ending, blank=True, db_default="", editable=False
    )
    read_seq = models.PositiveBigIntegerField(_("read up to"), default=0, editable=False)
    notify = models.CharField(_("notify of"), max_length=8, choices=Notify, default=Notify.ALL)
    last_post_at = models.DateTimeField(_("last post"), null=True, editable=False)

    mentions: int  # of those that were read `with_mentions`

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(fields=["room", "user"], name="membership_once_per_room"),
            models.CheckConstraint(
                condition=models.Q(ending="") | models.Q(left_at__isnull=False),
                name="membership_ends_with_leaving",
            ),
        ]
        indexes = [
            models.Index(fields=["user", "left_at"], name="membership_of_user"),  # welcome
            models.Index(fields=["room", "rev"], name="membership_changes"),  # sync
        ]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.room_id}"


def _count(rows: "QuerySet[Mention] | QuerySet[Message]") -> Subquery:
    number = Func(F("pk"), function="COUNT", output_field=IntegerField())
    return Subquery(rows.order_by().annotate(number=number).values("number"))


def _by_name() -> "QuerySet[Mention]":
    """Those of an outer query's membership that are unread, and that `_by_room` does not have."""
    blocked = Block.objects.filter(user=OuterRef("user"), blocked=OuterRef("message__author"))
    return Mention.objects.filter(
        ~Exists(blocked),
        user=OuterRef("user"),
        room=OuterRef("room"),
        seq__gt=OuterRef("read_seq"),
        message__mention_room=False,
    )


def _by_room() -> "QuerySet[Message]":
    reader = OuterRef(OuterRef("user"))
    blocked = Block.objects.filter(user=reader, blocked=OuterRef("author"))
    return Message.objects.filter(
        ~Exists(blocked),
        room=OuterRef("room"),
        seq__gt=OuterRef("read_seq"),
        mention_room=True,
    ).exclude(author=OuterRef("user"))
