"""The admin at a host of its own, or for some networks only; to everybody else it is not there."""

from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from chat.models import Room
from chatsite import environment

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]

OFFICE, STREET = "10.8.1.2", "203.0.113.7"


@pytest.fixture
def office_only(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADMIN_NETWORKS", "10.8.0.0/16, 2001:db8::/32")
    settings.ADMIN_NETWORKS = environment.networks("ADMIN_NETWORKS")


@pytest.fixture
def owner(alice: User) -> Client:
    """The browser of somebody who may use the admin."""
    User.objects.filter(pk=alice.pk).update(is_staff=True, is_superuser=True)
    browser = Client()
    browser.force_login(alice)
    return browser


def status(browser: Client, path: str = "/admin/", *, address: str = STREET) -> int:
    return browser.get(path, REMOTE_ADDR=address).status_code


def test_by_default_it_is_where_the_site_is(owner: Client) -> None:
    assert status(owner) == 200


@pytest.mark.usefixtures("office_only")
def test_it_answers_its_networks(owner: Client) -> None:
    assert [status(owner, address=one) for one in (OFFICE, "2001:db8::7")] == [200, 200]


@pytest.mark.usefixtures("office_only")
@pytest.mark.parametrize("address", [STREET, "10.9.0.1", "::1", "", "unix"])
def test_elsewhere_it_is_not_there(owner: Client, address: str) -> None:
    assert status(owner, address=address) == 404


@pytest.mark.usefixtures("office_only")
@pytest.mark.parametrize("path", ["/admin", "/admin/", "/admin/chat/room/", "/admin/login/"])
def test_it_is_as_absent_as_any_other_address(owner: Client, path: str) -> None:
    answers = [owner.get(one, REMOTE_ADDR=STREET) for one in (path, "/no-such-page/")]
    assert [one.status_code for one in answers] == [404, 404]
    assert answers[0].content == answers[1].content


@pytest.mark.usefixtures("office_only")
def test_no_page_leads_to_where_it_is_not(owner: Client, room: Room) -> None:
    path = f"/rooms/{room.slug}/"
    pages = [owner.get(path, REMOTE_ADDR=one).text for one in (OFFICE, STREET)]
    assert ['href="/admin/"' in page for page in pages] == [True, False]


@pytest.mark.usefixtures("office_only")
def test_no_header_of_the_visitors_moves_them(owner: Client) -> None:
    claims = {"X-Forwarded-For": OFFICE, "X-Real-IP": OFFICE, "Forwarded": f"for={OFFICE}"}
    assert owner.get("/admin/", REMOTE_ADDR=STREET, headers=claims).status_code == 404


def test_it_can_have_a_host_of_its_own(settings: Settings, owner: Client, media: Path) -> None:
    settings.ALLOWED_HOSTS = ["testserver", "admin.example.org"]
    settings.ADMIN_HOST = "admin.example.org"
    hosts = ["testserver", "admin.example.org", "ADMIN.example.org:443"]
    answers = [owner.get("/admin/", headers={"Host": host}).status_code for host in hosts]
    assert answers == [404, 200, 200]


def test_both_are_asked_for_where_both_are_set(
    settings: Settings, owner: Client, office_only: None
) -> None:
    settings.ADMIN_HOST = "testserver"
    assert [status(owner, address=one) for one in (OFFICE, STREET)] == [200, 404]
    settings.ADMIN_HOST = "admin.example.org"
    assert status(Client(), address=OFFICE) == 404
