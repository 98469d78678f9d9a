"""The pages of the settings: one frame, forms that need no scripts, nothing of anybody else's."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.models import User
from accounts.sections import SECTIONS

pytestmark = pytest.mark.django_db

APPEARANCE, LANGUAGE, KEYS = (
    "/accounts/appearance/",
    "/accounts/language/",
    "/accounts/keys/",
)
PAGES = [reverse(section.addresses[0]) for section in SECTIONS]


@pytest.fixture
def browser(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


def links_of(text: str) -> list[str]:
    return re.findall(r'class="settings__section" href="([^"]+)"', text)


@pytest.mark.parametrize("address", PAGES)
def test_each_section_lists_them_all_and_marks_its_own(browser: Client, address: str) -> None:
    text = browser.get(address).text
    assert links_of(text) == PAGES
    assert re.findall(r'href="([^"]+)" aria-current="page"', text) == [address]


@pytest.mark.parametrize("address", PAGES)
def test_a_guest_is_sent_to_sign_in(client: Client, address: str) -> None:
    assertRedirects(client.get(address), f"/accounts/login/?next={address}")


def test_the_menu_of_the_account_leads_there(browser: Client) -> None:
    assertContains(browser.get("/rooms/general/"), 'href="/accounts/settings/"')


def test_where_there_is_no_room_for_both_the_list_comes_first(browser: Client) -> None:
    assertContains(browser.get("/accounts/settings/"), 'class="settings is-list"')
    assertNotContains(browser.get("/accounts/profile/"), "is-list")


def test_no_page_has_inline_scripts_or_styles(browser: Client) -> None:
    for address in PAGES:
        assert not re.search(r"<script>|<style|style=|\son\w+=", browser.get(address).text)


def test_the_appearance_is_chosen(browser: Client, alice: User) -> None:
    page = browser.post(APPEARANCE, {"theme": "dark", "density": "compact"}, follow=True)
    assertContains(page, 'data-theme="dark" data-density="compact">')
    assertContains(page, "Saved.")
    alice.refresh_from_db()
    assert (alice.theme, alice.density) == ("dark", "compact")


def test_what_was_chosen_is_checked(browser: Client) -> None:
    browser.post(APPEARANCE, {"theme": "dark", "density": "compact"})
    checked = re.findall(r'<input[^>]*value="(\w+)"[^>]*checked', browser.get(APPEARANCE).text)
    assert checked == ["dark", "compact"]


def test_nonsense_is_refused_under_its_field(browser: Client, alice: User) -> None:
    page = browser.post(APPEARANCE, {"theme": "neon", "density": "compact"})
    assertContains(page, 'id="id_theme_error"', status_code=422)
    alice.refresh_from_db()
    assert (alice.theme, alice.density) == ("system", "comfortable")


def test_an_empty_form_is_no_choice(browser: Client) -> None:
    assert browser.post(APPEARANCE, {}).status_code == 422


def test_the_language_is_chosen_and_let_go(browser: Client, alice: User) -> None:
    page = browser.post(LANGUAGE, {"language": "zh-hans"}, follow=True)
    assertContains(page, "已保存。")
    page = browser.post(LANGUAGE, {"language": ""}, follow=True)
    assertContains(page, "Saved.")
    alice.refresh_from_db()
    assert alice.language == ""


def test_a_language_that_nobody_speaks_here_is_refused(browser: Client, alice: User) -> None:
    assert browser.post(LANGUAGE, {"language": "tlh"}).status_code == 422
    alice.refresh_from_db()
    assert alice.language == ""


def test_the_keys_are_chosen(browser: Client, alice: User) -> None:
    browser.post(KEYS, {"enter_sends": "False"})
    alice.refresh_from_db()
    assert (alice.enter_sends, alice.single_keys) == (False, False)
    browser.post(KEYS, {"enter_sends": "True", "single_keys": "on"})
    alice.refresh_from_db()
    assert (alice.enter_sends, alice.single_keys) == (True, True)


def test_a_form_of_another_site_changes_nothing(alice: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    assert client.post(APPEARANCE, {"theme": "dark", "density": "compact"}).status_code == 403
    alice.refresh_from_db()
    assert alice.theme == "system"


def test_only_ones_own_row_is_written(browser: Client, bob: User) -> None:
    browser.post(APPEARANCE, {"theme": "dark", "density": "compact", "id": str(bob.pk)})
    bob.refresh_from_db()
    assert bob.theme == "system"


def test_who_saves_without_end_is_slowed_down(browser: Client, settings: Settings) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"change_settings": "1/m/user"}
    assert browser.post(KEYS, {"enter_sends": "True"}).status_code == 302
    assert browser.post(KEYS, {"enter_sends": "True"}).status_code == 429
