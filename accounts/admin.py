"""Accounts in the admin, usable at a million of them: search by prefix, no counts, no scans."""

from typing import TYPE_CHECKING, Any, cast

from allauth.account.admin import EmailAddress
from allauth.account.decorators import secure_admin_login
from allauth.mfa.admin import Authenticator
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth import admin as auth_admin
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from . import approval, invitations
from .activation import deactivate, reactivate
from .admin_forms import AddUserForm, ChangeUserForm, PasswordForm
from .admin_paging import BoundedPaginator
from .editing import POWERS, edit, may_edit
from .models import Invitation, User
from .owners import owns_site
from .proving import ProvingAdmin, is_proved, where_to_prove
from .search import beginning_with, people_beginning_with
from .signals import privileged_act

if TYPE_CHECKING:
    AnyUserAdmin = auth_admin.UserAdmin[User]
    InvitationModelAdmin = admin.ModelAdmin[Invitation]
else:
    AnyUserAdmin = auth_admin.UserAdmin
    InvitationModelAdmin = admin.ModelAdmin

# The admin's own form knows no rate limit.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
# User.email is the only record of an address; allauth's table stays empty.
admin.site.unregister(EmailAddress)
# It would show everybody's secrets to whoever may use the admin: `manage.py reset_two_factor` is the way.
admin.site.unregister(Authenticator)
admin.site.unregister(Group)


