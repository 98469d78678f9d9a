"""The searches of `bench.search` on one database, in a process of their own that reports in JSON."""

import json
import sys
import time
from typing import Any

import msgspec
from django.core.management import call_command
from django.db import connection

from chat.search import search

from . import search_corpus as corpus


class Plan(msgspec.Struct, frozen=True):
    messages: int
    repeats: int


# What is asked, with how many pages of it are read.
QUESTIONS: dict[str, tuple[list[str], int]] = {
    "a word of every third message": (["the", "of", "的", "一"], 1),
    "its tenth page": (["the", "的"], 10),
    "a rare word": (corpus.rare_words(), 1),
    "a word that nobody says": (["unheard", "龘龘", "never said"], 1),
    "a word that others say": ([corpus.ELSEWHERE, f"the {corpus.ELSEWHERE}"], 1),
    "two frequent words": (["the of", "是 的", "and you"], 1),
    "a frequent and a rare word": ([f"the {word}" for word in corpus.rare_words()[:4]], 1),
    "five words": (["the of and to in", "的 一 是 不 了"], 1),
    "a phrase": (['"of the"', "的一", '"it is you"', "不是人"], 1),
    "from: and a word": (["from:person5 the", "from:person7 的"], 1),
    "in: and a word": (["in:room-0 the", "in:room-190 的"], 1),
    "a word in a month of the past": (
        ["the after:2025-02-28 before:2025-04", "的 before:2025-02"],
        1,
    ),
}


def main() -> None:
    """Reads a plan from standard input, writes the report to standard output."""
    plan = msgspec.json.decode(sys.stdin.buffer.read(), type=Plan)
    call_command("migrate", verbosity=0)
    began = time.perf_counter()
    corpus.fill(plan.messages)
    made_in = round(time.perf_counter() - began, 1)
    readers = {"in 20 rooms": corpus.searcher().pk, "in 200 rooms": corpus.everywhere().pk}
    report = {
        name: {question: _measure(reader, question, plan.repeats) for question in QUESTIONS}
        for name, reader in readers.items()
    }
    json.dump({"messages": plan.messages, "made_in_s": made_in, "readers": report}, sys.stdout)


def _measure(reader: int, question: str, repeats: int) -> dict[str, Any]:
    asked, pages = QUESTIONS[question]
    times: list[float] = []
    worked: list[float] = []
    hits = 0
    for number in range(-1, repeats):
        for text in asked:
            before, page = None, None
            for turn in range(pages):
                began, idle = time.perf_counter(), time.thread_time()
                page = search(reader, text, before=before)
                took, work = time.perf_counter() - began, time.thread_time() - idle
                before = page.more
                if number >= 0 and turn == pages - 1:
                    times.append(took * 1000)
                    worked.append(work * 1000)
                    hits = max(hits, len(page.hits))
                if before is None:
                    break
    connection.close()
    times.sort()
    worked.sort()
    return {
        "searches": len(times),
        "hits": hits,
        "p50_ms": round(times[len(times) // 2], 2),
        "p95_ms": round(times[int((len(times) - 1) * 0.95)], 2),
        "max_ms": round(times[-1], 2),
        "work_p95_ms": round(worked[int((len(worked) - 1) * 0.95)], 2),
    }
