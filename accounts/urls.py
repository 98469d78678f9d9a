"""The pages of accounts: those of allauth's that we have templates for, under its own names.

The rest of `allauth.account.urls` (managing several addresses, codes by mail) and of `allauth.mfa.urls`
stays out, so that none of its unstyled pages can ever show.
"""

from allauth.account import views as allauth
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as mfa_recovery
from allauth.mfa.totp import views as mfa_totp
from django.urls import path, re_path
from django.views.generic import RedirectView, TemplateView

from . import avatar_views, settings_views, sign_in_views, two_factor_views, views

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="account_login")),
    path("login/", views.LoginView.as_view(), name="account_login"),
    path("logout/", allauth.logout, name="account_logout"),
    path("signup/", views.SignupView.as_view(), name="account_signup"),
    path("setup/<str:token>/", views.set_up, name="account_setup"),
    path("inactive/", allauth.account_inactive, name="account_inactive"),
    path(
        "waiting/",
        TemplateView.as_view(template_name="account/waiting.html"),
        name="account_waiting",
    ),
    path("avatars/<int:user_id>/<str:token>", avatar_views.show_avatar, name="avatar"),
    path("reauthenticate/", allauth.reauthenticate, name="account_reauthenticate"),
    path("two-factor/", two_factor_views.two_factor_page, name="mfa_index"),
    path("two-factor/sign-in/", mfa.authenticate, name="mfa_authenticate"),
    path("two-factor/reauthenticate/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("two-factor/on/", two_factor_views.ActivateView.as_view(), name="mfa_activate_totp"),
    path("two-factor/off/", mfa_totp.deactivate_totp, name="mfa_deactivate_totp"),
    path(
        "two-factor/codes/",
        two_factor_views.RecoveryCodesView.as_view(),
        name="mfa_view_recovery_codes",
    ),
    path(
        "two-factor/codes/new/",
        mfa_recovery.generate_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
    path("sessions/", sign_in_views.sessions, name="account_sessions"),
    path("appearance/", settings_views.appearance, name="account_appearance"),
    path("language/", settings_views.language, name="account_language"),
    path("keys/", settings_views.keys, name="account_keys"),
    path("password/change/", allauth.password_change, name="account_change_password"),
    path(
        "password/change/done/",
        views.PasswordChangeDoneView.as_view(),
        name="account_change_password_done",
    ),
    path("password/set/", allauth.password_set, name="account_set_password"),
    path("password/reset/", allauth.password_reset, name="account_reset_password"),
    path("password/reset/done/", allauth.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        allauth.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        allauth.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
]
