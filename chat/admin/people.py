"""An account's page as those who keep order see it: what it did lately, and what was done about it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, Subquery
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts import sign_ins
from accounts.activation import reactivate
from accounts.admin import UserAdmin
from accounts.approval import approve, refuse
from accounts.browsers import recognise
from accounts.models import User
from chat import complaints
from chat.actions import oversight
from chat.actions.accounts import deactivate
from chat.actions.reasons import fit_reason
from chat.models import Membership, Message, Report, Sanction
from chat.permissions import stands_above

from .acts import Act, ActingAdmin, ReasonForm, Text
from .base import link_to_page
from .messages import of_user, shown_to
from .sanctioning import SANCTION_USER

SHOWN = 10  # rows of each part
CHANGE_USER = "accounts.change_user"
END_SESSIONS = "accounts.delete_signin"
APPROVE = "accounts.approve_user"

admin.site.unregister(User)


@dataclass(frozen=True, slots=True)
class Part:
    """A table below the account's own fields. `more` leads to the list that has all of it."""

    title: Text
    head: tuple[Text, ...]
    rows: list[tuple[Any, ...]]
    more: str = ""


def _waits(user: User) -> bool:
    return user.waits_since is not None


def _approve(actor_id: int, user: User, said: dict[str, Any]) -> None:
    oversight.require(actor_id, APPROVE)
    approve(User.objects.filter(pk=user.pk), actor_id=actor_id)


def _refuse(actor_id: int, user: User, said: dict[str, Any]) -> None:
    oversight.require(actor_id, APPROVE)
    refuse(User.objects.filter(pk=user.pk), actor_id=actor_id)


def _close(actor_id: int, user: User, said: dict[str, Any]) -> None:
    oversight.require_above(actor_id, CHANGE_USER, user.pk)
    deactivate(user.pk, actor_id=actor_id, reason=fit_reason(said["reason"]))


def _open(actor_id: int, user: User, said: dict[str, Any]) -> None:
    oversight.require_above(actor_id, CHANGE_USER, user.pk)
    reactivate(User.objects.filter(pk=user.pk), actor_id=actor_id)


def _end_sessions(actor_id: int, user: User, said: dict[str, Any]) -> None:
    oversight.require_above(actor_id, END_SESSIONS, user.pk)
    sign_ins.end_all(user.pk, actor_id=actor_id)


@admin.register(User)
class PersonAdmin(ActingAdmin, UserAdmin):
    change_form_template = "admin/chat/person.html"
    acts = (
        Act(
            name="approve",
            label=_("Let in"),
            done=_("They can sign in now."),
            permission=APPROVE,
            fits=_waits,
            do=_approve,
        ),
        Act(
            name="refuse",
            label=_("Do not let in"),
            done=_("Their account stays closed."),
            permission=APPROVE,
            fits=_waits,
            do=_refuse,
            is_grave=True,
        ),
        SANCTION_USER,
        Act(
            name="end_sessions",
            label=_("Sign out everywhere"),
            done=_("All their sessions have ended."),
            permission=END_SESSIONS,
            may=stands_above,
            do=_end_sessions,
        ),
        Act(
            name="deactivate",
            label=_("Deactivate"),
            done=_("They can't sign in any more."),
            permission=CHANGE_USER,
            may=stands_above,
            form=ReasonForm,
            fits=lambda user: user.is_active,
            do=_close,
            is_grave=True,
        ),
        Act(
            name="reactivate",
            label=_("Reactivate"),
            done=_("They can sign in again."),
            permission=CHANGE_USER,
            may=stands_above,
            fits=lambda user: not user.is_active and not _waits(user),
            do=_open,
        ),
    )

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        if user := kwargs.get("obj"):
            context["parts"] = list(self._parts(request, user))
        return super().render_change_form(request, context, *args, **kwargs)

    def _parts(self, request: HttpRequest, user: User) -> Iterator[Part]:
        """Those that this moderator may see."""
        made: dict[str, Callable[[User], Iterator[Part]]] = {
            "accounts.view_signin": _sessions,
            "chat.view_sanction": _sanctions,
            "chat.view_report": partial(_reports, request),
            "chat.view_membership": _rooms,
        }
        for permission, make in made.items():
            if request.user.has_perm(permission):
                yield from make(user)
        if request.user.has_perm("chat.view_message"):
            yield _messages(request, user)


