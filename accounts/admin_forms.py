from typing import TYPE_CHECKING

from django import forms
from django.contrib.auth.forms import (
    AdminPasswordChangeForm,
    BaseUserCreationForm,
    UserChangeForm,
)
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from .addresses import normal_address
from .models import User
from .names import NAME_MAX, checked_status, normal_name, normal_username
from .registration import TAKEN, is_taken, register

if TYPE_CHECKING:
    UserCreationForm = BaseUserCreationForm[User]
    UserForm = UserChangeForm[User]
    PasswordChangeForm = AdminPasswordChangeForm[User]
    UserModelForm = forms.ModelForm[User]
else:
    UserCreationForm, UserForm = BaseUserCreationForm, UserChangeForm
    PasswordChangeForm, UserModelForm = AdminPasswordChangeForm, forms.ModelForm


class NormalForms(UserModelForm):
    """Brings what was typed into the form in which it is stored; the model's validators judge it then."""

    def clean_name(self) -> str:
        return normal_name(self.cleaned_data["name"])

    def clean_email(self) -> str | None:
        return normal_address(self.cleaned_data["email"])


class AddUserForm(NormalForms, UserCreationForm):
    name = forms.CharField(
        label=_("Name"), max_length=NAME_MAX, required=False, help_text=_("Empty: the username.")
    )

    class Meta:
        model = User
        fields = ["username", "name", "email"]

    def clean_username(self) -> str:
        username = normal_username(self.cleaned_data["username"])
        if is_taken(username):
            raise ValidationError(TAKEN, code="unique")
        return username

    def save(self, commit: bool = True) -> User:  # noqa: FBT001, FBT002
        data = self.cleaned_data
        self.instance = register(
            username=data["username"],
            password=data["password1"],
            name=data["name"],
            email=data["email"] or "",
        )
        return self.instance


class ChangeUserForm(NormalForms, UserForm):
    def clean_status_text(self) -> str:
        return checked_status(self.cleaned_data["status_text"])

    class Meta:
        model = User
        fields = ["name", "email", "password", "status_text", "is_staff", "is_superuser", "groups"]


class PasswordForm(PasswordChangeForm):
    def save(self, commit: bool = True) -> User:  # noqa: FBT001, FBT002
        user = super().save(commit=False)
        user.save(update_fields=["password"])  # the row's other columns may have moved on
        return user
