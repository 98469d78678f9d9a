"""The pages of signing in in two steps: allauth's own views, with what this site adds to them."""

from typing import Any, cast
from urllib.parse import quote

from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import views as recovery_views
from allauth.mfa.totp import views as totp_views
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from . import sign_ins, two_factor
from .models import User


@require_safe
@never_cache
@login_required
def two_factor_page(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    found = {one.type: one for one in Authenticator.objects.filter(user=user)}
    codes = found.get(Authenticator.Type.RECOVERY_CODES)
    context = {
        "app": found.get(Authenticator.Type.TOTP),
        "codes_left": len(codes.wrap().get_unused_codes()) if codes else 0,
        "codes_total": app_settings.RECOVERY_CODE_COUNT,
        "is_owed": two_factor.is_owed(user),
    }
    return render(request, "account/two_factor.html", context)


@method_decorator(never_cache, name="dispatch")
class ActivateView(totp_views.ActivateTOTPView):
    def form_valid(self, form: Any) -> HttpResponse:
        """Sessions that were opened by the password alone end: from now on it is not enough."""
        response: HttpResponse = super().form_valid(form)
        here = self.request.session.session_key or ""
        sign_ins.end_others(self.request.user.pk, but=here)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        secret = context["form"].secret
        parts = [secret[at : at + 4] for at in range(0, len(secret), 4)]
        return context | {"secret": " ".join(parts)}


@method_decorator(never_cache, name="dispatch")
class RecoveryCodesView(recovery_views.ViewRecoveryCodesView):
    """Shows the codes once."""

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        if not context["can_view_codes"]:
            return redirect("mfa_index")
        codes = "\r\n".join(context["unused_codes"])
        context |= {"download": f"data:text/plain;charset=utf-8,{quote(codes)}"}
        response: HttpResponse = super().render_to_response(context, **kwargs)
        return response
