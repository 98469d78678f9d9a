"""The sections of the settings, as the list at their side names them."""

from dataclasses import dataclass
from typing import NamedTuple

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Section(NamedTuple):
    """The first of the addresses is where its link leads; the others are reached from there."""

    label: str | Promise
    icon: str
    addresses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SectionLink:
    label: str | Promise
    icon: str
    href: str
    is_current: bool


SECTIONS = [
    Section(
        _("Profile"), "circle-user-round", ("account_profile", "account_settings", "account_avatar")
    ),
    Section(
        _("Password"), "key-round", ("account_change_password", "account_change_password_done")
    ),
    Section(
        _("Two-step sign-in"),
        "shield-check",
        (
            "mfa_index",
            "mfa_activate_totp",
            "mfa_deactivate_totp",
            "mfa_view_recovery_codes",
            "mfa_generate_recovery_codes",
        ),
    ),
    Section(_("Sessions"), "monitor-smartphone", ("account_sessions",)),
    Section(_("Notifications"), "bell", ("account_notifications",)),
    Section(_("Appearance"), "sun-moon", ("account_appearance",)),
    Section(_("Language"), "languages", ("account_language",)),
    Section(_("Keys"), "keyboard", ("account_keys",)),
    Section(_("Help"), "circle-question-mark", ("account_help",)),
]


def section_links(current: str | None) -> list[SectionLink]:
    """The list, seen from the address of that name."""
    return [
        SectionLink(label, icon, reverse(addresses[0]), current in addresses)
        for label, icon, addresses in SECTIONS
    ]
