"""What is done from a page of the admin: small forms below it, each of which has one action done.

Which of them a page offers is decided twice: by what fits the row, the permission named here and whom it is
done to, so that nobody is offered what would be refused, and by the action itself, which alone counts.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, cast

from django import forms
from django.contrib import messages as notes
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from chat.errors import ChatError
from chat.wording import in_words

from .base import AnyModelAdmin

Text = str | Promise


def _always(row: Any) -> bool:
    return True


def _whoever(user: User, row: Any) -> bool:
    return True


def _nothing(row: Any) -> dict[str, Any]:
    return {}


@dataclass(frozen=True, slots=True)
class Act:
    name: str
    label: Text
    done: Text  # what is said once it is
    permission: str
    # Gets who does it, the row, and what the form said.
    do: Callable[[int, Any, dict[str, Any]], object]
    form: type[forms.Form] = forms.Form
    initial: Callable[[Any], dict[str, Any]] = _nothing
    fits: Callable[[Any], bool] = _always
    may: Callable[[User, Any], bool] = _whoever  # by the rule that the action asks of people
    is_grave: bool = False  # cannot be taken back
    button: Text = ""  # where the label says no verb
    sure: Text = ""  # what is clicked after the label, where that alone would be too quickly done


@dataclass(frozen=True, slots=True)
class Offer:
    """An act on one row, as a page shows it."""

    act: Act
    url: str
    form: forms.Form


class ActingAdmin(AnyModelAdmin):
    """A page with acts below it."""

    acts: ClassVar[tuple[Act, ...]] = ()
    change_form_template = "admin/chat/acts.html"

    class Media:
        css: ClassVar = {"all": ["css/admin/moderation.css"]}

    def get_urls(self) -> list[Any]:
        act = self.admin_site.admin_view(self.act_view)
        own = path("<path:object_id>/act/<slug:name>/", act, name=self._act_url_name)
        return [own, *super().get_urls()]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        if row := kwargs.get("obj"):
            context["offers"] = list(self.offers(request, row))
        return super().render_change_form(request, context, *args, **kwargs)

    def offers(self, request: HttpRequest, row: Model) -> Iterator[Offer]:
        user = cast(User, request.user)
        for act in self.acts:
            if act.fits(row) and user.has_perm(act.permission) and act.may(user, row):
                url = reverse(f"admin:{self._act_url_name}", args=[row.pk, act.name])
                yield Offer(act, url, act.form(prefix=act.name, initial=act.initial(row)))

    def act_view(self, request: HttpRequest, object_id: str, name: str) -> HttpResponse:
        row = self.get_object(request, unquote(object_id))
        act = next((act for act in self.acts if act.name == name), None)
        if row is None or act is None:
            raise Http404
        if not (self.has_view_permission(request, row) and request.user.has_perm(act.permission)):
            raise PermissionDenied
        if request.method == "POST":  # else somebody was sent back here who had to sign in again
            self._do(request, row, act)
        return HttpResponseRedirect(self.page_after(row))

    def page_after(self, row: Model) -> str:
        """Where one goes on; the row's own page."""
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[row.pk])

    @property
    def _act_url_name(self) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_act"

    def _do(self, request: HttpRequest, row: Model, act: Act) -> None:
        form = act.form(request.POST, prefix=act.name)
        if not form.is_valid():
            wrong = [f"{form[name].label}: {errors[0]}" for name, errors in form.errors.items()]
            notes.error(request, " ".join(wrong))
            return
        try:
            act.do(request.user.pk or 0, row, form.cleaned_data)
        except ChatError as refusal:
            notes.error(request, in_words(refusal))
        else:
            notes.success(request, str(act.done))


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=1000,
        help_text=_("The audit log keeps it."),
    )
