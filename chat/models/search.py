from django.db import models
from django.utils.translation import gettext_lazy as _

from .message import Message


class SearchEntry(models.Model):
    """That a message can be found. Under what is in a column that each database has a type of its own for:
    chat/search_index/ reads and writes it.

    On SQLite the table is FTS5's, which knows its rows by `rowid` alone and takes no constraints.
    """

    message = models.OneToOneField(
        Message,
        models.CASCADE,
        primary_key=True,
        db_column="rowid",
        db_constraint=False,
        related_name="search_entry",
    )

    class Meta:
        verbose_name = _("search entry")
        verbose_name_plural = _("search entries")

    def __str__(self) -> str:
        return f"entry of {self.message_id}"
