"""Mails that nobody waits for: one after the other, on a thread of their own.

A mail server that hangs may take EMAIL_TIMEOUT for each, and who lets fifty people in at once should not have
to wait for all of that. They were decided and committed before, and are sent if that can be done: what finds
too many before it, or waits still when the process has ended, is left, and the log says so.

Owner: the process. Bounds: one thread, MAX_WAITING mails, whose texts are written already. End: `close`,
which leaves the usual mail server time for a few; the thread keeps no process from ending, whatever it hangs
at.
"""

import asyncio
import logging
import threading
import time
from queue import SimpleQueue

from django.core.mail import EmailMessage

MAX_WAITING = 1_000
CLOSE_SECONDS = 3.0
POLL_SECONDS = 0.01

log = logging.getLogger(__name__)


class Post:
    def __init__(self) -> None:
        self._queue: SimpleQueue[EmailMessage | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._waiting = 0  # the one under way, too
        self._thread: threading.Thread | None = None
        self._is_closed = False
        self._is_full = False  # and the log has said so

    def send(self, mail: EmailMessage) -> None:
        """Returns at once; from any thread."""
        with self._lock:
            if self._takes_no_more():
                return
            self._waiting += 1
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._work, name="accounts-post", daemon=True
                )
                self._thread.start()
        self._queue.put(mail)

    async def close(self) -> None:
        """Sends what waits and what comes meanwhile, for CLOSE_SECONDS at most."""
        began = time.monotonic()
        while time.monotonic() < began + CLOSE_SECONDS:
            if not self._waiting:
                break
            await asyncio.sleep(POLL_SECONDS)
        with self._lock:
            self._is_closed, left = True, self._waiting
        self._queue.put(None)
        if left:
            log.error("No mail could be sent (EMAIL_URL): %d were left at the end.", left)

    def _takes_no_more(self) -> bool:
        """A line in the log when that begins."""
        was_full, self._is_full = self._is_full, self._waiting >= MAX_WAITING or self._is_closed
        if self._is_full and not was_full:
            log.error("No mail could be sent (EMAIL_URL): %d wait already.", self._waiting)
        return self._is_full

    def _work(self) -> None:
        while (mail := self._queue.get()) is not None and not self._is_closed:
            _send(mail)
            with self._lock:
                self._waiting -= 1


def _send(mail: EmailMessage) -> None:
    try:
        mail.send()
    except Exception:  # the next is for somebody else
        log.exception("No mail could be sent (EMAIL_URL): %s", mail.subject)


post = Post()
