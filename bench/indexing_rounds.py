"""The rounds of `bench.indexing` on one database, in a process of their own that reports in JSON."""

import asyncio
import json
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from typing import Any
from unittest.mock import patch

import msgspec
from django.core.management import call_command
from django.db import connection

from chat import mentions, message_store
from chat.hub import hub
from chat.message_sql import postgres, sqlite
from chat.writer import writer

from .fan_out.cores import cpu_seconds
from .load import measure
from .send_rounds import Talk

WARM_UP_SECONDS = 1.0
NOTHING = "UPDATE chat_room SET id = id WHERE 0 AND %s IS %s"  # for an INSERT of two values

SERVERS = "SELECT pid FROM pg_stat_activity WHERE backend_type <> 'autovacuum worker'"


class Plan(msgspec.Struct, frozen=True):
    senders: list[int]
    seconds: float
    rounds: int


def main() -> None:
    """Reads a plan from standard input, writes the report to standard output."""
    plan = msgspec.json.decode(sys.stdin.buffer.read(), type=Plan)
    call_command("migrate", verbosity=0)
    report = asyncio.run(_run(plan, Talk(max(plan.senders), threads=1)))
    assert writer.close(timeout=10)
    json.dump(report, sys.stdout)


async def _run(plan: Plan, talk: Talk) -> dict[str, Any]:
    hub.start()
    await measure(talk.send, max(plan.senders), WARM_UP_SECONDS)
    turns = [
        await _turn(talk, senders, plan.seconds, indexed=indexed)
        for _ in range(plan.rounds)
        for senders in plan.senders
        for indexed in (True, False)
    ]
    await hub.close()
    return {"turns": turns}


async def _turn(talk: Talk, senders: int, seconds: float, *, indexed: bool) -> dict[str, Any]:
    with nullcontext() if indexed else _unindexed():
        before = await asyncio.to_thread(_cpu_seconds)
        figures = await measure(talk.send, senders, seconds)
        await asyncio.to_thread(_merge_what_waits)
        after = await asyncio.to_thread(_cpu_seconds)
    cpu = sum(seconds - before.get(pid, 0.0) for pid, seconds in after.items())
    return {
        "senders": senders,
        "indexed": indexed,
        "cpu_us": round(cpu / figures.messages * 1e6, 1),
        "rate": figures.rate,
    }


@contextmanager
def _unindexed() -> Iterator[None]:
    """Without the terms of the texts, the entries and the merging."""
    stored, _ = postgres.INSERT_MESSAGES.split("INSERT INTO chat_searchentry")
    with ExitStack() as patches:
        for owner, name, instead in (
            (mentions, "terms", lambda _: frozenset()),
            (message_store, "_tokens", lambda _: ""),
            (sqlite, "INDEX_MESSAGE", NOTHING),
            (sqlite, "settle_new", lambda *_: None),
            (postgres, "INSERT_MESSAGES", stored + "SELECT id FROM stored"),  # noqa: S608 - our own words
        ):
            patches.enter_context(patch.object(owner, name, instead))
        yield


def _merge_what_waits() -> None:
    """Else the next turn would pay for it."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT gin_clean_pending_list('searchentry_tokens')")
        connection.close()


def _cpu_seconds() -> dict[int, float]:
    """Of this process, and of those of a database that is not a file, but for what comes and goes."""
    pids = [os.getpid()]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(SERVERS)
            pids += [pid for (pid,) in cursor.fetchall()]
    connection.close()
    return {pid: cpu_seconds(pid) for pid in pids}
