"""Every error code and every close code."""

from typing import Literal

# Close codes: RFC 6455 §7.4; 4000 and above are ours. docs/protocol.md says what a client does at each.
CLOSE_GOING_AWAY = 1001
CLOSE_TOO_BIG = 1009
CLOSE_RESTARTING = 1012
CLOSE_BAD_FRAMES = 4400
CLOSE_SIGNED_OUT = 4401
CLOSE_BANNED = 4403
CLOSE_TIMED_OUT = 4408
CLOSE_DISPLACED = 4409
CLOSE_TOO_SLOW = 4413
CLOSE_TOO_OLD = 4426
CLOSE_FLOODING = 4429

ErrorCode = Literal[
    "bad_frame",
    "bad_request",
    "not_found",
    "forbidden",
    "conflict",
    "too_long",
    "rate_limited",
    "muted",
    "archived",
    "unavailable",
    "internal",
]
