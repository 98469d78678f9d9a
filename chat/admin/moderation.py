from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from chat.models import AuditEntry, Message, Report, Sanction

from .base import ViewAdmin, by_room_and_user, link_to_page
from .search import Sought, Unclear


class QueueFilter(admin.SimpleListFilter):
    """What waits for a decision comes first, the oldest on top."""

    title = _("decision")
    parameter_name = "queue"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("decided", _("decided")), ("all", _("all"))]

    def choices(self, changelist: Any) -> Any:
        waiting, *others = super().choices(changelist)
        yield {**waiting, "display": _("waiting")}
        yield from others

    def queryset(self, request: HttpRequest, queryset: QuerySet[Report]) -> QuerySet[Report]:
        if self.value() == "all":
            return queryset
        return queryset.filter(decided_at__isnull=self.value() != "decided")


@admin.register(Report)
class ReportAdmin(ViewAdmin):
    list_display = ["at", "reason", "in_room", "author", "excerpt", "reporter", "decision"]
    list_select_related = ["message__room", "message__author", "reporter"]
    list_filter = [QueueFilter]
    search_fields = ["reason"]
    search_help_text = _("#room/42 or a message's link; @username of who reported")
    fields = [
        "reason",
        "reporter",
        "at",
        "in_room",
        "author",
        "excerpt",
        "decision",
        "decided_by",
        "decided_at",
    ]

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        return ("-id",) if request.GET.get("queue") else ("at", "id")

    def search(self, queryset: QuerySet[Report], sought: Sought) -> QuerySet[Report]:
        if sought.room and sought.seq is not None:
            message = Message.objects.filter(room=sought.room, seq=sought.seq)
            return queryset.filter(message__in=message.values("pk"))
        if sought.words or sought.room or not sought.user:
            raise Unclear(str(_("Look for a message, #room/42, or a @username here.")))
        return queryset.filter(reporter=sought.user)

    @admin.display(description=_("room"))
    def in_room(self, report: Report) -> str:
        return str(report.message.room)

    @admin.display(description=_("author"))
    def author(self, report: Report) -> str:
        return str(report.message.author or "-")

    @admin.display(description=_("message"))
    def excerpt(self, report: Report) -> SafeString:
        text = Truncator(report.message.body).chars(120)
        return link_to_page(report.message, text or report.message)


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


@admin.register(Sanction)
class SanctionAdmin(ViewAdmin):
    """Sanctions are few: a search may read them all."""

    fields = ("user", "kind", "room", "reason", "by", "at", "until", "lifted_at")
    list_display = fields
    list_select_related = ["user", "room", "by"]
    list_filter = [ForceFilter]
    linked_by = ("user", "room")
    search_fields = ["user"]
    search_help_text = _("#room; @username of the one muted or banned")

    def search(self, queryset: QuerySet[Sanction], sought: Sought) -> QuerySet[Sanction]:
        return by_room_and_user(queryset, sought, user="user")


@admin.register(AuditEntry)
class AuditEntryAdmin(ViewAdmin):
    list_display = ("at", "actor", "action", "room", "user", "seq", "reason", "address")
    list_select_related = ["actor", "room", "user"]
    list_filter = ["at"]
    ordering = ["-at", "-id"]
    linked_by = ("at__gte", "at__lt", "actor", "user", "room")
    search_fields = ["action"]
    search_help_text = _("#room; @username of who did it, or to whom it was done")
    fields = (*list_display, "details")

    def search(self, queryset: QuerySet[AuditEntry], sought: Sought) -> QuerySet[AuditEntry]:
        if sought.words or not (sought.room or sought.user):
            raise Unclear(str(_("Look for a #room or a @username here.")))
        if sought.room:
            queryset = queryset.filter(room=sought.room)
        if sought.user:
            queryset = queryset.filter(Q(actor=sought.user) | Q(user=sought.user))
        return queryset
