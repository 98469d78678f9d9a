"""Why somebody complains or uses a power, in their words: never left out, and never without end."""

from chat.errors import BadRequest, TooLong
from chat.protocol.limits import MAX_REASON


def fit_reason(reason: str) -> str:
    reason = reason.strip()
    if not reason:
        raise BadRequest("Say why.")
    if len(reason) > MAX_REASON:
        raise TooLong(f"A reason has at most {MAX_REASON} characters.")
    return reason
