import uuid
from collections.abc import Iterable

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat.protocol.limits import MAX_NAME, MAX_TOPIC

# A browser tries for a day to send a message; until then its `client_id` has to be known.
MIN_RETENTION_DAYS, MAX_RETENTION_DAYS = 2, 36_500


class Room(models.Model):
    """A conversation. Its row is the lock under which its numbers are handed out.

    `last_seq` numbers messages, `last_rev` numbers changes of any kind; `meta_rev` is the rev of the last
    change of this row's own shared state; `first_seq` moves up when retention removes old messages.
    """

    class Kind(models.TextChoices):
        PUBLIC = "public", _("public")
        PRIVATE = "private", _("private")
        DIRECT = "direct", _("direct")

    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    name = models.CharField(_("name"), max_length=MAX_NAME, blank=True)
    slug = models.SlugField(
        _("address"), max_length=MAX_NAME, allow_unicode=True, unique=True, null=True, blank=True
    )
    topic = models.CharField(_("topic"), max_length=MAX_TOPIC, blank=True)
    last_seq = models.PositiveBigIntegerField(default=0, editable=False)
    last_rev = models.PositiveBigIntegerField(default=0, editable=False)
    first_seq = models.PositiveBigIntegerField(default=1, editable=False)
    meta_rev = models.PositiveBigIntegerField(default=0, editable=False)
    member_count = models.PositiveIntegerField(_("members"), default=0, editable=False)
    last_message_at = models.DateTimeField(_("last message"), null=True, editable=False)
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True, editable=False)
    slow_mode = models.PositiveIntegerField(
        _("slow mode"),
        default=0,
        help_text=_("Seconds between two messages of one member; 0 is off."),
    )
    retention_days = models.PositiveIntegerField(
        _("keeps messages for"),
        null=True,
        blank=True,
        validators=[MinValueValidator(MIN_RETENTION_DAYS), MaxValueValidator(MAX_RETENTION_DAYS)],
        help_text=_(
            "Days. Older messages are removed for good by the command prune_messages. Empty: for ever."
        ),
    )
    # Of a direct room's people, by `direct_key`: two who open it at once find one room.
    direct_key = models.CharField(max_length=255, unique=True, null=True, editable=False)  # noqa: DJ001
    # Kept for threads: a thread will be a room below one message of its parent.
    parent = models.ForeignKey("self", models.PROTECT, null=True, editable=False)
    parent_seq = models.PositiveBigIntegerField(null=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("created by"),
        null=True,
        editable=False,
        related_name="+",
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("room")
        verbose_name_plural = _("rooms")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="direct", direct_key__isnull=False, slug__isnull=True)
                | Q(kind__in=["public", "private"], direct_key__isnull=True, slug__isnull=False),
                name="room_kind_has_its_key",
            ),
            models.CheckConstraint(
                condition=Q(first_seq__lte=models.F("last_seq") + 1), name="room_first_seq_in_range"
            ),
            models.CheckConstraint(
                condition=Q(last_seq__lte=models.F("last_rev")), name="room_each_seq_has_a_rev"
            ),
            models.UniqueConstraint(
                fields=["parent", "parent_seq"], name="room_one_per_parent_message"
            ),
            models.CheckConstraint(
                condition=Q(retention_days__isnull=True)
                | Q(retention_days__gte=MIN_RETENTION_DAYS),
                name="room_keeps_what_may_be_sent_again",
            ),
        ]
        indexes = [models.Index(fields=["kind", "name"], name="room_public_list")]

    def __str__(self) -> str:
        return self.name or f"{self.kind} {self.pk}"


def direct_key(user_ids: Iterable[int]) -> str:
    """What the direct room of just these people is found by."""
    return ",".join(str(user_id) for user_id in sorted(user_ids))


def invite_code() -> str:
    return uuid.uuid4().hex


class Invite(models.Model):
    """A link that admits whoever opens it to one room. Its uses are counted under the room's lock."""

    room = models.ForeignKey(Room, models.CASCADE, verbose_name=_("room"), related_name="invites")
    code = models.CharField(
        _("code"), max_length=32, unique=True, default=invite_code, editable=False
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("created by"), related_name="+"
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    max_uses = models.PositiveIntegerField(_("uses at most"), null=True, blank=True)
    uses = models.PositiveIntegerField(_("uses"), default=0, editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("link into a room")
        verbose_name_plural = _("links into rooms")
        constraints = [
            models.CheckConstraint(
                condition=Q(max_uses__isnull=True) | Q(uses__lte=models.F("max_uses")),
                name="invite_used_as_often_as_it_may",
            ),
        ]

    def __str__(self) -> str:
        return self.code
