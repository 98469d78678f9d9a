from typing import Any

from django import forms
from django.contrib import admin
from django.contrib import messages as notes
from django.contrib.admin.helpers import ActionForm
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.owners import owns_site
from chat import complaints
from chat.actions import oversight
from chat.errors import ChatError
from chat.models import Message, MessageEdit, Reaction, Report, Room
from chat.permissions import stands_above
from chat.wording import in_words

from .acts import Act, ActingAdmin, ReasonForm
from .base import ViewAdmin, link_to_list, link_to_page
from .sanctioning import SanctionPlaceForm, sanction_user
from .search import Sought, Unclear
from .titles import title_of

READ = "chat.view_message"
# How far back text, people and states are looked for in one room.
WINDOW = 10_000
# So many of a person's messages are listed; who said MANY is looked for among the newest of all.
LISTED, MANY, NEWEST = 1_000, 5_000, 100_000
CONTEXT = 5


class StateFilter(admin.SimpleListFilter):
    """Offered in a chosen room only, and within its last WINDOW messages: no index knows these."""

    title = _("state, among the last 10,000")
    parameter_name = "state"
    states = {
        "edited": (_("edited"), Q(edited_at__isnull=False)),
        "deleted": (_("deleted"), Q(deleted_at__isnull=False)),
        "pinned": (_("pinned"), Q(pinned_at__isnull=False)),
        "reported": (_("reported"), Q(reports__isnull=False)),
        "system": (_("system"), Q(kind=Message.Kind.SYSTEM)),
    }

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(name, label) for name, (label, _condition) in self.states.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Message]) -> QuerySet[Message]:
        room = Room.objects.filter(pk=request.GET["room"]).first()
        if room is None or self.value() not in self.states:
            return queryset
        _label, condition = self.states[self.value() or ""]
        if self.value() == "reported":
            condition &= complaints.of_others(request)
        return _recent(queryset, room).filter(condition).distinct()


class ReasonedActionForm(ActionForm):
    """Many are removed for one reason."""

    reason = forms.CharField(label=_("Reason"), max_length=1000, required=False)


def _is_there(message: Message) -> bool:
    return message.kind == Message.Kind.TEXT and message.deleted_at is None


