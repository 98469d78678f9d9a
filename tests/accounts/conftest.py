import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.cache import cache
from django.core.mail import EmailMessage
from pytest_django import Settings

from accounts import adapter, post
from accounts.post import Post
from accounts.signals import profile_changed


@pytest.fixture(autouse=True)
def quick_passwords(settings: Settings) -> None:
    """Argon2 is slow on purpose; these tests make many accounts."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def plain_static_files(settings: Settings, tmp_path: Path) -> None:
    """Pages link to files by their names: nobody has collected and hashed them for this run."""
    settings.STATIC_ROOT = tmp_path
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": plain}


@pytest.fixture(autouse=True)
def fresh_limits() -> Iterator[None]:
    """Rate limits are counted in the cache, which outlives a test."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def sent(mailoutbox: list[EmailMessage]) -> list[EmailMessage]:
    return mailoutbox


@pytest.fixture
def mails(monkeypatch: pytest.MonkeyPatch) -> Post:
    """Those of this test: to close it is to wait for them."""
    monkeypatch.setattr(post, "CLOSE_SECONDS", 60)
    monkeypatch.setattr(adapter, "post", mails := Post())
    return mails


@pytest.fixture
def hanging(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """The mail server, until this is set; what it has by the end of the test it has in vain."""
    goes_on, is_over, send = threading.Event(), threading.Event(), EmailMessage.send

    def hang(mail: EmailMessage) -> int:
        goes_on.wait()
        return 0 if is_over.is_set() else send(mail)

    monkeypatch.setattr(EmailMessage, "send", hang)
    yield goes_on
    is_over.set()
    goes_on.set()


@pytest.fixture
def told_profiles() -> Iterator[list[int]]:
    """Whose profile was said to have changed."""
    told: list[int] = []

    def hear(sender: object, user_id: int, **_: object) -> None:
        told.append(user_id)

    profile_changed.connect(hear)
    yield told
    profile_changed.disconnect(hear)