class StandingFilter(admin.SimpleListFilter):
    """Those few that an index keeps apart."""

    title = _("standing")
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("owners", _("owners")),
            ("staff", _("may use the admin")),
            ("deactivated", _("deactivated")),
            ("waiting", _("waiting for approval")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        fields = {"owners": "is_superuser", "staff": "is_staff"}
        if self.value() == "deactivated":
            return queryset.filter(is_active=False, waits_since__isnull=True)
        if self.value() == "waiting":
            return queryset.filter(waits_since__isnull=False)
        if field := fields.get(self.value() or ""):
            return queryset.filter(**{field: True})
        return queryset


@admin.register(User)
class UserAdmin(ProvingAdmin, AnyUserAdmin):
    form = ChangeUserForm
    add_form = AddUserForm
    change_password_form = PasswordForm
    paginator = BoundedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_display = ["username", "name", "email", "kind", "is_active", "is_staff", "date_joined"]
    list_filter = [StandingFilter]
    list_per_page = 50
    ordering = ["-id"]
    sortable_by = ["username"]
    search_fields = ["username", "name", "email"]
    search_help_text = _("How the username, the name or the address begins")
    actions = ["approve", "refuse", "deactivate", "reactivate"]
    readonly_fields = [
        "username",
        "kind",
        "is_active",
        "waits_since",
        "date_joined",
        "last_login",
        "last_seen",
    ]
    fieldsets = [
        (None, {"fields": ["username", "name", "email", "password", "status_text", "kind"]}),
        (_("What they may do"), {"fields": ["is_active", "is_staff", "is_superuser", "groups"]}),
        (_("Times"), {"fields": ["date_joined", "waits_since", "last_login", "last_seen"]}),
    ]
    add_fieldsets = [
        (None, {"fields": ["username", "name", "email", "password1", "password2"]}),
    ]
    filter_horizontal = ["groups"]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[User], search_term: str
    ) -> tuple[QuerySet[User], bool]:
        term = search_term.strip()
        found = beginning_with if self.has_change_permission(request) else people_beginning_with
        return (queryset.filter(found(term)) if term else queryset), False

    def get_list_display(self, request: HttpRequest) -> Any:
        """As with a page's fields: addresses are for those who may change them."""
        may_change = self.has_change_permission(request)
        return [name for name in self.list_display if name != "email" or may_change]

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Whoever may ask how an address begins can guess it letter by letter."""
        hides = lookup.partition("__")[0] == "email" and not self.has_change_permission(request)
        return not hides and super().lookup_allowed(lookup, value, request)

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        if obj is None:
            return []
        powers = [] if owns_site(request.user) else sorted(POWERS)
        return [*self.readonly_fields, *powers]

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        may = super().has_change_permission(request, obj)
        return may and (obj is None or may_edit(cast(User, request.user), obj))

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False  # a timeline keeps its authors: deactivate instead

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: Any) -> None:
        """The action writes what was changed; a new one was stored by the form, through register()."""
        if change:
            given = {name: form.cleaned_data[name] for name in form.changed_data}
            edit(request.user.pk or 0, obj.pk, given)
        else:
            fields = sorted({*form.changed_data} - {"password1", "password2"})
            _note(request, "user.create", obj, {"fields": fields})

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: Any) -> None:
        """Nothing: the action has."""

    def change_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().change_view(request, *args, **kwargs)
        except ValidationError as refusal:  # of the action: what the form cannot know
            self.message_user(request, " ".join(refusal.messages), messages.ERROR)
            return HttpResponseRedirect(request.path)

    def user_change_password(
        self, request: HttpRequest, id: str, form_url: str = ""
    ) -> HttpResponse:
        before = self.get_object(request, unquote(id))
        if before and self.has_change_permission(request, before) and not is_proved(request):
            return redirect(where_to_prove(request))
        with transaction.atomic():
            page = super().user_change_password(request, id, form_url)
            after = self.get_object(request, unquote(id))
            if before and after and before.password != after.password:
                _note(request, "user.password", after)
        return page

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Who only reads has no use for the password's form, nor for addresses."""
        if obj is None or self.has_change_permission(request, obj):
            return super().get_fieldsets(request, obj)
        return [
            (None, {"fields": ["username", "name", "status_text", "kind", "is_active"]}),
            (_("Times"), {"fields": ["date_joined", "waits_since", "last_seen"]}),
        ]

    def has_approve_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("accounts.approve_user")

    @admin.action(description=_("Approve the selected users"), permissions=["approve"])
    def approve(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        count = approval.approve(queryset, actor_id=request.user.pk or 0)
        text = ngettext("%d user is let in.", "%d users are let in.", count)
        self.message_user(request, text % count, messages.SUCCESS)

    @admin.action(description=_("Refuse the selected users"), permissions=["approve"])
    def refuse(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        count = approval.refuse(queryset, actor_id=request.user.pk or 0)
        text = ngettext("%d user is not let in.", "%d users are not let in.", count)
        self.message_user(request, text % count, messages.SUCCESS)

    @admin.action(description=_("Deactivate the selected users"), permissions=["change"])
    def deactivate(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        others, left = _below(request, queryset)
        try:
            count = deactivate(others, actor_id=request.user.pk)
        except ValidationError as refusal:  # the editor was deactivated meanwhile
            self.message_user(request, " ".join(refusal.messages), messages.ERROR)
            return
        text = ngettext(
            "%d user can't sign in any more.", "%d users can't sign in any more.", count
        )
        self.message_user(request, text % count, messages.SUCCESS)
        self._tell_of_others(request, left)

    @admin.action(description=_("Reactivate the selected users"), permissions=["change"])
    def reactivate(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        others, left = _below(request, queryset)
        count = reactivate(others, actor_id=request.user.pk)
        text = ngettext("%d user can sign in again.", "%d users can sign in again.", count)
        self.message_user(request, text % count, messages.SUCCESS)
        self._tell_of_others(request, left)

    def _tell_of_others(self, request: HttpRequest, count: int) -> None:
        """Of those who were chosen too, and whom one may not judge: of an owner, oneself only."""
        if not count:
            return
        if owns_site(request.user):
            text = str(_("You were left as you were."))
        else:
            text = (
                ngettext(
                    "%d user was left as they were: yourself, an owner or somebody of the staff.",
                    "%d users were left as they were: yourself, owners or others of the staff.",
                    count,
                )
                % count
            )
        self.message_user(request, text, messages.WARNING)


@admin.register(Invitation)
class InvitationAdmin(InvitationModelAdmin):
    """Made here, sent as a link, and revoked; what was promised is never edited."""

    paginator = BoundedPaginator
    show_full_result_count = False
    list_display = [
        "code",
        "created_by",
        "created_at",
        "expires_at",
        "uses",
        "max_uses",
        "revoked_at",
    ]
    list_select_related = ["created_by"]
    ordering = ["-id"]
    sortable_by = ()
    readonly_fields = ["link", "uses", "created_by", "created_at", "revoked_at"]
    actions = ["revoke"]

    def get_fields(self, request: HttpRequest, obj: Invitation | None = None) -> Any:
        settled = [*self.readonly_fields] if obj else []
        return ["expires_at", "max_uses", *settled]

    def has_change_permission(self, request: HttpRequest, obj: Invitation | None = None) -> bool:
        return obj is None and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Invitation | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Invitation, form: Any, change: Any) -> None:
        obj.created_by_id = request.user.pk
        super().save_model(request, obj, form, change)
        invitations.record_made(obj)

    @admin.display(description=_("link"))
    def link(self, invitation: Invitation) -> str:
        return format_html('<a href="{0}">{0}</a>', invitations.link(invitation))

    @admin.action(description=_("Revoke the selected invitations"), permissions=["change"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[Invitation]) -> None:
        count = invitations.revoke(queryset, actor_id=request.user.pk or 0)
        text = ngettext("%d invitation is revoked.", "%d invitations are revoked.", count)
        self.message_user(request, text % count, messages.SUCCESS)


@admin.register(Group)
class GroupAdmin(ProvingAdmin, auth_admin.GroupAdmin):
    """What a group may, everybody in it may: only owners give that, and the audit log has it."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return owns_site(request.user)

    def has_change_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return owns_site(request.user)

    def has_delete_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return owns_site(request.user)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: Any) -> None:
        super().save_related(request, form, formsets, change)
        group: Group = form.instance
        may = sorted(group.permissions.values_list("codename", flat=True))
        action = "group.update" if change else "group.create"
        _note(request, action, None, {"group": group.name, "permissions": may})

    def delete_model(self, request: HttpRequest, obj: Group) -> None:
        _note(request, "group.delete", None, {"group": obj.name})
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Group]) -> None:
        with transaction.atomic():
            for group in queryset:
                self.delete_model(request, group)


def _below(request: HttpRequest, users: QuerySet[User]) -> tuple[QuerySet[User], int]:
    """Those whom one may judge: an owner anybody else, others of the staff neither owners nor staff. And how
    many the rest are."""
    others = users.exclude(pk=request.user.pk or 0)
    if not owns_site(request.user):
        others = others.exclude(is_staff=True).exclude(is_superuser=True)
    return others, users.count() - others.count()


def _note(
    request: HttpRequest, action: str, user: User | None, details: dict[str, Any] | None = None
) -> None:
    privileged_act.send(
        sender=User,
        action=action,
        actor_id=request.user.pk,
        user_id=user.pk if user else None,
        details=details,
    )
