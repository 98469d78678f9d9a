from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .room import Room


class MembershipQuerySet(models.QuerySet["Membership"]):
    def active(self) -> "MembershipQuerySet":
        return self.filter(left_at__isnull=True)


class Membership(models.Model):
    """A user in a room. Who leaves keeps the row, so that the others learn of it by its `rev`."""

    class Role(models.TextChoices):
        OWNER = "owner", _("owner")
        MODERATOR = "moderator", _("moderator")
        MEMBER = "member", _("member")

    class Notify(models.TextChoices):
        ALL = "all", _("every message")
        MENTIONS = "mentions", _("mentions")
        NONE = "none", _("nothing")

    room = models.ForeignKey(Room, models.CASCADE, related_name="memberships", db_index=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="memberships", db_index=False
    )
    role = models.CharField(_("role"), max_length=9, choices=Role, default=Role.MEMBER)
    rev = models.PositiveBigIntegerField(editable=False)
    joined_at = models.DateTimeField(_("joined"), default=timezone.now, editable=False)
    left_at = models.DateTimeField(_("left"), null=True, blank=True, editable=False)
    read_seq = models.PositiveBigIntegerField(default=0, editable=False)
    mentions = models.PositiveIntegerField(default=0, editable=False)
    notify = models.CharField(_("notify of"), max_length=8, choices=Notify, default=Notify.ALL)
    last_post_at = models.DateTimeField(null=True, editable=False)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(fields=["room", "user"], name="membership_once_per_room"),
        ]
        indexes = [
            models.Index(fields=["user", "left_at"], name="membership_of_user"),  # welcome
            models.Index(fields=["room", "rev"], name="membership_changes"),  # sync
        ]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.room_id}"
