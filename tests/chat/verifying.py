"""The examination as an operator sees it, and ways to damage what the database would protect."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from typing import Any

from django.core.management import call_command
from django.db import connection

from chat.models import Message, Room


def verify(*arguments: str, out: StringIO | None = None) -> tuple[int, str]:
    """The exit code and what is written to standard output."""
    out = out or StringIO()
    try:
        call_command("verify_chat", *arguments, stdout=out)
    except SystemExit as end:
        return int(end.code or 0), out.getvalue()
    return 0, out.getvalue()


def verify_json(*arguments: str) -> list[dict[str, Any]]:
    _, text = verify("--json", *arguments)
    return [json.loads(line) for line in text.splitlines()]


def findings(*arguments: str) -> list[tuple[str, int | None]]:
    """(check, seq) of each. What a test does to rows behind the search index's back is not its matter."""
    return [found for found in all_findings(*arguments) if found[0] != "search"]


def all_findings(*arguments: str) -> list[tuple[str, int | None]]:
    return [
        (line["check"], line["seq"])
        for line in verify_json(*arguments)
        if line["type"] == "finding"
    ]


def details(*arguments: str) -> str:
    """What is said of the findings, a line each."""
    return "\n".join(line.get("detail", "") for line in verify_json(*arguments))


def messages(room: Room) -> dict[int, Message]:
    """By seq; of doubles, the one stored last."""
    return {row.seq: row for row in Message.objects.filter(room=room).order_by("pk")}


@contextmanager
def unprotected(name: str) -> Iterator[None]:
    """Without a constraint of messages. Ends with no messages, since it comes back."""
    constraints = Message._meta.constraints
    [constraint] = [one for one in constraints if one.name == name]
    # On SQLite the editor makes the table anew from what the model says.
    Message._meta.constraints = [one for one in constraints if one is not constraint]
    with connection.schema_editor() as editor:
        editor.remove_constraint(Message, constraint)
    try:
        yield
    finally:
        Message.objects.all().delete()
        Message._meta.constraints = constraints
        with connection.schema_editor() as editor:
            editor.add_constraint(Message, constraint)
