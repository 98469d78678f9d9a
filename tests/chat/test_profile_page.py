"""The page of one's own profile, as a browser without scripts uses it."""

from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from chat import profile_page
from chat.actions.blocks import set_block
from chat.actions.sanctions import sanction_everywhere
from chat.errors import RateLimited
from chat.models import Block, Sanction
from chat.protocol.commands import BlockSet

pytestmark = pytest.mark.django_db(transaction=True)

PAGE, UNBLOCK = "/accounts/profile/", "/accounts/profile/unblock/"


@pytest.fixture(autouse=True)
def no_collected_files(settings: Settings, tmp_path: Path) -> None:
    """Nobody has collected static files for this run."""
    settings.STATIC_ROOT = tmp_path


@pytest.fixture
def browser(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


def test_it_shows_ones_profile(browser: Client) -> None:
    page = browser.get(PAGE)
    assert page.status_code == 200
    assert "@alice" in page.text
    assert 'value="Alice"' in page.text


def test_it_saves_name_and_status(browser: Client, alice: User) -> None:
    saved = browser.post(PAGE, {"name": " 爱丽丝 ", "status_text": "在开会"}, follow=True)
    assert "Saved." in saved.text
    alice.refresh_from_db()
    assert (alice.name, alice.status_text) == ("爱丽丝", "在开会")


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("name", "", "This field is required."),
        ("name", "Al\u202eice", "invisible or control characters"),
        ("name", "o" + "\u0301" * 10_000, "1 to 50 characters"),
        ("name", "admin", "reserved"),
        ("status_text", "x" * 101, "at most 100 characters"),
        ("status_text", "\u200bnow", "invisible or control characters"),
    ],
)
def test_what_is_refused_is_said_under_its_field(
    browser: Client, alice: User, field: str, value: str, error: str
) -> None:
    page = browser.post(PAGE, {"name": "Alicia", "status_text": "here"} | {field: value})
    assert page.status_code == 422
    assert error in page.text
    assert f'id="id_{field}_error"' in page.text
    assert User.objects.get(pk=alice.pk).name == "Alice"


def test_whom_one_has_blocked_can_be_heard_again(browser: Client, alice: User, bob: User) -> None:
    set_block(alice.pk, BlockSet(id="1", user=bob.pk))
    assert "@bob" in browser.get(PAGE).text
    assert "@bob" not in browser.post(UNBLOCK, {"user": bob.pk}, follow=True).text
    assert not Block.objects.exists()


@pytest.mark.parametrize("user", ["", "x", "-1", "²", "9" * 30, "999999"])
def test_nonsense_unblocks_nobody(browser: Client, user: str) -> None:
    assert browser.post(UNBLOCK, {"user": user}).status_code == 302


def test_a_guest_is_sent_to_sign_in(client: Client) -> None:
    for answer in (client.get(PAGE), client.post(UNBLOCK, {"user": 1})):
        assert answer.status_code == 302
        assert "/accounts/login/" in answer["Location"]


def test_who_is_banned_is_told_so(browser: Client, alice: User) -> None:
    sanction_everywhere(alice.pk, Sanction.Kind.BAN, "spam")
    assert browser.get(PAGE).status_code == 403
    assert browser.post(PAGE, {"name": "Alicia"}).status_code == 403
    assert browser.post(UNBLOCK, {"user": 1}).status_code == 403


def test_who_is_banned_shows_the_others_no_new_picture(browser: Client, alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(avatar="avatars/a")
    sanction_everywhere(alice.pk, Sanction.Kind.BAN, "spam")
    assert browser.post("/accounts/avatar/", {"remove": "yes"}).status_code == 403
    alice.refresh_from_db()
    assert alice.avatar


def test_one_who_unblocks_too_fast_is_told_so(
    browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(user_id: int) -> None:
        raise RateLimited("Too fast.", retry_after=1)

    monkeypatch.setattr(profile_page, "limit_command", refuse)
    assert browser.post(UNBLOCK, {"user": "5"}).status_code == 429
