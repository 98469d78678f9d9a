"""Coming into a room by its page, without scripts: by an invitation link, or because it is public."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.models import User
from chat.actions.sanctions import sanction_everywhere
from chat.models import Invite, Membership, Room, Sanction
from tests.client import PASSWORD
from tests.people import make_room

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_collected_files(settings: Settings, tmp_path: Path) -> None:
    """Nobody has collected static files for this run."""
    settings.STATIC_ROOT = tmp_path


@pytest.fixture
def link(alice: User, room: Room) -> str:
    return path(Invite.objects.create(room=room, created_by=alice))


def path(invite: Invite) -> str:
    return f"/invite/{invite.code}/"


def test_opening_it_shows_the_room_and_joins_nothing(
    client: Client, carol: User, room: Room, link: str
) -> None:
    client.force_login(carol)
    assertContains(client.get(link), "You are invited to Atelier")
    assert not Membership.objects.filter(user=carol, room=room).exists()


def test_an_address_that_no_database_takes_is_not_there(client: Client, carol: User) -> None:
    client.force_login(carol)
    for method in (client.get, client.post):
        assert method("/rooms/a%00b/join/").status_code == 404


def test_pressing_the_button_joins(client: Client, carol: User, room: Room, link: str) -> None:
    client.force_login(carol)
    assertRedirects(client.post(link), "/rooms/atelier/")
    assert Membership.objects.active().filter(user=carol, room=room).exists()
    assert Invite.objects.get().uses == 1


def test_the_button_works_in_our_own_page_only(carol: User, room: Room, link: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(carol)
    assert client.post(link).status_code == 403
    assert not Membership.objects.filter(user=carol, room=room).exists()


def test_one_who_is_in_is_led_there(client: Client, bob: User, link: str) -> None:
    client.force_login(bob)
    assertRedirects(client.get(link), "/rooms/atelier/")


def test_a_visitor_signs_in_and_comes_back(client: Client, carol: User, link: str) -> None:
    page = client.get(link)
    assertContains(page, "You are invited to Atelier")
    assertContains(page, f"/accounts/login/?next={link.replace('/', '%2F')}")
    back = client.post(
        f"/accounts/login/?next={link}", {"login": "carol", "password": PASSWORD, "next": link}
    )
    assertRedirects(back, link)


def test_a_visitor_signs_up_and_comes_back(client: Client, link: str) -> None:
    """Who is sent a link mostly has no account yet."""
    sign_up = f"/accounts/signup/?next={link.replace('/', '%2F')}"
    assertContains(client.get(link), f'button--primary button--wide" href="{sign_up}"')
    fields = {"username": "dora", "password1": PASSWORD, "password2": PASSWORD, "next": link}
    assertRedirects(client.post(f"/accounts/signup/?next={link}", fields), link)


@pytest.mark.parametrize("sign_up", ["invite", "closed"])
def test_it_leads_to_no_form_that_is_closed(
    client: Client, link: str, settings: Settings, sign_up: str
) -> None:
    settings.SIGN_UP = sign_up
    page = client.get(link)
    assertContains(page, "ask whoever sent you this link")
    assertNotContains(page, "/accounts/signup/")


def test_a_visitor_who_presses_the_button_of_an_old_page_signs_in_first(
    client: Client, link: str
) -> None:
    assertRedirects(client.post(link), f"/accounts/login/?next={link}")


@pytest.mark.parametrize("is_signed_in", [True, False])
def test_whatever_is_wrong_with_a_link_looks_the_same(
    client: Client, alice: User, carol: User, room: Room, *, is_signed_in: bool
) -> None:
    if is_signed_in:
        client.force_login(carol)
    now = datetime.now(UTC)
    spoilt: list[dict[str, object]] = [
        {"expires_at": now - timedelta(seconds=1)},
        {"revoked_at": now},
        {"uses": 1, "max_uses": 1},
    ]
    links = [path(Invite.objects.create(room=room, created_by=alice, **one)) for one in spoilt]
    links += ["/invite/nonsense/", "/invite/a%00b/"]
    pages = [client.get(one) for one in links]
    assert {page.status_code for page in pages} == {404}
    assert len({page.content for page in pages}) == 1
    assertNotContains(pages[0], "Atelier", status_code=404)
    if is_signed_in:
        assert {client.post(one).status_code for one in links} == {404}


def test_one_banned_from_the_room_is_told_so(
    client: Client, carol: User, room: Room, link: str
) -> None:
    Sanction.objects.create(user=carol, room=room, kind=Sanction.Kind.BAN, reason="spam")
    client.force_login(carol)
    assertContains(client.post(link), "You cannot join this room", status_code=403)


@pytest.mark.parametrize("is_signed_in", [True, False])
def test_a_link_into_an_archived_room_says_so_and_has_no_button(
    client: Client, carol: User, room: Room, link: str, *, is_signed_in: bool
) -> None:
    if is_signed_in:
        client.force_login(carol)
    Room.objects.filter(pk=room.pk).update(archived_at=datetime.now(UTC))
    page = client.get(link)
    assertContains(page, "It is archived")
    assertNotContains(page, 'type="submit"')
    assertNotContains(page, "Sign in to join")


def test_the_button_of_an_old_page_says_that_the_room_is_archived(
    client: Client, carol: User, room: Room, link: str
) -> None:
    Room.objects.filter(pk=room.pk).update(archived_at=datetime.now(UTC))
    client.force_login(carol)
    assertContains(client.post(link), "It is archived", status_code=403)
    assert not Membership.objects.filter(user=carol, room=room).exists()


def test_one_banned_from_the_site_comes_in_nowhere(
    client: Client, carol: User, room: Room, link: str
) -> None:
    sanction_everywhere(carol.pk, "ban", "spam")
    client.force_login(carol)
    assert (client.get(link).status_code, client.post(link).status_code) == (403, 403)
    assertContains(client.get("/"), "Sign out", status_code=403)
    assertNotContains(client.get("/"), "Back to your rooms", status_code=403)


def test_nobody_keeps_the_page(client: Client, link: str) -> None:
    assert "no-store" in client.get(link)["Cache-Control"]


@pytest.fixture
def square(alice: User) -> Room:
    return make_room(alice, name="广场", kind=Room.Kind.PUBLIC)


def test_a_public_room_offers_itself_at_its_address_and_at_its_messages(
    client: Client, carol: User, square: Room
) -> None:
    client.force_login(carol)
    for address in ("/rooms/广场/", "/rooms/广场/1/"):
        assertContains(client.get(address), "Join", status_code=403)
    assert not Membership.objects.filter(user=carol, room=square).exists()


def test_its_button_joins_and_leads_there(client: Client, carol: User, square: Room) -> None:
    client.force_login(carol)
    assertRedirects(client.post("/rooms/广场/join/"), "/rooms/%E5%B9%BF%E5%9C%BA/")
    assert Membership.objects.active().filter(user=carol, room=square).exists()


def test_an_archived_public_room_offers_nothing(client: Client, carol: User, square: Room) -> None:
    Room.objects.filter(pk=square.pk).update(archived_at=datetime.now(UTC))
    client.force_login(carol)
    page = client.get("/rooms/广场/")
    assertContains(page, "It is archived", status_code=403)
    assertNotContains(page, "/join/", status_code=403)
    assertContains(client.post("/rooms/广场/join/"), "It is archived", status_code=403)


def test_opening_the_button_s_address_joins_nothing(
    client: Client, carol: User, square: Room
) -> None:
    client.force_login(carol)
    client.get("/rooms/广场/join/")
    assert not Membership.objects.filter(user=carol, room=square).exists()


def test_a_private_room_has_no_such_button(client: Client, carol: User, room: Room) -> None:
    client.force_login(carol)
    assert client.get("/rooms/atelier/").status_code == 404
    assert client.post("/rooms/atelier/join/").status_code == 404
    assert not Membership.objects.filter(user=carol, room=room).exists()


def test_one_banned_does_not_get_in_by_it(client: Client, carol: User, square: Room) -> None:
    Sanction.objects.create(user=carol, room=square, kind=Sanction.Kind.BAN, reason="spam")
    client.force_login(carol)
    assertContains(client.post("/rooms/广场/join/"), "You cannot join this room", status_code=403)


def test_who_is_in_no_room_is_shown_those_they_could_join(
    client: Client, carol: User, square: Room
) -> None:
    Membership.objects.filter(user=carol).update(left_at=datetime.now(UTC))
    client.force_login(carol)
    assertContains(client.get("/"), "/rooms/%E5%B9%BF%E5%9C%BA/")


def test_chinese_sentences_stand_without_spaces_between(
    client: Client, carol: User, square: Room
) -> None:
    client.force_login(carol)
    User.objects.filter(pk=carol.pk).update(language="zh-hans")
    invite = Invite.objects.create(room=square, created_by=square.memberships.get().user)
    assertContains(client.get(path(invite)), "公开频道。已有1人加入。")
    assertContains(client.get("/rooms/广场/"), "还没有加入。已有1人加入。", status_code=403)
