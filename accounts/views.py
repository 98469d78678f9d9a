"""Sign-up by our rules, and the pages that allauth does not have. The rest are allauth's own views."""

from typing import Any

from allauth.account import views as allauth
from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import TemplateView

from . import setup
from .adapter import invite_code
from .forms import SetupForm, add_errors
from .origin import coming_from


class LoginView(allauth.LoginView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        is_open = settings.SIGN_UP in {"open", "approval"}
        return super().get_context_data(**kwargs) | {"may_sign_up": is_open}


class SignupView(allauth.SignupView):
    def closed(self) -> HttpResponse:
        context = {"by_invitation": settings.SIGN_UP == "invite", "code": invite_code(self.request)}
        return render(self.request, self.template_name_signup_closed, context, status=403)

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            return super().form_valid(form)
        except ValidationError as refusal:  # somebody was faster, or took the invitation's last use
            add_errors(form, refusal)
            return self.form_invalid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"invite": invite_code(self.request)}


@never_cache
@sensitive_post_parameters("password1", "password2")
def set_up(request: HttpRequest, token: str) -> HttpResponse:
    """What the set-up link opens: a form that makes the first owner and signs them in."""
    if not setup.opens(token):
        return render(request, "account/setup_gone.html", status=404)
    form = SetupForm(request.POST or None)
    if form.is_valid():
        try:
            with coming_from(request.META.get("REMOTE_ADDR", "")):  # for the audit log
                owner = form.save(request)
        except ValidationError as refusal:
            add_errors(form, refusal)
        else:
            get_adapter().login(request, owner)
            return redirect(settings.LOGIN_REDIRECT_URL)
    return render(request, "account/setup.html", {"form": form})


class PasswordChangeDoneView(LoginRequiredMixin, TemplateView):
    template_name = "account/password_change_done.html"
