from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.contrib import messages as notes
from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.owners import owns_site
from chat.actions import oversight
from chat.actions.retention import set_retention
from chat.actions.rooms import fit_settings
from chat.errors import ChatError
from chat.models import Membership, Room, Site
from chat.naming import fit_name, fit_topic, slugify
from chat.protocol.limits import MAX_NAME, MAX_SLOW_MODE_SECONDS, MAX_TOPIC
from chat.wording import in_words

from .acts import Act, ActingAdmin, ReasonForm
from .base import ViewAdmin, link_to_list
from .search import Sought, beginning_with

if TYPE_CHECKING:
    RoomModelForm = forms.ModelForm[Room]
else:
    RoomModelForm = forms.ModelForm


class NewRoomForm(RoomModelForm):
    """Asks for what `make_room` takes."""

    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[choice for choice in Room.Kind.choices if choice[0] != Room.Kind.DIRECT],
    )

    name = forms.CharField(label=_("Name"), max_length=MAX_NAME)

    class Meta:
        model = Room
        fields = ["kind", "name", "topic"]

    def clean_name(self) -> str:
        name = _fitting(fit_name, self.cleaned_data["name"])
        slug = slugify(name)
        if not slug:
            raise ValidationError(_("A room needs a name with letters, digits or emoji in it."))
        is_private = self.cleaned_data.get("kind") == Room.Kind.PRIVATE
        if not is_private and Room.objects.filter(slug=slug).exists():
            raise ValidationError(_("There is a room of this name."))
        return name

    def clean_topic(self) -> str:
        return _fitting(fit_topic, self.cleaned_data["topic"])


class KindFilter(admin.SimpleListFilter):
    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(Room.Kind.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Room]) -> QuerySet[Room]:
        return queryset.filter(kind=self.value()) if self.value() else queryset


class SettingsForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=MAX_NAME)
    topic = forms.CharField(label=_("Topic"), max_length=MAX_TOPIC, required=False)
    slow_mode = forms.IntegerField(
        label=_("Slow mode"),
        min_value=0,
        max_value=MAX_SLOW_MODE_SECONDS,
        help_text=_("Seconds between two messages of one member; 0 is off."),
    )


class MemberForm(forms.Form):
    username = forms.CharField(label=_("Username"), max_length=100)


def _is_no_conversation(room: Room) -> bool:
    return room.kind != Room.Kind.DIRECT


def _is_archived(room: Room) -> bool:
    return room.archived_at is not None


ACTS = (
    Act(
        name="settings",
        label=_("Name, topic and pace"),
        done=_("The room is changed."),
        button=_("Save"),
        permission=oversight.KEEP_ROOMS,
        form=SettingsForm,
        initial=lambda room: {
            "name": room.name,
            "topic": room.topic,
            "slow_mode": room.slow_mode,
        },
        fits=_is_no_conversation,
        do=lambda actor_id, room, said: oversight.update_room(
            actor_id, room.pk, fit_settings(said["name"], said["topic"], said["slow_mode"])
        ),
    ),
    Act(
        name="add",
        label=_("Add a member"),
        done=_("They are a member now."),
        permission=oversight.KEEP_MEMBERS,
        form=MemberForm,
        fits=_is_no_conversation,
        do=lambda actor_id, room, said: oversight.add_member(actor_id, room.pk, said["username"]),
    ),
    Act(
        name="archive",
        label=_("Archive"),
        done=_("The room is archived: it can be read, and nobody writes in it."),
        permission=oversight.KEEP_ROOMS,
        form=ReasonForm,
        fits=lambda room: _is_no_conversation(room) and not _is_archived(room),
        do=lambda actor_id, room, said: oversight.archive_room(
            actor_id, room.pk, to=True, reason=said["reason"]
        ),
        is_grave=True,
    ),
    Act(
        name="restore",
        label=_("Restore"),
        done=_("The room is back."),
        permission=oversight.KEEP_ROOMS,
        fits=_is_archived,
        do=lambda actor_id, room, said: oversight.archive_room(actor_id, room.pk, to=False),
    ),
)


