from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import path
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.owners import owns_site
from chat import attaching, database
from chat.file_views import serve_file, serve_thumb
from chat.models import Attachment, Message, Room

from .base import ViewAdmin, by_room_and_user, link_to_page
from .messages import READ, shown_to
from .search import Sought


class SentFilter(admin.SimpleListFilter):
    title = _("message")
    parameter_name = "sent"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("no", _("not sent yet"))]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[Attachment]
    ) -> QuerySet[Attachment]:
        return queryset.filter(message=None) if self.value() else queryset


@admin.register(Attachment)
class AttachmentAdmin(ViewAdmin):
    list_display = ["name", "type", "size", "room", "in_message", "uploader", "at"]
    list_select_related = ["room", "uploader", "message"]
    list_filter = [SentFilter]
    linked_by = ("room", "uploader")
    search_fields = ["name"]
    search_help_text = _("#room, #room/42 or a message's link; @username")
    fields = [
        "name",
        "type",
        "size",
        "width",
        "height",
        "room",
        "in_message",
        "position",
        "uploader",
        "at",
    ]

    def get_urls(self) -> list[Any]:
        """A file has the headers that it has outside, so also those about being kept."""
        shown = {"file": _show, "thumb": _show_thumb}
        own = [
            path(
                f"<int:attachment_id>/{name}/",
                self.admin_site.admin_view(view, cacheable=True),
                name=f"chat_attachment_{name}",
            )
            for name, view in shown.items()
        ]
        return [*own, *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Attachment]:
        """As with messages."""
        found = super().get_queryset(request)
        is_owner = owns_site(request.user)
        return found if is_owner else found.exclude(room__kind=Room.Kind.DIRECT)

    def search(self, queryset: QuerySet[Attachment], sought: Sought) -> QuerySet[Attachment]:
        if sought.room and sought.seq is not None:
            message = Message.objects.filter(room=sought.room, seq=sought.seq)
            return queryset.filter(message__in=message.values("pk"))
        return by_room_and_user(queryset, sought, user="uploader")

    @admin.display(description=_("message"))
    def in_message(self, attachment: Attachment) -> SafeString | str:
        message = attachment.message
        return link_to_page(message, f"{attachment.room}/{message.seq}") if message else "-"


@require_safe
def _show(request: HttpRequest, attachment_id: int) -> HttpResponseBase:
    return serve_file(request, _readable(request, attachment_id))


@require_safe
def _show_thumb(request: HttpRequest, attachment_id: int) -> HttpResponseBase:
    return serve_thumb(request, _readable(request, attachment_id))


def _readable(request: HttpRequest, attachment_id: int) -> Attachment:
    """One in a message that may be read here; then the database is let go, as sending takes long."""
    if not request.user.has_perm(READ):
        raise PermissionDenied
    try:
        row = Attachment.objects.filter(attaching.IS_SENT, pk=attachment_id).first()
        if row is None or not shown_to(request, Message.objects.filter(attachments=row)).exists():
            raise Http404
        return row
    finally:
        database.let_go()
