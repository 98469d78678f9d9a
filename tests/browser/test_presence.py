"""Who is here and who is writing, as others see it on their page."""

from playwright.sync_api import Locator, expect

from tests.browser.conftest import Newcomer
from tests.browser.line import Line
from tests.browser.person import Person

TOLD_ONCE_IN_MS = 2_500
WELL_BELOW_SIX_SECONDS = 3_000  # after which it would be gone by itself


def row(viewer: Person, of: Person) -> Locator:
    people = viewer.page.get_by_role("complementary", name="People")
    return people.get_by_role("listitem").filter(has_text=of.username)


def hide(person: Person) -> None:
    person.page.locator(".account-menu > summary").click()
    person.page.get_by_label("Appear offline").click()


def test_the_people_list_says_who_is_here(sign_up: Newcomer) -> None:
    alice, bob = sign_up("alice"), sign_up("bob")
    line = Line(bob.context)
    bob.page.reload()
    bob.arrives()
    bob.say("here")
    bob.sees("here")  # so what he says from here on comes after his hello
    expect(row(alice, bob).locator(".presence")).to_have_text("online")
    line.say('{"type": "presence.set", "id": "away", "status": "away"}')
    expect(row(alice, bob).locator(".presence")).to_have_text("away")
    bob.context.close()
    expect(row(alice, bob).locator(".presence")).to_have_attribute("data-status", "offline")
    expect(row(alice, bob).locator(".presence")).to_have_text("last here this minute")


def test_who_hides_looks_offline_in_every_tab_and_after_a_reload(sign_up: Newcomer) -> None:
    alice, bob = sign_up("alice"), sign_up("bob")
    tab = bob.open_tab()
    hide(bob)
    expect(row(alice, bob).locator(".presence")).to_have_attribute("data-status", "offline")
    expect(tab.page.get_by_label("Appear offline")).to_be_checked()
    bob.page.reload()
    expect(bob.page.get_by_label("Appear offline")).to_be_checked()
    hide(bob)
    expect(row(alice, bob).locator(".presence")).to_have_text("online")


def test_the_line_below_the_composer_says_who_is_writing(sign_up: Newcomer) -> None:
    alice, bob = sign_up("alice"), sign_up("bob")
    expect(row(alice, bob).locator(".presence")).to_have_text("online")
    line = alice.page.locator(".composer__typing")
    bob.composer.press_sequentially("Hel")
    expect(line).to_contain_text(f"{bob.username}")
    expect(line).to_contain_text("is writing…")
    bob.composer.press("Enter")
    alice.sees("Hel")
    expect(line).to_be_empty(timeout=WELL_BELOW_SIX_SECONDS)
    bob.page.wait_for_timeout(TOLD_ONCE_IN_MS)
    bob.composer.press("ArrowUp")
    bob.composer.press_sequentially("lo")
    expect(line).to_contain_text("is writing…")
    bob.composer.press("Enter")
    alice.sees("Hello")
    expect(line).to_be_empty(timeout=WELL_BELOW_SIX_SECONDS)
