import uuid
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _


class Site(models.Model):
    """The database's own row: its identity, which every client compares with what it holds.

    A restore, a repair or the promotion of a replica changes `epoch`: numbers handed out before may be
    handed out again, so every client starts from snapshots.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    epoch = models.UUIDField(default=uuid.uuid4, editable=False)

    class Meta:
        verbose_name = _("site")
        verbose_name_plural = _("sites")
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="site_is_one_row")]

    def __str__(self) -> str:
        return str(self.epoch)

    @classmethod
    def current(cls) -> Self:
        return cls.objects.get_or_create(id=1)[0]

    @classmethod
    def renew_epoch(cls, known: str | None = None) -> str:
        """Has every client start from snapshots; does nothing where `known` is no longer the epoch."""
        rows = cls.objects.filter(id=1)
        if known is not None:
            rows = rows.filter(epoch=known)
        rows.update(epoch=uuid.uuid4())
        return str(cls.current().epoch)