@admin.register(Message)
class MessageAdmin(ActingAdmin, ViewAdmin):
    list_display = ["address", "in_room", "author", "excerpt", "state", "at"]
    list_select_related = ()  # see get_queryset
    linked_by = ("room",)
    search_fields = ["body"]
    search_help_text = _(
        "#room, #room/42 or a message's link; @username; @username with a client_id. Words are searched "
        "in the last 10,000 messages of one room: #room words."
    )
    fields = [
        "address",
        "room",
        "author",
        "at",
        "body",
        "said_before",
        "event",
        "answers",
        "reactions",
        "files",
        "edited_at",
        "deleted_at",
        "deleted_by",
        "pinned_at",
        "client_id",
        "rev",
        "around",
    ]

    actions = ["remove"]
    action_form = ReasonedActionForm
    acts = (
        Act(
            name="remove",
            label=_("Remove this message"),
            done=_("The message is gone."),
            permission=oversight.REMOVE_MESSAGES,
            form=ReasonForm,
            fits=_is_there,
            do=lambda actor_id, message, said: oversight.remove_messages(
                actor_id, [message], reason=said["reason"]
            ),
            is_grave=True,
        ),
        Act(
            name="sanction",
            label=_("Mute or ban its author"),
            done=_("The sanction is in force."),
            permission=oversight.SANCTION,
            form=SanctionPlaceForm,
            fits=lambda message: message.author_id is not None,
            may=lambda user, message: stands_above(user, message.author),
            do=lambda actor_id, message, said: sanction_user(
                actor_id,
                message.author_id,
                said,
                message.room_id if said["where"] == "here" else None,
            ),
            is_grave=True,
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Message]:
        return shown_to(request, super().get_queryset(request).prefetch_related("room", "author"))

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        context["subtitle"] = title_of(kwargs["obj"])
        return super().render_change_form(request, context, *args, **kwargs)

    def has_remove_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(oversight.REMOVE_MESSAGES)

    @admin.action(description=_("Remove the selected messages"), permissions=["remove"])
    def remove(self, request: HttpRequest, queryset: QuerySet[Message]) -> None:
        chosen = list(queryset.order_by("pk")[: self.list_per_page])
        try:
            count = oversight.remove_messages(
                request.user.pk or 0, chosen, reason=request.POST.get("reason", "")
            )
        except ChatError as refusal:
            notes.error(request, in_words(refusal))
            return
        text = ngettext("%d message is gone.", "%d messages are gone.", count)
        notes.success(request, text % count)

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        """A room's own order where one is chosen: it is the one an index has."""
        return ("room_id", "-seq") if self._is_in_one_room(request) else ("-id",)

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        return [StateFilter] if self.chosen(request, "room") else []

    def search(self, queryset: QuerySet[Message], sought: Sought) -> QuerySet[Message]:
        if sought.words and sought.room is None:
            raise Unclear(str(_("Words are searched in one room at a time: #room words.")))
        if sought.client_id and sought.user is None:
            raise Unclear(str(_("A client_id is found together with its @username.")))
        if sought.client_id:
            return queryset.filter(author=sought.user, client_id=sought.client_id)
        if sought.room and sought.seq is not None:
            return queryset.filter(room=sought.room, seq=sought.seq)
        if sought.room:
            return self._search_room(queryset, sought.room, sought)
        return of_user(queryset, sought.user.pk) if sought.user else queryset

    def _search_room(
        self, queryset: QuerySet[Message], room: Room, sought: Sought
    ) -> QuerySet[Message]:
        if not sought.user and not sought.words:
            return queryset.filter(room=room)
        queryset = _recent(queryset, room)
        if sought.user:
            queryset = queryset.filter(author=sought.user)
        return queryset.filter(body__icontains=sought.words) if sought.words else queryset

    def _is_in_one_room(self, request: HttpRequest) -> bool:
        words = request.GET.get("q", "")
        return self.chosen(request, "room") is not None or "#" in words or "/" in words

    @admin.display(description=_("address"))
    def address(self, message: Message) -> str:
        return f"#{message.room.slug or message.room_id}/{message.seq}"

    @admin.display(description=_("room"))
    def in_room(self, message: Message) -> SafeString:
        return link_to_list("message", {"room": message.room_id}, message.room)

    @admin.display(description=_("text"))
    def excerpt(self, message: Message) -> str:
        text = message.body if message.event is None else str(message.event.get("name", ""))
        return Truncator(text).chars(120)

    @admin.display(description=_("state"))
    def state(self, message: Message) -> str:
        marks = {
            _("deleted"): message.deleted_at,
            _("edited"): message.edited_at,
            _("pinned"): message.pinned_at,
        }
        return ", ".join(str(mark) for mark, since in marks.items() if since)

    @admin.display(description=_("answers"))
    def answers(self, message: Message) -> SafeString | str:
        if message.reply_to is None:
            return "-"
        target = Message.objects.filter(room=message.room_id, seq=message.reply_to).first()
        if target is None:
            return "-"
        # Of a conversation not even that: it may have been said long before what was reported.
        is_conversation = message.room.kind == Room.Kind.DIRECT
        return link_to_page(target, (not is_conversation and self.excerpt(target)) or target)

    @admin.display(description=_("said before"))
    def said_before(self, message: Message) -> SafeString | str:
        edits = MessageEdit.objects.filter(message=message).order_by("pk")[:50]
        rows = ((date_format(edit.at, "DATETIME_FORMAT"), edit.body) for edit in edits)
        return format_html_join("", "<p><small>{}</small><br>{}</p>", rows) or "-"

    @admin.display(description=_("reactions"))
    def reactions(self, message: Message) -> str:
        rows = Reaction.objects.filter(message=message).select_related("user")[:100]
        return ", ".join(f"{row.emoji} {row.user}" for row in rows) or "-"

    @admin.display(description=_("attachments"))
    def files(self, message: Message) -> SafeString | str:
        rows = message.attachments.all()[:20]
        shown = ((render_to_string("admin/chat/_file.html", {"file": file}),) for file in rows)
        return format_html_join(" ", "{}", shown) or "-"

    @admin.display(description=_("around it"))
    def around(self, message: Message) -> SafeString:
        """A report is judged by what was said before and after."""
        near = (message.seq - CONTEXT, message.seq + CONTEXT)
        rows = Message.objects.filter(room=message.room_id, seq__range=near).order_by("seq")
        return format_html_join(
            "",
            "<p>{} <strong>{}</strong> {}</p>",
            (
                (
                    link_to_page(row, row.seq),
                    row.author or "",
                    _("deleted") if row.deleted_at else self.excerpt(row),
                )
                for row in rows.select_related("author")
            ),
        )


def shown_to(request: HttpRequest, found: QuerySet[Message]) -> QuerySet[Message]:
    """A conversation is its people's: of what was said there only owners see more than was reported.

    Nothing is joined: PostgreSQL takes the rows that some words are in for few, and nested loops for cheap
    then.
    """
    if owns_site(request.user):
        return found
    conversation = Room.objects.filter(pk=OuterRef("room"), kind=Room.Kind.DIRECT)
    reported = Report.objects.filter(message=OuterRef("pk"))
    return found.filter(
        ~Exists(conversation) | (Q(Exists(reported)) & complaints.of_others(request))
    )


def _recent(queryset: QuerySet[Message], room: Room) -> QuerySet[Message]:
    return queryset.filter(room=room, seq__gt=room.last_seq - WINDOW)


def of_user(queryset: QuerySet[Message], user_id: int) -> QuerySet[Message]:
    """What somebody said last, wherever. No index has it by time, and PostgreSQL would rather read the whole
    table backwards than sort: so few are sorted here, and of many only what is new on the site is read."""
    theirs = Message.objects.filter(author=user_id).values_list("pk", flat=True)
    ids = list(theirs[: MANY + 1])
    if len(ids) <= MANY:
        return queryset.filter(pk__in=sorted(ids)[-LISTED:])
    newest = Message.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    # The sum keeps the databases from the author's index.
    found = queryset.annotate(by=F("author_id") + 0)
    return found.filter(by=user_id, pk__gt=newest - NEWEST)
