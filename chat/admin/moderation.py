from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat import complaints
from chat.actions import oversight
from chat.models import AuditEntry, Sanction
from chat.permissions import stands_above

from .acts import Act, ActingAdmin
from .base import ViewAdmin, by_room_and_user
from .search import Sought, Unclear


class ForceFilter(admin.SimpleListFilter):
    title = _("in force")
    parameter_name = "force"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("yes")), ("no", _("no"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Sanction]) -> QuerySet[Sanction]:
        now = timezone.now()
        match self.value():
            case "yes":
                forever_or_later = Q(until__isnull=True) | Q(until__gt=now)
                return queryset.filter(forever_or_later, lifted_at__isnull=True)
            case "no":
                return queryset.filter(Q(lifted_at__isnull=False) | Q(until__lte=now))
        return queryset


def _is_in_force(sanction: Sanction) -> bool:
    is_over = sanction.until is not None and sanction.until <= timezone.now()
    return sanction.lifted_at is None and not is_over


@admin.register(Sanction)
class SanctionAdmin(ActingAdmin, ViewAdmin):
    """Sanctions are few: a search may read them all."""

    fields = ("user", "kind", "room", "reason", "by", "at", "until", "lifted_at")
    list_display = fields
    list_select_related = ["user", "room", "by"]
    list_filter = [ForceFilter]
    linked_by = ("user", "room")
    search_fields = ["user"]
    search_help_text = _("#room; @username of the one muted or banned")

    acts = (
        Act(
            name="lift",
            label=_("Lift it"),
            done=_("The sanction is lifted."),
            permission=oversight.LIFT,
            fits=_is_in_force,
            may=lambda user, sanction: stands_above(user, sanction.user),
            do=lambda actor_id, sanction, said: oversight.lift(actor_id, sanction),
        ),
    )

    def search(self, queryset: QuerySet[Sanction], sought: Sought) -> QuerySet[Sanction]:
        return by_room_and_user(queryset, sought, user="user")


@admin.register(AuditEntry)
class AuditEntryAdmin(ViewAdmin):
    """To read. Nobody adds, changes or removes an entry here, an owner no more than others."""

    list_display = ("at", "actor", "action", "room", "user", "seq", "reason", "address")
    list_select_related = ["actor", "room", "user"]
    list_filter = ["at"]
    ordering = ["-at", "-id"]
    linked_by = ("at__gte", "at__lt", "actor", "user", "room")
    search_fields = ["action"]
    search_help_text = _("#room; @username of who did it, or to whom it was done")
    fields = (*list_display, "details")

    def get_queryset(self, request: HttpRequest) -> QuerySet[AuditEntry]:
        return complaints.logged(request, super().get_queryset(request))

    def search(self, queryset: QuerySet[AuditEntry], sought: Sought) -> QuerySet[AuditEntry]:
        if sought.words or not (sought.room or sought.user):
            raise Unclear(str(_("Look for a #room or a @username here.")))
        if sought.room:
            queryset = queryset.filter(room=sought.room)
        if sought.user:
            queryset = queryset.filter(Q(actor=sought.user) | Q(user=sought.user))
        return queryset
