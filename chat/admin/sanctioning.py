"""How somebody is muted or banned from a page of the admin: for how long, why, and where."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from chat.actions import oversight
from chat.models import Sanction
from chat.permissions import stands_above

from .acts import Act, ReasonForm
from .search import Unclear, understand

_FOR_GOOD = "for-good"  # never empty: what is left out must not last for ever
_HOURS = [
    ("1", _("for an hour")),
    ("24", _("for a day")),
    ("168", _("for a week")),
    ("720", _("for 30 days")),
    (_FOR_GOOD, _("for good")),
]


class SanctionForm(ReasonForm):
    kind = forms.ChoiceField(label=pgettext_lazy("sanction", "What"), choices=Sanction.Kind.choices)
    hours = forms.ChoiceField(label=_("How long"), choices=_HOURS, initial="24")
    field_order = ["kind", "hours", "reason"]


class SanctionPlaceForm(SanctionForm):
    """For whom a room is at hand."""

    where = forms.ChoiceField(
        label=_("Where"), choices=[("here", _("in this room")), ("everywhere", _("everywhere"))]
    )
    field_order = ["kind", "where", "hours", "reason"]


class SanctionSomewhereForm(SanctionForm):
    room = forms.CharField(
        label=_("Where"), required=False, help_text=_("#room; empty: everywhere")
    )
    field_order = ["kind", "room", "hours", "reason"]

    def clean_room(self) -> int | None:
        word = self.cleaned_data["room"].strip()
        if not word:
            return None
        try:
            found = understand("#" + word.removeprefix("#"))
        except Unclear as unclear:
            raise forms.ValidationError(str(unclear)) from None
        if found.room is None or found.words:  # what was mistyped must not reach everywhere
            raise forms.ValidationError(_("There is no room %(name)s.") % {"name": word})
        return found.room.pk


def sanction_user(actor_id: int, user_id: int, said: dict[str, Any], room_id: int | None) -> None:
    hours = said["hours"]
    until = None if hours == _FOR_GOOD else timezone.now() + timedelta(hours=int(hours))
    oversight.sanction(
        actor_id, user_id, said["kind"], said["reason"], until=until, room_id=room_id
    )


SANCTION_USER = Act(
    name="sanction",
    label=_("Mute or ban"),
    done=_("The sanction is in force."),
    permission=oversight.SANCTION,
    form=SanctionSomewhereForm,
    may=stands_above,
    do=lambda actor_id, user, said: sanction_user(actor_id, user.pk, said, said["room"]),
    is_grave=True,
)
