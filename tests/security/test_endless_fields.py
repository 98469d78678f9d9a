"""What is far too long for a field is refused before its accents are sorted: all would wait for it."""

import re
import unicodedata
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from chat.models import Room
from tests.chat.moderators import make_owner
from tests.client import PASSWORD, PROVE

pytestmark = pytest.mark.django_db

ENDLESS = "a" + "\u0301\u0323" * 31_000
MOST = 1_000  # characters that are normalised at once
OPEN_TO_ALL = ("login", "signup", "password/reset")
OF_ONESELF = (
    *("profile", "password/change", "appearance", "language", "keys", "notifications"),
    *("two-factor/on", "reauthenticate"),
)
OF_STAFF = ("accounts/user/add", "chat/room/add", "auth/group/add", "accounts/invitation/add")
OF_A_USER, OF_A_ROOM = ("change", "password", "act/sanction"), ("change", "act/add", "act/settings")


@pytest.fixture
def longest(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The lengths of what is normalised."""
    lengths: list[int] = []
    normalize = unicodedata.normalize

    def noted(form: str, text: str) -> str:
        lengths.append(len(text))
        return normalize(form, text[:MOST])  # type: ignore[arg-type]

    monkeypatch.setattr(unicodedata, "normalize", noted)
    return lengths


@pytest.fixture
def owner(db: None, settings: Settings, tmp_path: Path) -> Client:
    settings.STATIC_ROOT = tmp_path  # nobody has collected static files for this run
    client = Client()
    client.force_login(make_owner())
    client.post(PROVE, {"password": PASSWORD})
    return client


def fields(page: str) -> list[str]:
    return sorted({*re.findall(r'name="([^"]+)"', page)} - {"csrfmiddlewaretoken"})


def fill_in(client: Client, address: str) -> None:
    """Each field by itself, for one that is refused may hide another."""
    names = fields(client.get(address, follow=True).text)
    assert names, address
    for name in names:
        cache.clear()  # of what was tried too often
        client.post(address, {name: ENDLESS})


def test_no_form_normalises_what_is_far_too_long(
    owner: Client, alice: User, room: Room, longest: list[int]
) -> None:
    visitor = Client()
    for page in OPEN_TO_ALL:
        fill_in(visitor, f"/accounts/{page}/")
    for page in OF_ONESELF:
        fill_in(owner, f"/accounts/{page}/")
    for page in OF_STAFF:
        fill_in(owner, f"/admin/{page}/")
    for page in OF_A_USER:
        fill_in(owner, f"/admin/accounts/user/{alice.pk}/{page}/")
    for page in OF_A_ROOM:
        fill_in(owner, f"/admin/chat/room/{room.pk}/{page}/")
    assert longest
    assert max(longest) <= MOST
