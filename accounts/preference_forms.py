"""The forms of what a person likes; each field is a column of their row."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from .models import User


class PreferenceForm(forms.Form):
    def save(self, user: User) -> None:
        """Of the row's columns only these: the others may have moved on."""
        User.objects.filter(pk=user.pk).update(**self.cleaned_data)


class AppearanceForm(PreferenceForm):
    theme = forms.ChoiceField(
        label=_("Theme"), choices=User.Theme.choices, widget=forms.RadioSelect
    )
    density = forms.ChoiceField(
        label=_("Density"),
        help_text=_("Compact shows more messages at once."),
        choices=User.Density.choices,
        widget=forms.RadioSelect,
    )


class LanguageForm(PreferenceForm):
    language = forms.ChoiceField(
        label=_("Language"),
        required=False,
        choices=[("", _("What my browser asks for")), *settings.LANGUAGES],
        widget=forms.RadioSelect,
    )


class KeysForm(PreferenceForm):
    enter_sends = forms.TypedChoiceField(
        label=_("The Enter key in the message field"),
        help_text=_("Shift+Enter always begins a new line, Ctrl+Enter always sends."),
        choices=[(True, _("Sends the message")), (False, _("Begins a new line"))],
        coerce=lambda value: value == "True",
        widget=forms.RadioSelect,
    )
    single_keys = forms.BooleanField(
        label=_("Shortcuts of one key"),
        help_text=_(
            "Such as / to search. Switch them off if you speak to your device, or press keys by"
            " accident."
        ),
        required=False,
    )


class AlertsForm(PreferenceForm):
    sign_in_alerts = forms.BooleanField(
        label=_("Mail me when somebody signs in from a browser I haven't used before"),
        required=False,
    )
