from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .message import Message
from .room import Room


class Attachment(models.Model):
    """An uploaded file. Without a message it is a draft's, and expires."""

    room = models.ForeignKey(
        Room, models.PROTECT, verbose_name=_("room"), related_name="attachments"
    )
    message = models.ForeignKey(
        Message, models.CASCADE, verbose_name=_("message"), null=True, related_name="attachments"
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    uploader = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("uploader"),
        related_name="+",
        db_index=False,
    )
    file = models.FileField(upload_to="attachments/%Y/%m/")
    thumb = models.FileField(upload_to="thumbs/%Y/%m/", blank=True)
    name = models.CharField(_("name"), max_length=255)
    type = models.CharField(_("type"), max_length=127)
    size = models.PositiveBigIntegerField(_("size"))
    width = models.PositiveIntegerField(_("width"), null=True)
    height = models.PositiveIntegerField(_("height"), null=True)
    at = models.DateTimeField(_("uploaded"), default=timezone.now)

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        indexes = [
            models.Index(
                fields=["at"],
                condition=models.Q(message__isnull=True),
                name="attachment_unsent",  # prune_uploads
            ),
            models.Index(fields=["uploader", "at"], name="attachment_of_uploader"),  # a day's
        ]

    def __str__(self) -> str:
        return self.name