@admin.register(Room)
class RoomAdmin(ActingAdmin, ViewAdmin):
    list_display = [
        "__str__",
        "kind",
        "slug",
        "people",
        "timeline",
        "last_message_at",
        "archived_at",
    ]
    list_filter = [KindFilter]
    search_fields = ["name"]
    search_help_text = _(
        "How the name or address begins; #address or #number; @username: their rooms"
    )
    fields = [
        "name",
        "kind",
        "slug",
        "topic",
        "created_by",
        "created_at",
        "archived_at",
        "slow_mode",
        "retention_days",
        "people",
        "timeline",
        "files",
        "first_seq",
        "last_message_at",
        "last_rev",
        "meta_rev",
    ]

    acts = ACTS

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super(ViewAdmin, self).has_add_permission(request)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        try:
            return super().add_view(request, form_url, extra_context)
        except ChatError as error:  # somebody else was faster with the same name
            notes.error(request, in_words(error))
            return HttpResponseRedirect(request.path)

    def get_form(
        self,
        request: HttpRequest,
        obj: Room | None = None,
        change: bool = False,  # noqa: FBT001, FBT002
        **kwargs: Any,
    ) -> Any:
        if obj is None:
            kwargs["form"] = NewRoomForm
        return super().get_form(request, obj, change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Room | None = None) -> Any:
        return self.fields if obj else NewRoomForm.Meta.fields

    def get_readonly_fields(
        self, request: HttpRequest, obj: Model | None = None
    ) -> tuple[str, ...]:
        if obj is None:
            return ()
        shown = super().get_readonly_fields(request, obj)
        may_change = self.has_change_permission(request, obj)
        return tuple(name for name in shown if name != "retention_days" or not may_change)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """An owner of the site says how long a room keeps its messages; nothing else is changed here."""
        return owns_site(request.user)

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Room:  # noqa: FBT001
        """The action stores it and makes the moderator its owner."""
        if change:
            changed: Room = super().save_form(request, form, change)
            return changed
        form.instance = oversight.make_room(
            request.user.pk or 0,
            kind=Room.Kind(form.cleaned_data["kind"]),
            name=form.cleaned_data["name"],
            topic=form.cleaned_data["topic"],
        )
        form.save_m2m = lambda: None  # a room has none, and the form was never saved
        room: Room = form.instance
        return room

    def save_model(self, request: HttpRequest, obj: Room, form: Any, change: bool) -> None:  # noqa: FBT001
        """Of a new one nothing is left to store."""
        if change and "retention_days" in form.changed_data:
            set_retention(obj.pk, obj.retention_days, actor_id=request.user.pk)

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        """Of one kind by name: the index of public rooms has that order."""
        return ("kind", "name", "id") if request.GET.get("kind") else ("-id",)

    def search(self, queryset: QuerySet[Room], sought: Sought) -> QuerySet[Room]:
        if sought.room:
            return queryset.filter(pk=sought.room.pk)
        if sought.user:
            own = Membership.objects.active().filter(user=sought.user)
            return queryset.filter(pk__in=own.values("room"))
        found = beginning_with("slug", sought.words.lower())
        for spelling in _spellings(sought.words):
            found |= Q(kind__in=Room.Kind.values) & beginning_with("name", spelling)
        return queryset.filter(found)

    @admin.display(description=_("members"))
    def people(self, room: Room) -> SafeString:
        return link_to_list("membership", {"room": room.pk}, room.member_count)

    @admin.display(description=_("messages"))
    def timeline(self, room: Room) -> SafeString:
        return link_to_list("message", {"room": room.pk}, room.last_seq)

    @admin.display(description=_("attachments"))
    def files(self, room: Room) -> SafeString:
        return link_to_list("attachment", {"room": room.pk}, _("Show"))


@admin.register(Site)
class SiteAdmin(ViewAdmin):
    list_display = ["epoch"]
    fields = ["epoch"]


def _fitting(fit: Callable[[str], str], text: str) -> str:
    """As the action would have it, or what it would refuse it with, under its field."""
    try:
        return fit(text)
    except ChatError as refusal:
        raise ValidationError(in_words(refusal)) from None


def _spellings(name: str) -> set[str]:
    """The index does not fold case, so a few ways to write it are tried."""
    return {name, name.lower(), name.capitalize(), name.title(), name.upper()}
