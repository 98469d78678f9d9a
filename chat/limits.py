"""How fast one may be: token buckets, a connection's own and those that all of a user's share."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from functools import partial
from typing import NoReturn

from django.conf import settings

from .errors import RateLimited
from .protocol import limits

Clock = Callable[[], float]


class TokenBucket:
    """Allows `rate` a second sustained and `burst` at once."""

    __slots__ = ("_burst", "_clock", "_counted_at", "_rate", "_tokens")

    def __init__(self, rate: float, burst: float, clock: Clock = time.monotonic) -> None:
        self._rate = rate
        self._burst = burst
        self._clock = clock
        self._tokens = burst
        self._counted_at = clock()

    def take(self) -> int:
        """Takes a token and returns 0, or returns the milliseconds until there is one."""
        self._fill()
        if self._tokens >= 1:
            self._tokens -= 1
            return 0
        return max(1, int((1 - self._tokens) / self._rate * 1000))

    @property
    def is_full(self) -> bool:
        self._fill()
        return self._tokens >= self._burst

    def _fill(self) -> None:
        now = self._clock()
        self._tokens = min(self._burst, self._tokens + (now - self._counted_at) * self._rate)
        self._counted_at = now


class UserBuckets:
    """A bucket for each user who was here lately, from any thread.

    A full one is as good as none and is forgotten, so coming back does not help, and those that are kept are
    of the last burst / rate seconds.
    """

    def __init__(self, rate: float, burst: float, clock: Clock = time.monotonic) -> None:
        self._make: Callable[[], TokenBucket] = partial(TokenBucket, rate, burst, clock)
        self._buckets: OrderedDict[int, TokenBucket] = OrderedDict()  # the last used is last
        self._guard = threading.Lock()

    def __len__(self) -> int:
        return len(self._buckets)

    def take(self, user_id: int) -> int:
        with self._guard:
            bucket = self._buckets.pop(user_id, None) or self._make()
            self._forget_full()
            self._buckets[user_id] = bucket
            return bucket.take()

    def _forget_full(self) -> None:
        """Two for each that comes, so that they cannot pile up."""
        for _ in range(2):
            user_id, oldest = next(iter(self._buckets.items()), (0, None))
            if oldest is None or not oldest.is_full:
                return
            del self._buckets[user_id]


class Pauses:
    """Users who are to stay away for a while, in one event loop. Those whose time is over are forgotten."""

    def __init__(self, seconds: float, clock: Clock = time.monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._ends: dict[int, float] = {}  # the first to end is first: all last equally long
        self.begun = 0

    def __len__(self) -> int:
        return len(self._ends)

    def begin(self, user_id: int) -> None:
        self.begun += 1
        self._forget_ended()
        self._ends.pop(user_id, None)
        self._ends[user_id] = self._clock() + self._seconds

    def left(self, user_id: int) -> float:
        """The seconds until it is over; 0 where there is none."""
        return max(0.0, self._ends.get(user_id, 0.0) - self._clock())

    def _forget_ended(self) -> None:
        now = self._clock()
        for user_id in [key for key, end in self._ends.items() if end <= now]:
            del self._ends[user_id]


_NAMES = ("connection", "command", "message", "search", "page", "upload", "opening")
refusals = dict.fromkeys(_NAMES, 0)
_guard = threading.Lock()
floods = Pauses(limits.FLOOD_PAUSE_MS / 1000)
_commands = UserBuckets(limits.USER_COMMANDS_PER_SECOND, limits.USER_COMMAND_BURST)
_messages = UserBuckets(limits.MESSAGES_PER_SECOND, limits.MESSAGE_BURST)
_searches = UserBuckets(limits.SEARCHES_PER_SECOND, limits.SEARCH_BURST)
_pages = UserBuckets(limits.PAGES_PER_SECOND, limits.PAGE_BURST)
_uploads = UserBuckets(limits.UPLOADS_PER_MINUTE / 60, limits.UPLOAD_BURST)
_openings = UserBuckets(limits.OPENINGS_PER_HOUR / 3600, limits.OPENING_BURST)


def limit_connection(bucket: TokenBucket) -> None:
    """Counts a command of one connection, whose bucket it is. Raises `RateLimited`."""
    if settings.RATE_LIMITS and (wait := bucket.take()):
        _refuse("connection", wait)


def limit_command(user_id: int) -> None:
    """Counts a command, over all of the user's connections to this process. Raises `RateLimited`."""
    _limit("command", _commands, user_id)


def limit_message(user_id: int) -> None:
    """The same for a message, wherever it comes from. A person writes no faster in two tabs than in one."""
    _limit("message", _messages, user_id)


def limit_search(user_id: int) -> None:
    """The same for a search."""
    _limit("search", _searches, user_id)


def limit_page(user_id: int) -> None:
    """The same for a page of the chat."""
    _limit("page", _pages, user_id)


def limit_upload(user_id: int) -> None:
    """The same for a file."""
    _limit("upload", _uploads, user_id)


def limit_opening(user_id: int) -> None:
    """The same for a room that is made."""
    _limit("opening", _openings, user_id)


def _limit(name: str, buckets: UserBuckets, user_id: int) -> None:
    if settings.RATE_LIMITS and (wait := buckets.take(user_id)):
        _refuse(name, wait)


def _refuse(name: str, wait: int) -> NoReturn:
    with _guard:
        refusals[name] += 1
    raise RateLimited("Too fast.", retry_after=wait)
