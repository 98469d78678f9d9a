"""Mails that nobody waits for, and a mail server that hangs or fails meanwhile."""

import asyncio
import threading

import pytest
from django.core.mail import EmailMessage

from accounts import post as posts
from accounts.post import Post


def mail(subject: str) -> EmailMessage:
    return EmailMessage(subject, "hello", "chat@example.org", ["dora@example.org"])


def posted(count: int) -> Post:
    """Called by their numbers."""
    post = Post()
    for number in range(count):
        post.send(mail(str(number)))
    return post


async def test_they_are_sent_in_order(sent: list[EmailMessage]) -> None:
    post = posted(3)
    await post.close()
    assert [one.subject for one in sent] == ["0", "1", "2"]


async def test_one_that_fails_keeps_no_other(
    sent: list[EmailMessage], caplog: pytest.LogCaptureFixture
) -> None:
    post = Post()
    post.send(mail("no\nheader"))
    post.send(mail("hello"))
    await post.close()
    assert [one.subject for one in sent] == ["hello"]
    assert caplog.text.count("No mail could be sent (EMAIL_URL)") == 1


async def test_those_that_find_too_many_before_them_are_left(
    sent: list[EmailMessage],
    hanging: threading.Event,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(posts, "MAX_WAITING", 2)
    post = posted(4)
    hanging.set()
    await post.close()
    assert [one.subject for one in sent] == ["0", "1"]
    assert caplog.messages == ["No mail could be sent (EMAIL_URL): 2 wait already."]


async def test_what_comes_while_it_closes_is_sent_too(
    sent: list[EmailMessage], hanging: threading.Event
) -> None:
    post = posted(1)
    closing = asyncio.create_task(post.close())
    await asyncio.sleep(0)
    post.send(mail("late"))
    hanging.set()
    await closing
    assert [one.subject for one in sent] == ["0", "late"]


async def test_the_end_waits_for_no_server_that_hangs(
    sent: list[EmailMessage],
    hanging: threading.Event,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(posts, "CLOSE_SECONDS", 0.01)
    post = posted(3)
    await post.close()
    assert caplog.messages == ["No mail could be sent (EMAIL_URL): 3 were left at the end."]
    assert sent == []
