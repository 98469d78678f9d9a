from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .message import Message
from .room import Room


class Sanction(models.Model):
    """A mute or a ban of one user, in one room or (without one) everywhere, until a time or for good."""

    class Kind(models.TextChoices):
        MUTE = "mute", _("mute")
        BAN = "ban", _("ban")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("user"),
        related_name="sanctions",
        db_index=False,
    )
    room = models.ForeignKey(
        Room,
        models.CASCADE,
        verbose_name=_("room"),
        null=True,
        blank=True,
        related_name="sanctions",
    )
    kind = models.CharField(_("kind"), max_length=4, choices=Kind)
    reason = models.CharField(_("reason"), max_length=1000)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("by"),
        null=True,
        related_name="+",
        db_index=False,
    )
    at = models.DateTimeField(_("from"), default=timezone.now)
    until = models.DateTimeField(_("until"), null=True, blank=True)
    lifted_at = models.DateTimeField(_("lifted"), null=True, blank=True)

    class Meta:
        verbose_name = _("sanction")
        verbose_name_plural = _("sanctions")
        indexes = [
            models.Index(
                fields=["user", "room"],
                condition=Q(lifted_at__isnull=True),
                name="sanction_in_force",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.user_id}"


class Report(models.Model):
    """A member's complaint about a message, and what was decided of it. `room` is the message's, so that what
    waits there is found without going through what waits elsewhere."""

    class Decision(models.TextChoices):
        DISMISSED = "dismissed", _("dismissed")
        REMOVED = "removed", _("message removed")
        MUTED = "muted", _("removed and muted")
        BANNED = "banned", _("removed and banned")

    message = models.ForeignKey(
        Message, models.CASCADE, verbose_name=_("message"), related_name="reports"
    )
    room = models.ForeignKey(
        Room, models.CASCADE, verbose_name=_("room"), related_name="+", db_index=False
    )
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("reporter"), related_name="+"
    )
    reason = models.CharField(_("reason"), max_length=1000)
    at = models.DateTimeField(_("reported"), default=timezone.now)
    decision = models.CharField(_("decision"), max_length=16, choices=Decision, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("decided by"),
        null=True,
        related_name="+",
        db_index=False,
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        constraints = [
            models.UniqueConstraint(fields=["message", "reporter"], name="report_once_per_person")
        ]
        indexes = [
            models.Index(fields=["at"], condition=Q(decided_at__isnull=True), name="report_queue"),
            models.Index(  # waiting_in
                fields=["room", "id"],
                condition=Q(decided_at__isnull=True),
                name="report_in_room",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.message_id} by {self.reporter_id}"


class Block(models.Model):
    """`user` does not want to hear from `blocked`."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="blocks", db_index=False
    )
    blocked = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("block")
        verbose_name_plural = _("blocks")
        constraints = [
            models.UniqueConstraint(fields=["user", "blocked"], name="block_once_per_pair"),
            models.CheckConstraint(
                condition=~Q(user=models.F("blocked")), name="block_is_of_somebody_else"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.blocked_id} by {self.user_id}"


class AddedOnly(models.QuerySet["AuditEntry"]):
    """Refuses what would change or remove rows, whoever asks for it; also what Django asks for by itself, as
    where fixtures are loaded. What could put up with a row that is there is as if it changed it."""

    def update(self, **values: Any) -> int:
        raise _refusal()

    def delete(self) -> tuple[int, dict[str, int]]:
        raise _refusal()

    def bulk_create(
        self,
        objs: Iterable["AuditEntry"],
        batch_size: int | None = None,
        *options: Any,
        **named: Any,
    ) -> list["AuditEntry"]:
        if any(options) or any(named.values()):
            raise _refusal()
        return super().bulk_create(objs, batch_size)

    def _update(self, values: Any) -> int:
        """What a model's own saving comes to, after `save`. Of a new row it hears that there is none yet."""
        if self.exists():
            raise _refusal()
        return 0

    def _raw_delete(self, using: str | None) -> int:
        raise _refusal()


class AuditEntry(models.Model):
    """One privileged act: who did what to whom, why and from where. Rows are added, never changed."""

    at = models.DateTimeField(_("at"), default=timezone.now, db_index=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("actor"),
        null=True,
        related_name="+",
    )
    action = models.CharField(_("action"), max_length=40)
    room = models.ForeignKey(
        Room, models.PROTECT, verbose_name=_("room"), null=True, related_name="+"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("user"),
        null=True,
        related_name="+",
    )
    seq = models.PositiveBigIntegerField(_("message number"), null=True)
    reason = models.CharField(_("reason"), max_length=1000, blank=True)
    address = models.GenericIPAddressField(_("address"), null=True)
    details = models.JSONField(_("details"), default=dict)

    objects = AddedOnly.as_manager()

    class Meta:
        base_manager_name = "objects"  # what Django does of its own accord goes by it too
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit log")

    def __str__(self) -> str:
        return f"{self.action} by {self.actor_id}"

    def save(self, *args: Any, **options: Any) -> None:
        """Under the key of a row that is there it fails: to look new is not enough to be added."""
        using = options.pop("using", None)
        options.pop("force_insert", None)
        if not self._state.adding or any(args) or any(options.values()):
            raise _refusal()
        super().save(force_insert=True, using=using)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise _refusal()


def _refusal() -> TypeError:
    return TypeError("The audit log is only added to.")