def _sessions(user: User) -> Iterator[Part]:
    rows = [
        (_browser(one.user_agent), one.address or "-", one.began_at, one.seen_at)
        for one in sign_ins.of_user(user.pk)[:SHOWN]
    ]
    yield Part(_("Sessions"), (_("Browser"), _("address"), _("Since"), _("Last used")), rows)


def _sanctions(user: User) -> Iterator[Part]:
    found = Sanction.objects.filter(user=user).select_related("room", "by").order_by("-pk")
    rows = [
        (
            link_to_page(one, one.get_kind_display()),
            one.room or _("everywhere"),
            one.reason,
            one.by or "-",
            one.at,
            one.until or _("for good"),
            one.lifted_at or "-",
        )
        for one in found[:SHOWN]
    ]
    head = (
        pgettext_lazy("sanction", "What"),
        _("Where"),
        _("Reason"),
        _("by"),
        _("from"),
        _("until"),
        _("lifted"),
    )
    more = reverse("admin:chat_sanction_changelist", query={"user": user.pk})
    yield Part(_("Sanctions"), head, rows, more)


def _reports(request: HttpRequest, user: User) -> Iterator[Part]:
    """Each report's author is looked up by itself: joined, PostgreSQL may read all messages first."""
    author = Message.objects.filter(pk=OuterRef("message")).values("author")
    latest = Report.objects.prefetch_related("message__room", "message__author", "reporter")
    latest = complaints.readable(request, latest.order_by("-pk"))
    head = (_("reported"), _("Reason"), _("message"), _("who"), _("decision"))
    against = latest.annotate(against=Subquery(author)).filter(against=user.pk)[:SHOWN]
    yield Part(_("Reports against them"), head, _report_rows(against, "reporter"))
    by = latest.filter(reporter=user)[:SHOWN]
    more = reverse("admin:chat_report_changelist", query={"queue": "all", "reporter": user.pk})
    yield Part(_("Reports by them"), head, _report_rows(by, "author"), more)


def _report_rows(reports: Iterable[Report], who: str) -> list[tuple[Any, ...]]:
    return [
        (
            one.at,
            link_to_page(one, Truncator(one.reason).chars(80)),
            Truncator(one.message.body).chars(80) or one.message,
            one.reporter if who == "reporter" else one.message.author,
            one.get_decision_display() or _("waiting"),
        )
        for one in reports
    ]


def _rooms(user: User) -> Iterator[Part]:
    found = Membership.objects.active().filter(user=user).select_related("room").order_by("-pk")
    rows = [
        (link_to_page(one, one.room), one.get_role_display(), one.joined_at)
        for one in found[:SHOWN]
    ]
    more = reverse("admin:chat_membership_changelist", query={"user": user.pk})
    yield Part(_("Rooms"), (_("room"), _("role"), _("joined")), rows, more)


def _messages(request: HttpRequest, user: User) -> Part:
    shown = shown_to(request, Message.objects.prefetch_related("room"))
    found = of_user(shown, user.pk).order_by("-pk")
    rows = [
        (one.at, one.room, link_to_page(one, Truncator(one.body).chars(120) or one))
        for one in found[:SHOWN]
    ]
    more = reverse("admin:chat_message_changelist", query={"q": f"@{user.username}"})
    return Part(_("Recent messages"), (_("sent"), _("room"), _("text")), rows, more)


def _browser(user_agent: str) -> str:
    browser = recognise(user_agent)
    known = " · ".join(word for word in (browser.name, browser.system) if word)
    return known or Truncator(user_agent).chars(60) or "-"
