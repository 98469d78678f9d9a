"""The settings, from the menu of the account to what they change."""

import json
import re

from playwright.sync_api import expect

from tests import authenticator
from tests.browser.accessible import PHONE
from tests.browser.conftest import Newcomer
from tests.browser.person import Person
from tests.client import PASSWORD
from tests.server import Server


def open_settings(person: Person, section: str) -> None:
    person.page.locator(".account-menu > summary").click()
    person.page.get_by_role("link", name="Settings").click()
    person.page.get_by_role("navigation").get_by_role("link", name=section).click()
    expect(person.page).to_have_title(re.compile(section))


def press(person: Person, name: str) -> None:
    person.page.get_by_role("button", name=name, exact=True).click()


def root(person: Person) -> dict[str, str]:
    found: dict[str, str] = person.measure("({ ...document.documentElement.dataset })")
    return {name: found[name] for name in ("theme", "density")}


def back_to_rooms(person: Person) -> None:
    person.page.goto(f"{person.site}/")
    person.arrives()


def test_what_is_chosen_for_looks_and_keys_holds_on_every_page(sign_up: Newcomer) -> None:
    alice = sign_up("alice")
    assert root(alice) == {"theme": "system", "density": "comfortable"}
    open_settings(alice, "Appearance")
    alice.page.get_by_label("Dark").check()
    alice.page.get_by_label("Compact", exact=True).check()
    press(alice, "Save")
    expect(alice.page.get_by_role("status")).to_have_text("Saved.")
    assert root(alice) == {"theme": "dark", "density": "compact"}
    alice.page.get_by_role("link", name="Keys").click()
    alice.page.get_by_label("Begins a new line").check()
    press(alice, "Save")
    expect(alice.page.get_by_role("status")).to_have_text("Saved.")
    alice.page.get_by_role("link", name="Back to your rooms").click()
    alice.arrives()
    assert root(alice) == {"theme": "dark", "density": "compact"}
    start = json.loads(alice.page.locator("#start").text_content() or "")
    assert start["preferences"]["enter_sends"] is False


def test_the_language_is_chosen_whatever_the_browser_asks_for(sign_up: Newcomer) -> None:
    alice = sign_up("alice")
    open_settings(alice, "Language")
    alice.page.get_by_label("简体中文").check()
    press(alice, "Save")
    expect(alice.page.get_by_role("heading", name="语言")).to_be_visible()
    back_to_rooms(alice)
    expect(alice.page.locator("html")).to_have_attribute("lang", "zh-hans")


def test_it_all_works_without_scripts(sign_up: Newcomer) -> None:
    alice = sign_up("alice", java_script_enabled=False)
    open_settings(alice, "Appearance")
    alice.page.get_by_label("Light").check()
    press(alice, "Save")
    expect(alice.page.locator("html")).to_have_attribute("data-theme", "light")
    alice.page.get_by_role("link", name="Notifications").click()
    press(alice, "1 hour")
    expect(alice.page.get_by_text("Nothing disturbs you for another")).to_be_visible()


def test_a_session_that_is_ended_elsewhere_signs_out_at_once(
    sign_up: Newcomer, visit: Newcomer, server: Server
) -> None:
    alice, elsewhere = sign_up("alice"), visit(server)
    elsewhere.page.goto(f"{elsewhere.site}/accounts/login/")
    elsewhere.sign_in(alice.username)
    elsewhere.composer.fill("Half a senten")
    open_settings(alice, "Sessions")
    alice.page.get_by_role("button", name="End Chrome").click()
    elsewhere.page.wait_for_url("**/accounts/login/?next=**", timeout=8_000)
    expect(alice.page.get_by_role("status")).to_have_text("Signed out there.")
    expect(alice.page.get_by_role("button", name="End")).to_have_count(0)


def test_nobody_elses_pages_go_when_all_others_are_ended(
    sign_up: Newcomer, visit: Newcomer, server: Server
) -> None:
    alice, bob, elsewhere = sign_up("alice"), sign_up("bob"), visit(server)
    elsewhere.page.goto(f"{elsewhere.site}/accounts/login/")
    elsewhere.sign_in(alice.username)
    open_settings(alice, "Sessions")
    press(alice, "End all others")
    elsewhere.page.wait_for_url("**/accounts/login/?next=**", timeout=8_000)
    bob.say("Still here")
    bob.sees("Still here")


