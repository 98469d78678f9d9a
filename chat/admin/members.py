from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from chat.actions import oversight
from chat.models import Invite, Membership, Room
from chat.permissions import may_place, stands_above

from .acts import Act, ActingAdmin, ReasonForm
from .base import ViewAdmin, by_room_and_user
from .sanctioning import SanctionForm, sanction_user
from .search import Sought


class RoleForm(forms.Form):
    role = forms.ChoiceField(label=_("Role"), choices=Membership.Role.choices)


def _is_member_of_room(membership: Membership) -> bool:
    return membership.left_at is None and membership.room.kind != Room.Kind.DIRECT


def _may_place(user: User, membership: Membership) -> bool:
    return may_place(user, membership.user)


@admin.register(Membership)
class MembershipAdmin(ActingAdmin, ViewAdmin):
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
        "ending",
        "read_seq",
        "notify",
        "last_post_at",
        "rev",
    ]

    acts = (
        Act(
            name="role",
            label=_("Give a role"),
            done=_("They have this role now."),
            permission=oversight.KEEP_MEMBERS,
            form=RoleForm,
            fits=_is_member_of_room,
            may=_may_place,
            do=lambda actor_id, one, said: oversight.change_role(actor_id, one, said["role"]),
        ),
        Act(
            name="sanction",
            label=_("Mute or ban in this room"),
            done=_("The sanction is in force."),
            permission=oversight.SANCTION,
            form=SanctionForm,
            may=lambda user, one: stands_above(user, one.user),
            do=lambda actor_id, one, said: sanction_user(actor_id, one.user_id, said, one.room_id),
        ),
        Act(
            name="remove",
            label=_("Remove from this room"),
            done=_("They are no member any more."),
            permission=oversight.KEEP_MEMBERS,
            form=ReasonForm,
            fits=_is_member_of_room,
            may=_may_place,
            do=lambda actor_id, one, said: oversight.remove_member(
                actor_id, one, reason=said["reason"]
            ),
            is_grave=True,
        ),
    )

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        """In one room by user: the index has that order."""
        in_room = self.chosen(request, "room") is not None or "#" in request.GET.get("q", "")
        return ("room_id", "user_id") if in_room else ("-id",)

    def search(self, queryset: QuerySet[Membership], sought: Sought) -> QuerySet[Membership]:
        return by_room_and_user(queryset, sought, user="user")


@admin.register(Invite)
class InviteAdmin(ActingAdmin, ViewAdmin):
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

    acts = (
        Act(
            name="revoke",
            label=_("Revoke"),
            done=_("The invitation is revoked."),
            permission=oversight.REVOKE,
            fits=lambda invite: invite.revoked_at is None,
            do=lambda actor_id, invite, said: oversight.revoke_invite(actor_id, invite),
        ),
    )

    def search(self, queryset: QuerySet[Invite], sought: Sought) -> QuerySet[Invite]:
        if sought.words:
            return queryset.filter(code=sought.words)
        return by_room_and_user(queryset, sought, user="created_by")
