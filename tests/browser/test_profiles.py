"""Who somebody is: changed on one page, seen on another; the card, and blocks."""

import re

from playwright.sync_api import Locator, expect

from tests.browser.accessible import DESKTOP, PHONE
from tests.browser.conftest import Newcomer
from tests.browser.person import Person
from tests.browser.test_message_actions import choose
from tests.browser.test_presence import row

LONG = "陈" * 25 + "伟" * 25


def hello(person: Person) -> str:
    return f"Hello from {person.username}"


def card(person: Person) -> Locator:
    return person.page.get_by_role("dialog")


def open_card(person: Person, of: Person) -> Locator:
    """From the timeline."""
    message = person.messages.filter(has=person.page.locator("button.message__author"))
    message.filter(has_text=of.username).last.get_by_role("button").first.click()
    expect(card(person)).to_be_visible()
    return card(person)


def profile_page(person: Person, **fields: str) -> None:
    person.page.locator(".account-menu > summary").click()
    person.page.get_by_role("link", name="Profile and status").click()
    for label, text in fields.items():
        person.page.get_by_label(re.compile(f"^{label}")).fill(text)
    person.page.get_by_role("button", name="Save").click()
    expect(person.page.get_by_role("status")).to_contain_text("Saved.")
    person.page.get_by_role("link", name="Back to your rooms").click()
    person.arrives()


def pair(sign_up: Newcomer, **options: object) -> tuple[Person, Person]:
    """Alice sees what Bob has said last."""
    alice, bob = sign_up("alice", **options), sign_up("bob")
    bob.say(hello(bob))
    alice.sees(hello(bob))
    return alice, bob


def test_a_username_beside_a_name_looks_as_it_is_mentioned(sign_up: Newcomer) -> None:
    """Who has chosen no name is called the same twice."""
    alice, bob = pair(sign_up, viewport=DESKTOP)
    said = "(all) => all.map((one) => getComputedStyle(one, '::before').content)"
    for names in (
        alice.page.locator(".account-menu__username"),
        row(alice, bob).locator(".person__username"),
    ):
        expect(names).to_be_visible()
        assert names.evaluate_all(said) == ['"@"']


def test_a_new_name_and_status_are_seen_at_once_wherever_they_stand(sign_up: Newcomer) -> None:
    alice, bob = pair(sign_up)
    choose(alice, alice.message(hello(bob)), "Reply")
    alice.say("Hello Bob")
    row(alice, bob).get_by_role("button").click()
    card(alice).get_by_role("button", name="Message").click()
    expect(alice.page).to_have_url(re.compile("/direct/"))
    profile_page(bob, Name="小明", Status="在开会")
    direct = alice.page.locator('[data-section="direct"]')
    expect(direct.get_by_role("link", name="小明")).to_be_visible()
    expect(alice.page.locator(".room__topic")).to_have_text("在开会")
    alice.page.get_by_role("link", name="general").click()
    expect(alice.message(hello(bob)).locator(".message__author")).to_have_text("小明")
    quote = alice.message("Hello Bob").last.locator(".message__reply")
    expect(quote).to_contain_text("小明")
    expect(row(alice, bob)).to_contain_text("小明")
    expect(row(alice, bob).locator(".person__status")).to_have_text("在开会")
    expect(bob.page.locator(".account-menu__name")).to_have_text("小明")


def test_ones_other_tab_knows_ones_new_name(sign_up: Newcomer) -> None:
    bob = sign_up("bob")
    tab = bob.open_tab()
    profile_page(bob, Name="Robert")
    expect(tab.page.locator(".account-menu__name")).to_have_text("Robert")


def test_the_card_opens_by_keyboard_and_gives_the_focus_back(sign_up: Newcomer) -> None:
    alice, bob = pair(sign_up)
    name = row(alice, bob).get_by_role("button")
    name.focus()
    name.press("Enter")
    expect(card(alice)).to_contain_text(f"@{bob.username}")
    expect(card(alice)).to_contain_text("online")
    expect(card(alice).get_by_role("button", name="Message")).to_be_focused()
    alice.page.keyboard.press("Escape")
    expect(card(alice)).to_have_count(0)
    expect(name).to_be_focused()
    row(alice, bob).locator(".avatar").click()
    expect(card(alice)).to_be_visible()
    alice.page.mouse.click(5, 5)
    expect(card(alice)).to_have_count(0)
    expect(name).to_be_focused()


def test_in_the_timeline_the_arrows_lead_from_name_to_name(sign_up: Newcomer) -> None:
    alice, bob = pair(sign_up)
    alice.say("Hello Bob")
    alice.sees("Hello Bob")
    names = alice.log.locator("button.message__author")
    expect(names.filter(has_text=alice.username)).to_have_attribute("tabindex", "0")
    names.last.focus()
    alice.page.keyboard.press("ArrowUp")
    expect(names.filter(has_text=bob.username)).to_be_focused()
    alice.page.keyboard.press("Enter")
    expect(card(alice)).to_contain_text(f"@{bob.username}")
    alice.page.keyboard.press("Escape")
    expect(names.filter(has_text=bob.username)).to_be_focused()
    expect(alice.log.locator('button.message__author[tabindex="0"]')).to_have_count(1)


def test_the_card_leads_to_a_conversation(sign_up: Newcomer) -> None:
    alice, bob = pair(sign_up)
    open_card(alice, bob).get_by_role("button", name="Message").click()
    expect(alice.page.get_by_role("heading", level=1)).to_contain_text(bob.username)
    alice.say("Between the two of us.")
    bob.page.locator('[data-section="unread"]').get_by_role("link", name=alice.username).click()
    bob.sees("Between the two of us.")


