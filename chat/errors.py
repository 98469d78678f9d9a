"""What a command may be refused with: one exception, one kind per code of the wire."""

from typing import ClassVar

from .protocol.codes import ErrorCode


class ChatError(Exception):
    """A refusal that the caller may read. `retry_after` is in milliseconds.

    `text` is English, with places for `values`; what an action says is marked with `gettext_noop`. Filled in
    it is the `detail`, for those who write programs: the chat page has words of its own, and who reads the
    admin or a form gets it `in_words`.
    """

    code: ClassVar[ErrorCode] = "internal"

    def __init__(self, text: str, *, retry_after: int | None = None, **values: int) -> None:
        self.text, self.values = text, values
        self.detail = self.fill(text)
        super().__init__(self.detail)
        self.retry_after = retry_after

    def fill(self, text: str) -> str:
        """Puts the values into the text, or a translation of it."""
        return text % self.values if self.values else text


class BadFrame(ChatError):
    """Undecodable, or an unknown type or field. Carries the frame's `id` where it could be read."""

    code = "bad_frame"

    def __init__(self, detail: str, *, command_id: str | None = None) -> None:
        super().__init__(detail)
        self.command_id = command_id


class BadRequest(ChatError):
    code = "bad_request"


class NotFound(ChatError):
    code = "not_found"


class Forbidden(ChatError):
    code = "forbidden"


class Conflict(ChatError):
    code = "conflict"


class TooLong(ChatError):
    code = "too_long"


class RateLimited(ChatError):
    code = "rate_limited"


class Muted(ChatError):
    code = "muted"


class Archived(ChatError):
    code = "archived"


class Unavailable(ChatError):
    """The store is down or full: nothing is known to be stored, the same command is to be sent again."""

    code = "unavailable"
