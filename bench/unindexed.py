"""`manage.py serve` that keeps no search index: for what an index costs, beside a server that keeps it."""

import sys
from unittest.mock import patch

import django
from django.core.management import execute_from_command_line

NOTHING = "UPDATE chat_room SET id = id WHERE 0 AND %s IS %s"  # for an INSERT of two values


def main() -> None:
    """Leaves out the terms of the texts, the entries and the merging."""
    django.setup()
    from chat import mentions, merging, message_store
    from chat.message_sql import postgres, sqlite

    stored, _ = postgres.INSERT_MESSAGES.split("INSERT INTO chat_searchentry")
    for owner, name, instead in (
        (mentions, "terms", lambda _: frozenset()),
        (message_store, "_tokens", lambda _: ""),
        (sqlite, "INDEX_MESSAGE", NOTHING),
        (sqlite, "settle_new", lambda *_: None),
        (postgres, "INSERT_MESSAGES", stored + "SELECT id FROM stored"),  # noqa: S608 - our own words
        (merging, "go_on", _nothing),
    ):
        patch.object(owner, name, instead).start()
    execute_from_command_line(["manage.py", *sys.argv[1:]])


async def _nothing() -> None: ...
