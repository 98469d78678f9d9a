"""How a text would look if it were sent now: what the writer would make of it. Nothing is stored."""

from . import mentions, queries
from .errors import TooLong
from .protocol.commands import MessagePreview
from .protocol.limits import MAX_BODY
from .protocol.results import PreviewResult


def preview(reader_id: int, command: MessagePreview) -> PreviewResult:
    queries.readable(reader_id, command.room)
    if len(command.body) > MAX_BODY:
        raise TooLong(f"A message holds at most {MAX_BODY} characters.")
    parsed = mentions.parse(reader_id, command.room, command.body)
    if parsed.refusal:
        raise parsed.refusal
    return PreviewResult(content=parsed.content)
