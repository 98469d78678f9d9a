"""What the site needs is away: who asks is told to come back, the log has a line that names the setting."""

import logging
from collections.abc import Callable

import pytest
from django.core.cache.backends.locmem import LocMemCache
from django.db import OperationalError
from django.test import Client
from pytest_django import Settings
from redis.exceptions import ConnectionError as RedisAway
from redis.exceptions import TimeoutError as RedisSilent

from chatsite import outages

pytestmark = pytest.mark.usefixtures("media")  # a folder where static files would be
FORM = {"login": "alice", "password": "not hers"}


def failing(error: Exception) -> Callable[..., object]:
    def fail(*_: object, **__: object) -> object:
        raise error

    return fail


@pytest.fixture
def visitor() -> Client:
    return Client(raise_request_exception=False)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "error", [RedisAway("refused"), RedisSilent("no answer"), OperationalError("gone")]
)
def test_who_signs_in_meanwhile_is_told_to_come_back(
    visitor: Client, error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(LocMemCache, "get", failing(error))
    answer = visitor.post("/accounts/login/", FORM)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert b"Not available right now" in answer.content


@pytest.mark.django_db
def test_so_is_who_asks_from_where_the_admin_is_not(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.ADMIN_HOST = "admin.example.org"
    monkeypatch.setattr(LocMemCache, "get", failing(RedisAway("refused")))
    answer = Client(raise_request_exception=False).post("/accounts/login/", FORM)
    assert (answer.status_code, answer.headers.get("Retry-After")) == (503, "5")


@pytest.mark.django_db
def test_any_other_error_is_ours(visitor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LocMemCache, "get", failing(ValueError("no")))
    assert visitor.post("/accounts/login/", FORM).status_code == 500


def told(error: Exception) -> logging.LogRecord:
    info = (type(error), error, None)
    record = logging.LogRecord(
        "django.request", logging.ERROR, "", 1, "%s: %s", ("Away", "/x/"), info
    )
    outages.OneLine().filter(record)
    return record


def test_the_log_has_one_line_that_names_the_setting() -> None:
    record = told(RedisAway("Error 111 connecting."))
    assert record.getMessage() == "Away: /x/ (REDIS_URL: Error 111 connecting.)"
    assert record.exc_info is None


def test_what_is_our_mistake_keeps_its_traceback() -> None:
    assert told(ValueError("no")).exc_info is not None
