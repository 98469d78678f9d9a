from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.contrib import messages as notes
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.admin_paging import BoundedPaginator

from .search import Sought, Unclear, understand

if TYPE_CHECKING:
    AnyModelAdmin = admin.ModelAdmin[Any]
else:
    AnyModelAdmin = admin.ModelAdmin


class ViewAdmin(AnyModelAdmin):
    """A list and its pages to read."""

    paginator = BoundedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50
    ordering = ["-id"]
    sortable_by = ()  # an order of one's own would sort the whole table
    actions: list[str] | None = None
    # The parameters other pages link with; any other lookup in the address might scan the table.
    linked_by: ClassVar[tuple[str, ...]] = ()

    def get_readonly_fields(
        self, request: HttpRequest, obj: Model | None = None
    ) -> tuple[str, ...]:
        """All that is shown; those that no form may hold too."""
        return tuple(self.get_fields(request, obj))  # type: ignore[arg-type]  # no rows of fields here

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        filters = {getattr(item, "parameter_name", None) for item in self.get_list_filter(request)}
        return lookup in self.linked_by or lookup in filters

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        term = search_term.strip()
        if not term:
            return queryset, False
        try:
            return self.search(queryset, understand(term, room=self.chosen(request, "room"))), False
        except Unclear as unclear:
            notes.warning(request, str(unclear))
            return queryset.none(), False

    def search(self, queryset: QuerySet[Any], sought: Sought) -> QuerySet[Any]:
        """Narrows the list to what is sought. Raises `Unclear`."""
        return queryset

    def chosen(self, request: HttpRequest, name: str) -> int | None:
        """The id that another page's link chose."""
        value = request.GET.get(name, "")
        return int(value) if name in self.linked_by and value.isdecimal() else None


def by_room_and_user(queryset: QuerySet[Any], sought: Sought, *, user: str) -> QuerySet[Any]:
    """For tables in which an index knows the room and another the user. Raises `Unclear`."""
    if sought.words or not (sought.room or sought.user):
        raise Unclear(str(_("Look for a #room or a @username here.")))
    if sought.room:
        queryset = queryset.filter(room=sought.room)
    return queryset.filter(**{user: sought.user}) if sought.user else queryset


def link_to_list(model: str, query: Mapping[str, Any], text: Any) -> SafeString:
    return link(reverse(f"admin:chat_{model}_changelist", query=query), text)


def link_to_page(row: Model, text: Any) -> SafeString:
    meta = row._meta
    return link(reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[row.pk]), text)


def link(href: str, text: Any) -> SafeString:
    return format_html('<a href="{}">{}</a>', href, text)
