"""How much of the process one connection may have: every bound, as the settings give it.

`manage.py serve` offers most of them as options too; docs/operations.md says what each is for.
"""

from dataclasses import dataclass

from accounts import avatars
from chat.protocol.limits import MAX_UPLOAD_BYTES

MAX_HEADER_BYTES = 16 * 1024  # with the request line
MAX_HEADERS = 100
MULTIPART_BYTES = 64 * 1024  # what a form adds to the file in it
FILE_BYTES = {b"/uploads/": MAX_UPLOAD_BYTES, avatars.UPLOAD_PATH.encode(): avatars.MAX_BYTES}


@dataclass(frozen=True, slots=True)
class Limits:
    """Times are in seconds."""

    request_bytes: int
    header_seconds: int
    body_seconds: int
    keep_alive_seconds: int
    handshake_seconds: int
    unfinished: int
    unfinished_per_address: int
    connections_per_address: int
    connections_per_user: int
    backlog_bytes: int  # that a socket's reader may be behind, and up to half as much again

    def body_bytes(self, path: bytes) -> int:
        """The largest body that a request to `path` may have."""
        file_bytes = FILE_BYTES.get(path)
        if file_bytes is None:
            return self.request_bytes
        return max(self.request_bytes, file_bytes + MULTIPART_BYTES)
