"""The types of fields, with the bounds a frame is decoded against."""

from typing import Annotated, Final, Literal, TypeGuard, get_args

from msgspec import Meta

from .limits import MAX_PAGE

MOST_ID = 2**53 - 1  # JavaScript's numbers are exact up to it
Id = Annotated[int, Meta(ge=1, le=MOST_ID)]
Number = Annotated[int, Meta(ge=0, le=2**53 - 1)]
Text = Annotated[str, Meta(pattern="^[^\\u0000]*$")]  # PostgreSQL stores no NUL
Uuid = Annotated[
    str,
    Meta(
        max_length=36,
        pattern="^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$",
    ),
]
# ISO 8601, UTC, milliseconds: 2026-01-31T09:30:00.000Z. Told to readers of the schema, not checked here.
Timestamp = Annotated[str, Meta(extra_json_schema={"format": "date-time"})]
Correlation = Annotated[str, Meta(min_length=1, max_length=64)]
Ids = Annotated[list[Id], Meta(max_length=MAX_PAGE)]
RoomKind = Literal["public", "private", "direct"]
Role = Literal["owner", "moderator", "member"]
Ending = Literal["left", "removed", "banned"]  # of a membership
Standing = Role | Ending
ENDINGS: Final[frozenset[str]] = frozenset(get_args(Ending))
NotifyLevel = Literal["all", "mentions", "none"]
Presence = Literal["online", "away", "offline"]


def is_ending(standing: Standing) -> TypeGuard[Ending]:
    """Whether this is how a membership ended, not a member's role."""
    return standing in ENDINGS
