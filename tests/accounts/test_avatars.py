"""One's own picture: chosen, shown, replaced, removed."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django.asserts import assertContains, assertRedirects

from accounts import avatars
from accounts.activation import deactivate
from accounts.models import User
from chat import hub, payloads
from chat.profile_news import Profile
from files import pictures
from tests.chat.uploading import bomb, photo, picture, stored_files

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("media")]

PAGE = "/accounts/avatar/"


@pytest.fixture
def browser(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


def choose(browser: Client, content: bytes, name: str = "me.jpg") -> Any:
    return browser.post(PAGE, {"picture": SimpleUploadedFile(name, content)})


def address(user: User) -> str | None:
    """Where others are told that it is."""
    user.refresh_from_db()
    return payloads.user(user).avatar


def head(user: User | None, path: str | None) -> Any:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client.head(path or "/none")


def test_another_picture_and_none_are_told_to_others(
    browser: Client, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Profile] = []
    monkeypatch.setattr(hub, "publish_profile", told.append)
    choose(browser, photo((60, 60)))
    chosen = address(alice)
    browser.post(PAGE, {"remove": "yes"})
    assert [profile.user_id for profile in told] == [alice.pk, alice.pk]
    assert chosen
    assert chosen.encode() in told[0].payload
    assert b'"avatar":null' in told[1].payload


def test_a_picture_is_chosen_and_seen_by_others(browser: Client, alice: User, bob: User) -> None:
    assert address(alice) is None
    assertRedirects(choose(browser, photo((600, 300))), PAGE)
    assertContains(browser.get(PAGE), f'src="{address(alice)}"')
    answer = head(bob, address(alice))
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/webp")
    assert answer["Cache-Control"] == "private, max-age=31536000, immutable"
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_it_is_a_small_square_without_notes(browser: Client, alice: User, media: Path) -> None:
    choose(browser, photo((600, 300)))
    [stored] = stored_files(media)
    content = (media / stored).read_bytes()
    assert (content[8:12], b"Spycam" in content) == (b"WEBP", False)
    assert len(content) < 20_000


def test_who_is_not_signed_in_sees_none(browser: Client, alice: User) -> None:
    choose(browser, photo())
    assert head(None, address(alice)).status_code == 302


def test_another_picture_has_another_address(
    browser: Client, alice: User, bob: User, media: Path
) -> None:
    choose(browser, photo())
    first = address(alice)
    choose(browser, picture())
    assert address(alice) != first
    assert head(bob, first).status_code == 404
    assert len(stored_files(media)) == 1


def test_a_picture_is_removed(browser: Client, alice: User, media: Path) -> None:
    choose(browser, photo())
    assertRedirects(browser.post(PAGE, {"remove": "yes"}), PAGE)
    assert address(alice) is None
    assert stored_files(media) == []
    assertRedirects(browser.post(PAGE, {"remove": "yes"}), PAGE)


@pytest.mark.parametrize("content", [b"<svg/>", b"\x89PNG\r\n\x1a\n", bomb(), b"a" * 100])
def test_what_is_no_picture_changes_nothing(
    browser: Client, alice: User, media: Path, content: bytes
) -> None:
    choose(browser, photo())
    before = address(alice)
    answer = choose(browser, content, "me.png")
    assert answer.status_code == 200
    assertContains(answer, "picture")
    assert answer.context["form"].errors["picture"]
    assert address(alice) == before
    assert len(stored_files(media)) == 1


def test_nothing_chosen_is_said(browser: Client) -> None:
    assert browser.post(PAGE).context["form"].errors["picture"]


def test_too_large_is_said(browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(avatars, "MAX_BYTES", 10)
    assert choose(browser, photo()).context["form"].errors["picture"]


def test_a_picture_that_cannot_be_kept_leaves_no_file(
    alice: User, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(User, "save", fail)
    with pytest.raises(RuntimeError):
        avatars.set_avatar(alice.pk, SimpleUploadedFile("me.jpg", photo()))
    assert stored_files(media) == []


def test_whose_account_was_closed_while_it_was_drawn_gets_none(
    browser: Client, alice: User, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    remake = pictures.remake

    def slowly(*arguments: Any) -> Any:
        deactivate(User.objects.filter(pk=alice.pk))
        return remake(*arguments)

    monkeypatch.setattr(pictures, "remake", slowly)
    assert choose(browser, photo()).context["form"].errors["picture"]
    assert (address(alice), stored_files(media)) == (None, [])


def test_no_forged_form_changes_it(alice: User, media: Path) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(alice)
    assert choose(browser, photo()).status_code == 403
    assert stored_files(media) == []


def test_who_is_not_signed_in_chooses_none(client: Client, media: Path) -> None:
    assert choose(client, photo()).status_code == 302
    assert stored_files(media) == []


@pytest.mark.parametrize("path", ["0/a", "999/a", f"{10**30}/a", "1/..", "1/%2e%2e%2fa"])
def test_an_address_of_nothing(browser: Client, path: str) -> None:
    assert browser.get(f"/accounts/avatars/{path}").status_code == 404
