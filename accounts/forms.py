"""allauth's forms in our words: labels instead of placeholders, names by our rules."""

from typing import Any

from allauth.account import forms as allauth
from allauth.account.adapter import get_adapter
from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from . import setup
from .models import User
from .names import (
    NAME_MAX,
    checked_name,
    checked_status,
    normal_name,
    normal_username,
    validate_name,
)
from .two_factor import FIRST_STEP

PASSWORD_HELP = _("At least 10 characters; a few words are good.")
ADDRESS_MAX = 254
# A username is no word of any language: phones may neither correct nor capitalise it.
_AS_TYPED = {"autocapitalize": "none", "autocorrect": "off", "spellcheck": "false"}


class PlainForm(forms.Form):
    """Labels instead of placeholders, and the caret where there is something to do."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
        self.focus(next(iter(self.fields)))

    def full_clean(self) -> None:
        super().full_clean()
        if wrong := next((name for name in self.fields if name in self.errors), None):
            self.focus(wrong)
        elif self.errors and "password" in self.fields:
            self.focus("password")  # wrong together, and this one is empty now

    def focus(self, name: str) -> None:
        for field in self.fields.values():
            field.widget.attrs.pop("autofocus", None)
        self.fields[name].widget.attrs["autofocus"] = True

    def word(self, name: str, label: Any, help_text: Any = "") -> None:
        self.fields[name].label = label
        self.fields[name].help_text = help_text


class LoginForm(PlainForm, allauth.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        attrs = _AS_TYPED | {"autocomplete": "username"}
        self.fields["login"] = forms.CharField(
            label=_("Username or e-mail address"),
            max_length=ADDRESS_MAX,
            widget=forms.TextInput(attrs=attrs),
        )
        self.focus("login")
        self.word("password", _("Password"))

    def login(self, request: HttpRequest, redirect_url: str | None = None) -> HttpResponse:
        """Notes for the second step, if there is one, by which password this was the first."""
        request.session[FIRST_STEP] = self.user.get_session_auth_hash()
        response: HttpResponse = super().login(request, redirect_url)
        return response

    def clean_login(self) -> str:
        # In its normal form, so that no spelling of a name has tries of its own.
        login = super().clean_login()
        return login if "@" in login else normal_username(login)


class SignupForm(PlainForm, allauth.SignupForm):
    name = forms.CharField(
        label=_("Name (optional)"),
        help_text=_("Shown with your messages, in any script."),
        max_length=NAME_MAX,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    field_order = ["username", "name", "email", "password1", "password2"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].widget.attrs |= _AS_TYPED
        self.word(
            "username", _("Username"), _("You sign in with it, and others mention you by it.")
        )
        self.word("email", _("E-mail address (optional)"), _("Only to reset a forgotten password."))
        self.word("password1", _("Password"), PASSWORD_HELP)
        self.word("password2", _("Password again"))

    def clean_name(self) -> str:
        name = normal_name(self.cleaned_data["name"])
        if name:
            validate_name(name)
        return name

    def save(self, request: HttpRequest) -> User:
        # Not allauth's own, which keeps a second record of the address beside User.email.
        user: User = get_adapter().save_user(request, None, self)
        return user


class SetupForm(SignupForm):
    def save(self, request: HttpRequest) -> User:
        data = self.cleaned_data
        return setup.make_owner(
            username=data["username"],
            password=data["password1"],
            name=data["name"],
            email=data["email"],
        )


class ChangePasswordForm(PlainForm, allauth.ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.word("oldpassword", _("Current password"))
        self.word("password1", _("New password"), PASSWORD_HELP)
        self.word("password2", _("New password again"))


class SetPasswordForm(PlainForm, allauth.SetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.word("password1", _("New password"), PASSWORD_HELP)
        self.word("password2", _("New password again"))


class ResetPasswordForm(PlainForm, allauth.ResetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.word("email", _("E-mail address"))


class ResetPasswordKeyForm(PlainForm, allauth.ResetPasswordKeyForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.word("password1", _("New password"), PASSWORD_HELP)
        self.word("password2", _("New password again"))


class AvatarForm(forms.Form):
    picture = forms.FileField(
        label=_("New picture"),
        widget=forms.FileInput(
            attrs={"accept": "image/png,image/jpeg,image/gif,image/webp,image/avif"}
        ),
    )


class ProfileForm(PlainForm):
    name = forms.CharField(
        label=_("Name"),
        help_text=_("Shown with your messages, in any script."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    status_text = forms.CharField(
        label=_("Status (optional)"),
        help_text=_("A few words that stand beside your name."),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # There is a page to read first: on a phone the keyboard would cover it.
        self.fields["name"].widget.attrs.pop("autofocus")

    def clean_name(self) -> str:
        return checked_name(self.cleaned_data["name"])

    def clean_status_text(self) -> str:
        return checked_status(self.cleaned_data["status_text"])


def add_errors(form: forms.Form, refusal: ValidationError) -> None:
    """Shows what `register` refused: under its field where the form has it, else above them all."""
    for field, errors in getattr(refusal, "error_dict", {None: refusal.error_list}).items():
        form.add_error(field if field in form.fields else None, errors)
