"""The app on somebody's phone: RFC 6238, as all of them do it (SHA-1, six digits, 30 seconds)."""

import base64
import hashlib
import hmac
import time

PERIOD = 30


def code(secret: str, *, periods: int = 0) -> str:
    """What it shows now, or so many periods later."""
    counter = int(time.time()) // PERIOD + periods
    key = base64.b32decode(secret.replace(" ", ""))
    digest = hmac.digest(key, counter.to_bytes(8), hashlib.sha1)
    at = digest[-1] & 0x0F
    number = int.from_bytes(digest[at : at + 4]) & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"
