from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from chat.models import Invite, Membership

from .base import ViewAdmin, by_room_and_user
from .search import Sought


@admin.register(Membership)
class MembershipAdmin(ViewAdmin):
    list_display = ["room", "user", "role", "joined_at", "left_at", "read_seq"]
    list_display_links = ["user"]
    list_select_related = ["room", "user"]
    linked_by = ("room", "user")
    search_fields = ["user"]
    search_help_text = _("#room: its members; @username: their rooms; or both")
    fields = [
        "room",
        "user",
        "role",
        "joined_at",
        "left_at",
        "read_seq",
        "notify",
        "last_post_at",
        "rev",
    ]

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        """In one room by user: the index has that order."""
        in_room = self.chosen(request, "room") is not None or "#" in request.GET.get("q", "")
        return ("room_id", "user_id") if in_room else ("-id",)

    def search(self, queryset: QuerySet[Membership], sought: Sought) -> QuerySet[Membership]:
        return by_room_and_user(queryset, sought, user="user")


@admin.register(Invite)
class InviteAdmin(ViewAdmin):
    fields = (
        "code",
        "room",
        "created_by",
        "created_at",
        "expires_at",
        "uses",
        "max_uses",
        "revoked_at",
    )
    list_display = fields
    list_select_related = ["room", "created_by"]
    linked_by = ("room", "created_by")
    search_fields = ["code"]
    search_help_text = _("#room, @username of its maker, or the whole code")

    def search(self, queryset: QuerySet[Invite], sought: Sought) -> QuerySet[Invite]:
        if sought.words:
            return queryset.filter(code=sought.words)
        return by_room_and_user(queryset, sought, user="created_by")
