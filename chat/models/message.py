from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .room import Room


class Message(models.Model):
    """One entry of a room's timeline, addressed by (room, seq).

    Stored by the writer in group commits, so a new column here needs its place in chat/message_sql/.
    `rev` is that of the row's last change, `created_rev` that of its creation: a repeated send is
    answered with the numbers of the first.
    """

    class Kind(models.TextChoices):
        TEXT = "text", _("text")
        SYSTEM = "system", _("system")

    room = models.ForeignKey(
        Room, models.PROTECT, verbose_name=_("room"), related_name="messages", db_index=False
    )
    seq = models.PositiveBigIntegerField(editable=False)
    rev = models.PositiveBigIntegerField(editable=False)
    created_rev = models.PositiveBigIntegerField(editable=False)
    kind = models.CharField(_("kind"), max_length=6, choices=Kind, default=Kind.TEXT)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("author"),
        null=True,
        related_name="chat_messages",
        db_index=False,  # message_once_per_client_id begins with it
    )
    client_id = models.UUIDField(null=True, editable=False)
    # An HMAC of the draft as received: it tells a repeat from another draft, even after an edit.
    draft_hash = models.BinaryField(max_length=16, null=True, editable=False)
    body = models.TextField(_("text"), blank=True)
    content = models.JSONField(null=True, editable=False)
    event = models.JSONField(_("event"), null=True, editable=False)
    reply_to = models.PositiveBigIntegerField(null=True, editable=False)  # a seq of the same room
    mention_room = models.BooleanField(default=False, editable=False)
    at = models.DateTimeField(_("sent"), editable=False)
    edited_at = models.DateTimeField(_("edited"), null=True, editable=False)
    deleted_at = models.DateTimeField(_("deleted"), null=True, editable=False)
    deleted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("deleted by"),
        null=True,
        editable=False,
        related_name="+",
        db_index=False,
    )
    pinned_at = models.DateTimeField(_("pinned"), null=True, editable=False)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        constraints = [
            models.UniqueConstraint(fields=["room", "seq"], name="message_once_per_seq"),
            models.UniqueConstraint(
                fields=["author", "client_id"], name="message_once_per_client_id"
            ),
            models.UniqueConstraint(fields=["room", "rev"], name="message_once_per_rev"),
            models.CheckConstraint(
                condition=Q(deleted_at__isnull=True) | Q(body=""),
                name="message_deleted_has_no_body",
            ),
            models.CheckConstraint(
                condition=Q(kind="system", event__isnull=False)
                | Q(kind="text", author__isnull=False, client_id__isnull=False),
                name="message_kind_has_its_fields",
            ),
            models.CheckConstraint(
                condition=Q(reply_to__isnull=True) | Q(reply_to__lt=models.F("seq")),
                name="message_replies_to_earlier",
            ),
        ]
        indexes = [
            models.Index(  # with_mentions
                fields=["room", "seq"], condition=Q(mention_room=True), name="message_to_all"
            ),
            models.Index(  # pins, of which there are few
                fields=["room", "seq"], condition=Q(pinned_at__isnull=False), name="message_pins"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.room_id}/{self.seq}"


class MessageEdit(models.Model):
    """What a message said before an edit."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="edits")
    body = models.TextField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("edit")
        verbose_name_plural = _("edits")

    def __str__(self) -> str:
        return f"{self.message_id} at {self.at}"


class Reaction(models.Model):
    message = models.ForeignKey(Message, models.CASCADE, related_name="reactions", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    emoji = models.CharField(max_length=64)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("reaction")
        verbose_name_plural = _("reactions")
        constraints = [
            models.UniqueConstraint(
                fields=["message", "emoji", "user"], name="reaction_once_per_person"
            )
        ]

    def __str__(self) -> str:
        return self.emoji


class Mention(models.Model):
    """A member whom a message names, its author aside. `room` and `seq` are the message's, for counting."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="mentioned", db_index=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False
    )
    room = models.ForeignKey(Room, models.CASCADE, related_name="+", db_index=False)
    seq = models.PositiveBigIntegerField(editable=False)

    class Meta:
        verbose_name = _("mention")
        verbose_name_plural = _("mentions")
        constraints = [
            models.UniqueConstraint(fields=["message", "user"], name="mention_once_per_person")
        ]
        indexes = [
            models.Index(fields=["user", "room", "seq"], name="mention_unread"),  # with_mentions
        ]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.message_id}"
