"""Lists in the admin that stay fast at a million rows: nothing is counted or scanned to the end."""

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    AnyPaginator = Paginator[Any]
else:
    AnyPaginator = Paginator

COUNT_MAX = 10_000


class AtLeast(int):
    """A count that was cut short, and says so."""

    def __str__(self) -> str:
        return _("more than %(count)s") % {"count": f"{int(self):,}"}


class BoundedPaginator(AnyPaginator):
    """Counts as far as anybody would turn pages; what lies deeper is for search and filters."""

    @cached_property
    def count(self) -> int:
        queryset: QuerySet[Any] = self.object_list  # type: ignore[assignment]  # the admin's always is
        counted = queryset.order_by()[: COUNT_MAX + 1].count()
        return counted if counted <= COUNT_MAX else AtLeast(COUNT_MAX)
