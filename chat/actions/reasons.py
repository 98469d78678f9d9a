"""Why somebody complains or uses a power, in their words: never left out, and never without end."""

from django.utils.translation import gettext_noop as _

from chat.errors import BadRequest, TooLong
from chat.protocol.limits import MAX_REASON


def fit_reason(reason: str) -> str:
    reason = reason.strip()
    if not reason:
        raise BadRequest(_("Say why."))
    if len(reason) > MAX_REASON:
        raise TooLong(_("A reason has at most %(most)d characters."), most=MAX_REASON)
    return reason