def test_ones_own_card_leads_to_ones_profile(sign_up: Newcomer) -> None:
    alice = sign_up("alice")
    alice.say("Hello")
    alice.sees("Hello")
    open_card(alice, alice).get_by_role("link", name="Edit profile").click()
    expect(alice.page.get_by_role("heading", name="Your profile")).to_be_visible()


def test_what_a_blocked_person_says_is_folded_up_in_every_tab_until_the_block_is_lifted(
    sign_up: Newcomer,
) -> None:
    alice, bob = pair(sign_up)
    tab = alice.open_tab()
    open_card(alice, bob).get_by_role("button", name="Block").click()
    expect(card(alice)).to_contain_text("You have blocked this person.")
    alice.page.keyboard.press("Escape")
    bob.say(f"@{alice.username} can you hear me?")
    for page in (alice, tab):
        expect(page.log.locator(".blocked")).to_have_count(2)
        expect(page.message(hello(bob))).to_be_hidden()
    alice.log.locator(".blocked").last.locator("summary").click()
    expect(alice.log.get_by_text("can you hear me?")).to_be_visible()
    expect(alice.message(hello(bob))).to_be_hidden()
    expect(tab.log.get_by_text("can you hear me?")).to_be_hidden()
    row(tab, bob).get_by_role("button").click()
    card(tab).get_by_role("button", name="Unblock").click()
    for page in (alice, tab):
        expect(page.message(hello(bob))).to_be_visible()


def test_the_focus_stays_where_one_blocks_and_is_given_back_where_that_was_folded_up(
    sign_up: Newcomer,
) -> None:
    alice, bob = pair(sign_up)
    open_card(alice, bob).get_by_role("button", name="Block").click()
    expect(card(alice).get_by_role("button", name="Unblock")).to_be_focused()
    expect(alice.log.locator(".blocked")).to_have_count(1)
    alice.page.keyboard.press("Escape")
    expect(alice.log).to_be_focused()


def test_a_blocked_person_calls_nobody_back_to_a_room(sign_up: Newcomer) -> None:
    alice, bob = pair(sign_up)
    open_card(alice, bob).get_by_role("button", name="Message").click()
    expect(alice.page).to_have_url(re.compile("/direct/"))
    alice.page.get_by_role("link", name="general").click()
    open_card(alice, bob).get_by_role("button", name="Block").click()
    expect(card(alice)).to_contain_text("You have blocked this person.")
    alice.page.keyboard.press("Escape")
    alice.page.locator('[data-section="direct"]').get_by_role("link").first.click()
    expect(alice.page.get_by_text("You have blocked this person, so")).to_be_visible()
    expect(alice.composer).to_be_hidden()
    bob.say(f"@{alice.username} @{alice.username}")
    bob.composer.press_sequentially("Hel")
    carol = sign_up("carol")
    expect(row(alice, carol)).to_have_count(0)
    expect(alice.page.locator('[data-section="unread"]')).to_be_hidden()
    carol.say("And me?")
    unread = alice.page.locator('[data-section="unread"]')
    expect(unread.get_by_role("link", name="general")).to_be_visible()
    expect(unread.locator(".mentions")).to_have_count(0)
    alice.page.get_by_role("button", name="Unblock").click()
    expect(alice.composer).to_be_visible()


def test_the_blocked_is_told_why_nothing_goes_out(sign_up: Newcomer) -> None:
    alice, bob = pair(sign_up)
    open_card(alice, bob).get_by_role("button", name="Message").click()
    expect(alice.page.get_by_role("heading", level=1)).to_contain_text(bob.username)
    alice.say("One word")
    bob.page.locator('[data-section="unread"]').get_by_role("link", name=alice.username).click()
    bob.sees("One word")
    row(alice, bob).get_by_role("button").click()
    card(alice).get_by_role("button", name="Block").click()
    expect(alice.composer).to_be_hidden()
    bob.say("Another")
    expect(bob.log).to_contain_text("This person does not take messages from you.")


def test_blocked_messages_can_be_read_without_scripts(sign_up: Newcomer) -> None:
    alice, bob = pair(sign_up, java_script_enabled=True)
    open_card(alice, bob).get_by_role("button", name="Block").click()
    expect(card(alice)).to_contain_text("You have blocked this person.")
    assert alice.context.browser
    plain = alice.context.browser.new_context(java_script_enabled=False)
    plain.add_cookies(alice.context.cookies())  # type: ignore[arg-type]
    page = plain.new_page()
    page.goto(f"{alice.site}/")
    message = page.locator(".message[data-seq]").filter(has_text=hello(bob)).last
    expect(message).to_be_hidden()
    page.locator(".blocked > summary").last.click()
    expect(message).to_be_visible()
    plain.close()


def test_a_long_name_and_a_long_status_fit_on_a_phone(sign_up: Newcomer) -> None:
    alice, bob = pair(sign_up, viewport=PHONE)
    profile_page(bob, Name=LONG, Status="长" * 100)
    expect(alice.messages.last.locator(".message__author")).to_have_text(LONG)
    alice.messages.last.get_by_role("button").first.click()
    expect(card(alice)).to_be_visible()
    assert alice.overflow() <= 0
    card(alice).get_by_role("button", name="Block").click()
    expect(card(alice)).to_contain_text("You have blocked this person.")
    alice.page.goto(f"{alice.site}/accounts/profile/")
    expect(alice.page.get_by_text("People you have blocked")).to_be_visible()
    assert alice.overflow() <= 0
