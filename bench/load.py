"""Senders in lock-step: each sends its next message as soon as its last is acknowledged."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

# About a hundred characters each, in English, Chinese and both; one in six has markup.
BODIES = (
    "The deploy finished at noon and the dashboards look fine; shall we announce it to everyone today?",
    (
        "部署已经完成，监控面板一切正常。要不要今天下午就通知所有人？如果没有问题，"
        "我三点左右在公告频道里发消息，请大家先看一下草稿，有意见直接回复我，谢谢各位这几天的辛苦。"
    ),
    "I checked the logs again: 没有发现错误, and the error rate has stayed below 0.1 percent all morning.",
    (
        "Lunch at the noodle place by the station? 我想吃牛肉面，十二点半在大门口见，"
        "晚到的话提前说一声就好，我先去占位置。下雨的话就改在食堂。"
    ),
    "Please read **the second page** of the draft, 尤其是第三段, see https://example.org/drafts/42 for it.",
    (
        "会议改到明天上午十点，地点还是三楼的小会议室。"
        "Bring the numbers from last week, and the open questions, please."
    ),
)

Send = Callable[[int, str], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Figures:
    """What a turn came to: messages a second, and milliseconds until the acknowledgement."""

    messages: int
    rate: float
    p50: float
    p99: float


async def measure(send: Send, senders: int, seconds: float) -> Figures:
    """Runs `send(sender, body)` by so many senders for so long; the last answers are waited for."""
    latencies: list[float] = []
    began = time.perf_counter()

    async def keep_sending(sender: int) -> None:
        number = sender
        while (sent := time.perf_counter()) < began + seconds:
            await send(sender, BODIES[number % len(BODIES)])
            latencies.append(time.perf_counter() - sent)
            number += 1

    await asyncio.gather(*(keep_sending(sender) for sender in range(senders)))
    elapsed = time.perf_counter() - began
    latencies.sort()
    return Figures(
        messages=len(latencies),
        rate=round(len(latencies) / elapsed, 1),
        p50=_milliseconds(latencies, 0.50),
        p99=_milliseconds(latencies, 0.99),
    )


def _milliseconds(ordered: list[float], share: float) -> float:
    return round(ordered[int((len(ordered) - 1) * share)] * 1000, 3)
