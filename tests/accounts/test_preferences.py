"""What somebody has chosen for the site's looks, language and keys is what every page of theirs has."""

import json
import re
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from pytest_django.asserts import assertContains

from accounts.models import User

pytestmark = pytest.mark.django_db

PROFILE = "/accounts/profile/"


def choose(user: User, **fields: Any) -> None:
    User.objects.filter(pk=user.pk).update(**fields)


def start_of(client: Client) -> dict[str, Any]:
    text = client.get("/rooms/general/").text
    found = re.search(r'<script type="application/json" id="start">(.*?)</script>', text)
    assert found
    start: dict[str, Any] = json.loads(found[1])
    return start


def test_without_a_choice_everything_is_as_browser_and_system_have_it(client: Client) -> None:
    page = client.get("/accounts/login/")
    assertContains(page, 'data-theme="system" data-density="comfortable">')
    assertContains(page, '<meta name="color-scheme" content="light dark">')


def test_theme_and_density_stand_on_the_page_from_its_first_byte(
    client: Client, alice: User
) -> None:
    choose(alice, theme="dark", density="compact")
    client.force_login(alice)
    page = client.get(PROFILE)
    assertContains(page, 'data-theme="dark" data-density="compact">')
    assertContains(page, '<meta name="color-scheme" content="dark">')


def test_an_error_has_them_too(client: Client, alice: User) -> None:
    choose(alice, theme="light")
    client.force_login(alice)
    assertContains(client.get("/nowhere/"), 'data-theme="light"', status_code=404)


def test_the_scripts_of_a_room_are_told(client: Client, alice: User) -> None:
    choose(alice, density="compact", enter_sends=False)
    client.force_login(alice)
    assert start_of(client)["preferences"] == {
        "theme": "system",
        "density": "compact",
        "enter_sends": False,
        "single_keys": True,
    }


def test_a_persons_language_comes_before_their_browsers(client: Client, alice: User) -> None:
    choose(alice, language="zh-hans")
    client.force_login(alice)
    page = client.get(PROFILE, headers={"accept-language": "en"})
    assertContains(page, '<html lang="zh-hans"')
    assert page.headers["Content-Language"] == "zh-hans"


def test_without_one_the_browser_chooses(client: Client, alice: User) -> None:
    client.force_login(alice)
    page = client.get(PROFILE, headers={"accept-language": "zh-CN"})
    assertContains(page, '<html lang="zh-hans"')


def test_a_language_that_the_site_speaks_no_more_is_no_choice(client: Client, alice: User) -> None:
    choose(alice, language="tlh")
    client.force_login(alice)
    assertContains(client.get(PROFILE), '<html lang="en"')


def test_one_persons_language_does_not_stay_for_the_next(
    client: Client, alice: User, bob: User
) -> None:
    choose(alice, language="zh-hans")
    client.force_login(alice)
    client.get(PROFILE)
    other = Client()
    other.force_login(bob)
    assertContains(other.get(PROFILE), '<html lang="en"')


@pytest.mark.parametrize("column", ["theme", "density"])
def test_the_database_knows_what_there_is_to_choose(alice: User, column: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        choose(alice, **{column: "neon"})
