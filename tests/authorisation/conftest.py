from collections.abc import Iterator

import pytest
import pytest_django
from django.db import transaction
from django.test import override_settings

from .asking import handle_at_once
from .world import World, build


@pytest.fixture(scope="package")
def world(
    django_db_setup: None,
    django_db_blocker: pytest_django.DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[World]:
    """Built once, in a transaction that is never committed: each cell takes back what it changed."""
    folder = tmp_path_factory.mktemp("authorisation")
    static, media = folder / "static", folder / "media"
    static.mkdir()
    without_limits = {"RATE_LIMITS": False, "ACCOUNT_RATE_LIMITS": False}
    with (
        django_db_blocker.unblock(),
        override_settings(STATIC_ROOT=static, MEDIA_ROOT=media, **without_limits),
        pytest.MonkeyPatch.context() as monkeypatch,
        transaction.atomic(),
    ):
        handle_at_once(monkeypatch)
        yield build()
        transaction.set_rollback(True)
