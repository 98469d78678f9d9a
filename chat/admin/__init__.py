"""What moderators see of rooms and messages, usable at a million of them.

Three rules keep each page fast and each row true. Nothing is counted or scanned to its end: lists are
ordered by an index, what is searched for is looked up in one, and text is only searched in the last few
thousand messages of one room. Nothing is written here: rows change through actions, which hand out the
numbers that clients follow, tell them and record who did it (`acts.py` has how a page offers them). And
what one list says of another, it links to.
"""

from . import attachments, members, messages, moderation, people, reports, rooms

__all__ = ["attachments", "members", "messages", "moderation", "people", "reports", "rooms"]
