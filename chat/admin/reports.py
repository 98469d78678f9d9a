"""The queue of what was reported: what was said and around it, who complains and why, and what to do."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial, reduce
from operator import attrgetter, or_
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from accounts.owners import owns_site
from chat import complaints
from chat.actions import oversight
from chat.actions.reports import decide_report
from chat.models import Message, Report, Room
from chat.permissions import stands_above

from .acts import Act, ActingAdmin, Offer
from .base import ViewAdmin, link_to_page
from .messages import READ
from .search import Sought, Unclear
from .titles import places, title_of

NEAR, NEAR_ON_PAGE = 2, 8  # messages before and after
MOST_READ, MOST_NAMED = 1_000, 5  # of those who complain, on a page and about one message


class QueueFilter(admin.SimpleListFilter):
    """What waits for a decision comes first, the oldest on top."""

    title = _("decision")
    parameter_name = "queue"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("decided", pgettext_lazy("reports", "decided")), ("all", _("all"))]

    def choices(self, changelist: Any) -> Any:
        waiting, *others = super().choices(changelist)
        yield {**waiting, "display": _("waiting")}
        yield from others

    def queryset(self, request: HttpRequest, queryset: QuerySet[Report]) -> QuerySet[Report]:
        if self.value() == "all":
            return queryset
        return queryset.filter(decided_at__isnull=self.value() != "decided")


@dataclass(frozen=True, slots=True)
class Card:
    """One message that was reported, with all that a decision is made from."""

    report: Report
    place: str  # what its room is called
    complaints: list[Report]
    around: list[Message]
    opened: set[int]  # whose files can be looked at: what the viewer reads on a page of its own too
    offers: list[Offer]  # on the newest of them: a decision goes as far as the page does

    @property
    def more(self) -> int:
        """How many complain beside those who are named."""
        return len(self.complaints) - MOST_NAMED

    @property
    def named(self) -> list[Report]:
        return self.complaints[:MOST_NAMED]


def _decide(decision: Report.Decision, actor_id: int, report: Report, said: Any) -> None:
    decide_report(actor_id, report, decision)


def _is_waiting(report: Report) -> bool:
    return report.decided_at is None


def _judges_author(user: User, report: Report) -> bool:
    author = report.message.author
    return author is not None and stands_above(user, author)


@admin.register(Report)
class ReportAdmin(ActingAdmin, ViewAdmin):
    change_form_template = "admin/chat/report_page.html"
    list_display = ["at", "reason", "in_room", "author", "excerpt", "reporter", "decision"]
    list_select_related = ["message__room", "message__author", "reporter", "decided_by"]
    list_filter = [QueueFilter]
    list_per_page = 20
    linked_by = ("reporter", "message__author")
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
    acts = (
        Act(
            name="dismiss",
            label=_("Nothing to do"),
            done=_("The report is dismissed."),
            permission=oversight.DECIDE,
            fits=_is_waiting,
            do=partial(_decide, Report.Decision.DISMISSED),
        ),
        Act(
            name="remove",
            label=_("Remove message"),
            done=_("The message is gone."),
            permission=oversight.REMOVE_MESSAGES,
            fits=_is_waiting,
            do=partial(_decide, Report.Decision.REMOVED),
            is_grave=True,
        ),
        Act(
            name="mute",
            label=_("Remove, mute for a day"),
            sure=_("Yes, remove it and mute its author"),
            done=_("The message is gone, its author is muted for a day."),
            permission=oversight.SANCTION,
            fits=_is_waiting,
            may=_judges_author,
            do=partial(_decide, Report.Decision.MUTED),
            is_grave=True,
        ),
        Act(
            name="ban",
            label=_("Remove, ban for good"),
            sure=_("Yes, remove it and ban its author"),
            done=_("The message is gone, its author is banned."),
            permission=oversight.SANCTION,
            fits=_is_waiting,
            may=_judges_author,
            do=partial(_decide, Report.Decision.BANNED),
            is_grave=True,
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Report]:
        return complaints.readable(request, super().get_queryset(request))

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        return ("-id",) if request.GET.get("queue") else ("at", "id")

    def search(self, queryset: QuerySet[Report], sought: Sought) -> QuerySet[Report]:
        if sought.room and sought.seq is not None:
            message = Message.objects.filter(room=sought.room, seq=sought.seq)
            return queryset.filter(message__in=message.values("pk"))
        if sought.words or sought.room or not sought.user:
            raise Unclear(str(_("Look for a message, #room/42, or a @username here.")))
        return queryset.filter(reporter=sought.user)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        page = super().changelist_view(request, {"title": _("Reports")} | (extra_context or {}))
        context = page.context_data if isinstance(page, TemplateResponse) else None
        if context and "cl" in context:
            context["cards"] = list(self.cards(request, list(context["cl"].result_list)))
        return page

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        (context["card"],) = self.cards(request, [kwargs["obj"]], near=NEAR_ON_PAGE)
        context |= {"title": _("Report"), "subtitle": title_of(kwargs["obj"].message)}
        return super().render_change_form(request, context, *args, **kwargs)

    def page_after(self, row: Any) -> str:
        """On with the next one."""
        return reverse("admin:chat_report_changelist")

    def cards(
        self, request: HttpRequest, reports: list[Report], *, near: int = NEAR
    ) -> Iterator[Card]:
        """One for each message, in their order. Four queries at most, however many reports."""
        messages = {report.message_id: report.message for report in reports}
        called = places(message.room for message in messages.values())
        around = _around(messages.values(), near)
        said: dict[int, list[Report]] = {pk: [] for pk in messages}
        all_of_them = Report.objects.filter(message__in=messages).select_related(
            "reporter", "message__author"
        )
        for report in all_of_them.order_by("pk")[:MOST_READ]:
            said[report.message_id].append(report)
        for report in reports:
            if report.message_id in said:
                near_it = [row for row in around if _is_near(row, report.message, near)]
                complaints = said.pop(report.message_id)
                read = [report, *complaints] if _is_waiting(report) else [report]
                newest = max(read, key=attrgetter("pk"))
                yield Card(
                    report=report,
                    place=called[report.message.room_id],
                    complaints=complaints,
                    around=near_it,
                    opened=_opened(request, report.message, near_it),
                    offers=list(self.offers(request, newest)),
                )

    @admin.display(description=_("room"))
    def in_room(self, report: Report) -> SafeString:
        return link_to_page(report.message.room, report.message.room)

    @admin.display(description=_("author"))
    def author(self, report: Report) -> SafeString | str:
        author = report.message.author
        return link_to_page(author, author) if author else "-"

    @admin.display(description=_("message"))
    def excerpt(self, report: Report) -> SafeString:
        text = Truncator(report.message.body).chars(120)
        return link_to_page(report.message, text or report.message)


def _around(messages: Iterable[Message], near: int) -> list[Message]:
    places = [Q(room=one.room_id, seq__range=(one.seq - near, one.seq + near)) for one in messages]
    if not places:
        return []
    found = Message.objects.filter(reduce(or_, places)).select_related("author")
    return list(found.prefetch_related("attachments").order_by("room_id", "seq"))


def _is_near(row: Message, message: Message, near: int) -> bool:
    return row.room_id == message.room_id and abs(row.seq - message.seq) <= near


def _opened(request: HttpRequest, reported: Message, around: list[Message]) -> set[int]:
    """Of a conversation what was reported, as `shown_to` has it, without asking the database for each."""
    user = request.user
    if not user.has_perm(READ):
        return set()
    is_conversation = reported.room.kind == Room.Kind.DIRECT
    if is_conversation and not owns_site(user):
        return {reported.pk}
    return {row.pk for row in around}
