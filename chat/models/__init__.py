"""The tables. Imports of `chat.models` name what they use from here."""

from .attachment import Attachment
from .membership import Membership
from .message import Mention, Message, MessageEdit, Reaction
from .moderation import AuditEntry, Block, Report, Sanction
from .room import Invite, Room, direct_key
from .search import SearchEntry
from .site import Site

__all__ = [
    "Attachment",
    "AuditEntry",
    "Block",
    "Invite",
    "Membership",
    "Mention",
    "Message",
    "MessageEdit",
    "Reaction",
    "Report",
    "Room",
    "Sanction",
    "SearchEntry",
    "Site",
    "direct_key",
]
