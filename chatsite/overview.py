"""The front page of the admin: how the site is and what goes on, as far as whoever looks may know it.

Numbers of this process are its own; the rest is the site's. What has to be counted to its end (people, rooms,
files) is counted once in TOTALS_SECONDS, however often the page is looked at.
"""

import shutil
import threading
import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple, cast

from django.conf import settings
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from chat import activity, complaints, database, statistics
from chat.actions.oversight import DECIDE
from chat.hub import hub
from chat.writer import writer

from . import charts, monitoring
from .logs import tally

HOURS, DAYS, ROOMS = 24, 30, 8
TOTALS_SECONDS = 60.0
SERVER_ERROR = 500


class Figure(NamedTuple):
    """A number in words, and what else there is to say of it."""

    name: str
    value: str
    note: str = ""


class Drawn(NamedTuple):
    """A chart with what stands beside it."""

    chart: charts.Chart
    title: str
    span: str
    unit: str
    summary: str


class Totals(NamedTuple):
    people: statistics.People
    rooms: statistics.Rooms
    messages: int
    storage: statistics.Storage


class _Kept:
    """Owner: the process. Bound: one count at a time; who comes meanwhile waits for it."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._totals: Totals | None = None
        self._until = 0.0

    def totals(self) -> Totals:
        with self._guard:
            if self._totals is None or time.monotonic() >= self._until:
                self._totals = _count()
                self._until = time.monotonic() + TOTALS_SECONDS
            return self._totals

    def forget(self) -> None:
        self._until = 0.0


kept = _Kept()


def overview(request: HttpRequest) -> dict[str, Any]:
    """What the page's template draws."""
    user = cast(User, request.user)
    now = timezone.now()
    hourly, daily = _hourly(now), _daily(now)
    return {
        "waiting": complaints.waiting(request) if user.has_perm(DECIDE) else None,
        "site": _site(kept.totals(), hourly),
        "charts": [
            _drawn(hourly, _("Messages per hour"), _("The last 24 hours, UTC"), _("Hour")),
            _drawn(daily, _("Messages per day"), _("The last 30 days, UTC"), _("Day")),
        ],
        "process": _process(request),
        "rooms": _rooms(now) if user.has_perm("chat.view_room") else None,
        "errors": list(reversed(tally.kept)) if user.is_superuser else None,
    }


def _count() -> Totals:
    today = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    return Totals(
        people=statistics.people(today),
        rooms=statistics.rooms(),
        messages=statistics.messages(),
        storage=statistics.storage(),
    )


def _hourly(now: datetime) -> charts.Chart:
    last = now.replace(minute=0, second=0, microsecond=0)
    moments = [last + timedelta(hours=n) for n in range(1 - HOURS, 2)]
    sent = activity.sent_between(moments)
    labels = [date_format(moment, "H:i") for moment in moments]
    return charts.bars(list(zip(labels, sent, strict=False)))


def _daily(now: datetime) -> charts.Chart:
    last = now.replace(hour=0, minute=0, second=0, microsecond=0)
    moments = [last + timedelta(days=n) for n in range(1 - DAYS, 2)]
    sent = activity.sent_between(moments)
    labels = [date_format(moment, "MONTH_DAY_FORMAT") for moment in moments]
    return charts.bars(list(zip(labels, sent, strict=False)))


def _drawn(chart: charts.Chart, title: str, span: str, unit: str) -> Drawn:
    said = {
        "total": _number(chart.total),
        "most": _number(chart.most.value),
        "label": chart.most.label,
    }
    summary = _("%(total)s in all, at most %(most)s (%(label)s)") % said
    return Drawn(chart, title, span, unit, summary if chart.total else _("Nothing was sent."))


def _site(totals: Totals, hourly: charts.Chart) -> list[Figure]:
    people, rooms, storage = totals.people, totals.rooms, totals.storage
    return [
        Figure(_("Online now"), _number(hub.online()), _("without those who hide")),
        Figure(
            _("Accounts"),
            _number(people.active),
            _("and %(count)s deactivated") % {"count": _number(people.deactivated)},
        ),
        Figure(
            _("Rooms"),
            _number(rooms.public + rooms.private),
            _("and %(direct)s direct") % {"direct": _number(rooms.direct)},
        ),
        Figure(
            _("Messages"),
            _number(totals.messages),
            _("%(sent)s in 24 hours") % {"sent": _number(hourly.total)},
        ),
        Figure(
            _("Files"),
            filesizeformat(storage.file_bytes),
            ngettext("in %(files)s file", "in %(files)s files", storage.files)
            % {"files": _number(storage.files)},
        ),
        Figure(_("Database"), filesizeformat(storage.database_bytes), _free_on_disk()),
    ]


def _free_on_disk() -> str:
    try:
        free = shutil.disk_usage(settings.VAR_DIR).free
    except OSError:
        return ""
    return _("%(size)s free on the disk") % {"size": filesizeformat(free)}


def _process(request: HttpRequest) -> list[Figure]:
    now = hub.figures()
    return [
        Figure(_("Sockets"), _number(now.sockets)),
        Figure(_("Messages waiting to be stored"), _number(writer.queued)),
        Figure(_("Database calls under way"), _number(database.waiting())),
        Figure(
            _("Waiting for the channel layer"),
            _number(now.unpublished),
            "" if now.is_layer_well else _("it fails"),
        ),
        *_server(request),
        Figure(_("Repairs"), _number(now.repairs), _("what rooms had missed and was read")),
        Figure(_("Errors in the log"), _number(_errors(tally.levels))),
    ]


def _server(request: HttpRequest) -> list[Figure]:
    """What only our own server counts."""
    scope = getattr(request, "scope", {})
    vitals = scope.get("extensions", {}).get(monitoring.EXTENSION)
    if vitals is None:
        return []
    answers = dict(vitals.answers)  # in one go: the event loop counts on meanwhile
    failed = sum(count for status, count in answers.items() if status >= SERVER_ERROR)
    return [
        Figure(_("Requests waiting for their turn"), _number(vitals.waiting)),
        Figure(_("Readers cut off for being too slow"), _number(vitals.slow_readers)),
        Figure(_("Requests that failed"), _number(failed)),
    ]


def _errors(levels: Mapping[str, int]) -> int:
    return levels.get("error", 0) + levels.get("critical", 0)


def _rooms(now: datetime) -> list[activity.Busy]:
    return activity.busiest_rooms(now - timedelta(hours=HOURS), ROOMS)


def _number(value: int) -> str:
    return number_format(value, force_grouping=True)
