"""What a process has counted, gathered when somebody asks: nothing is kept here, and no work waits for it."""

from __future__ import annotations

import os
import resource
import time
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from chat import database, limits
from chat.hub import hub
from chat.pointers import pointers
from chat.writer import writer
from chatsite.logs import tally

from .exposition import Exposition

if TYPE_CHECKING:
    from chatsite.daphne.vitals import Vitals

STARTED_AT = time.time()
_MEMORY = Path("/proc/self/statm")


def text(vitals: Vitals | None) -> str:
    """`vitals` are our server's; another has none to show."""
    page = Exposition()
    _process(page)
    _hub(page)
    _writer(page)
    _database(page)
    _limits(page)
    if vitals is not None:
        _server(page, vitals)
    return page.text()


def _process(page: Exposition) -> None:
    page.gauges("chat_info", "The version that runs.", by="version", values={settings.VERSION: 1})
    page.gauge("process_start_time_seconds", "When the process began, in Unix time.", STARTED_AT)
    used = resource.getrusage(resource.RUSAGE_SELF)
    page.counter(
        "process_cpu_seconds_total", "User and system time spent.", used.ru_utime + used.ru_stime
    )
    if _MEMORY.exists():
        pages = int(_MEMORY.read_text().split()[1])
        size = pages * os.sysconf("SC_PAGE_SIZE")
        page.gauge("process_resident_memory_bytes", "Memory in use.", size)
    page.counters(
        "chat_log_lines_total", "Warnings and worse.", by="level", values=dict(tally.levels)
    )


def _hub(page: Exposition) -> None:
    now = hub.figures()
    page.gauge("chat_sockets", "Sockets of people who are signed in.", now.sockets)
    page.gauge("chat_people", "People whose sockets those are.", now.people)
    page.gauge("chat_rooms", "Rooms with a socket here, or with one a moment ago.", now.rooms)
    page.counter("chat_deliveries_total", "Events told, once a socket.", hub.traffic.deliveries)
    page.histogram("chat_flush_events", "Events in one flush of a room.", hub.traffic.flushes)
    page.counter("chat_repairs_total", "Reads of what a room had missed.", now.repairs)
    page.counter(
        "chat_starts_over_total", "Times the database was another than before.", now.starts_over
    )
    page.gauge("chat_layer_up", "1 while the channel layer works.", int(now.is_layer_well))
    page.gauge("chat_layer_queue", "What waits to be told to other processes.", now.unpublished)
    page.counter("chat_layer_drops_total", "What found that queue full.", now.lost_publishes)


def _writer(page: Exposition) -> None:
    sends = writer.sends
    outcomes = {
        "stored": sends.stored,
        "repeated": sends.repeated,
        "refused": sends.refused,
        "failed": sends.failed,
        "turned_away": sends.turned_away,
    }
    page.counters("chat_sends_total", "Messages sent, by outcome.", by="outcome", values=outcomes)
    page.histogram("chat_send_seconds", "From being queued to being answered.", sends.seconds)
    page.histogram("chat_batch_messages", "Messages in one commit.", sends.batches)
    page.histogram("chat_batch_seconds", "Time for one commit.", sends.batch_seconds)
    page.gauge("chat_writer_queue", "Messages that wait for a commit.", writer.queued)
    page.gauge("chat_writer_busy_seconds", "Age of the commit under way.", writer.busy_seconds)


def _database(page: Exposition) -> None:
    page.gauge("chat_database_up", "1 while the database works.", int(database.health.is_well))
    page.gauge("chat_database_calls", "Reads and actions under way or waiting.", database.waiting())
    page.gauge("chat_pointers_queue", "Read pointers that wait for a commit.", pointers.waiting)


def _limits(page: Exposition) -> None:
    page.counters(
        "chat_rate_limited_total", "What was too fast.", by="limit", values=dict(limits.refusals)
    )
    page.counter("chat_floods_total", "Sockets closed for going on.", limits.floods.begun)


def _server(page: Exposition, vitals: Vitals) -> None:
    page.gauge("chat_connections", "Connections, sockets among them.", vitals.connections)
    page.gauges(
        "chat_connections_waited_for",
        "Those that owe something or rest.",
        by="phase",
        values=vitals.waited_for,
    )
    page.gauge("chat_requests_queue", "Requests that wait for their turn.", vitals.waiting)
    answers = {str(status): count for status, count in sorted(vitals.answers.items())}
    page.counters("chat_answers_total", "Requests answered.", by="status", values=answers)
    page.counter("chat_slow_readers_total", "Sockets cut off with 4413.", vitals.slow_readers)
    page.counter(
        "chat_spared_total", "Passing events spared a socket with a backlog.", vitals.spared
    )
    page.histogram(
        "chat_loop_lag_seconds", "How late the event loop was, once a second.", vitals.lag
    )