def switch_on(person: Person) -> tuple[str, list[str]]:
    """The app's key, and the recovery codes."""
    open_settings(person, "Two-step sign-in")
    person.page.get_by_role("link", name="Set it up").click()
    person.page.get_by_label("Password").fill(PASSWORD)
    press(person, "Go on")
    picture = person.page.get_by_role("img", name="A code to scan")
    expect(picture).to_be_visible()
    assert picture.evaluate("(image) => image.decode().then(() => image.naturalWidth)") > 0
    secret = person.page.locator(".two-factor__secret").inner_text()
    person.page.get_by_label("Code").fill(authenticator.code(secret))
    press(person, "Switch on")
    return secret, person.page.locator("#codes").inner_text().split()


def first_step(guest: Person, username: str) -> None:
    guest.page.goto(f"{guest.site}/accounts/login/")
    guest.page.get_by_label("Username").fill(username)
    guest.page.get_by_label("Password", exact=True).fill(PASSWORD)
    press(guest, "Sign in")
    expect(guest.page.get_by_role("heading", name="One more step")).to_be_visible()


def second_step(guest: Person, code: str) -> None:
    guest.page.get_by_label("Code").fill(code)
    press(guest, "Sign in")


def test_with_two_steps_the_app_is_asked_for_its_code(
    sign_up: Newcomer, visit: Newcomer, server: Server
) -> None:
    alice = sign_up("alice")
    secret, _ = switch_on(alice)
    guest = visit(server)
    first_step(guest, alice.username)
    second_step(guest, "000000")
    expect(guest.page.get_by_text("This code is not right")).to_be_visible()
    second_step(guest, authenticator.code(secret, periods=1))
    guest.arrives()


def test_a_recovery_code_opens_once(sign_up: Newcomer, visit: Newcomer, server: Server) -> None:
    alice = sign_up("alice")
    _, codes = switch_on(alice)
    first, second = visit(server), visit(server)
    first_step(first, alice.username)
    second_step(first, codes[0])
    first.arrives()
    first_step(second, alice.username)
    second_step(second, codes[0])
    expect(second.page.get_by_text("This code is not right")).to_be_visible()


def test_recovery_codes_are_copied_and_saved(sign_up: Newcomer) -> None:
    alice = sign_up("alice", permissions=["clipboard-read", "clipboard-write"])
    _, codes = switch_on(alice)
    press(alice, "Copy")
    expect(alice.page.get_by_role("button", name="Copied")).to_be_visible()
    assert alice.measure("navigator.clipboard.readText()").split() == codes
    with alice.page.expect_download() as download:
        alice.page.get_by_role("link", name="Download").click()
    assert download.value.path().read_text().split() == codes


def test_on_a_phone_the_list_is_a_page_of_its_own(sign_up: Newcomer) -> None:
    alice = sign_up("alice", viewport=PHONE)
    alice.page.goto(f"{alice.site}/accounts/settings/")
    expect(alice.page.get_by_text("Your profile")).to_be_hidden()
    alice.page.get_by_role("link", name="Appearance").click()
    expect(alice.page.get_by_role("navigation")).to_be_hidden()
    expect(alice.page.get_by_role("heading", name="Appearance")).to_be_visible()
    alice.page.get_by_role("link", name="Settings").click()
    expect(alice.page.get_by_role("link", name="Keys")).to_be_visible()


def test_a_choice_is_made_by_keyboard_alone(sign_up: Newcomer) -> None:
    alice = sign_up("alice")
    open_settings(alice, "Appearance")
    alice.page.get_by_label("As the system does").focus()
    alice.page.keyboard.press("ArrowDown")
    alice.page.keyboard.press("Enter")
    expect(alice.page.get_by_role("status")).to_have_text("Saved.")
    assert root(alice)["theme"] == "light"
