"""What is unread, what is for oneself, and what ends that: reading it, anywhere."""

import re

from playwright.sync_api import Locator, expect

from tests.browser.accessible import contrast_in_the_dark, findings
from tests.browser.conftest import Newcomer
from tests.browser.line import Line
from tests.browser.person import Person
from tests.browser.rooms import make_room, say_all
from tests.browser.test_message_actions import choose
from tests.server import Server

# As where another tab lies over it.
HIDE = "Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true })"
SHOW = "delete document.visibilityState; document.dispatchEvent(new Event('visibilitychange'))"


def link(person: Person, name: str) -> Locator:
    return person.page.locator("#room-list").get_by_role("link", name=name)


def open_room(person: Person, name: str) -> None:
    link(person, name).click()
    expect(person.page.locator(".room__name")).to_have_text(name)


def is_unread(person: Person, name: str) -> None:
    expect(person.page.locator('[data-section="unread"]').get_by_text(name)).to_be_visible()


def is_read(person: Person, name: str) -> None:
    expect(person.page.locator('[data-section="unread"]').get_by_text(name)).to_be_hidden()


def test_what_came_elsewhere_is_unread_until_it_is_read_in_any_tab(
    sign_up: Newcomer, server: Server
) -> None:
    alice, bob = sign_up("alice"), sign_up("bob")
    name = make_room(server, alice, bob)
    tab = bob.open_tab()
    open_room(alice, name)
    alice.say("anybody there?")
    for page in (bob, tab):
        is_unread(page, name)
        expect(page.page).to_have_title(re.compile("^• "))
    open_room(tab, name)
    expect(tab.log.locator(".new-divider")).to_have_count(1)
    for page in (bob, tab):
        is_read(page, name)
        expect(page.page).not_to_have_title(re.compile("^• "))
    tab.page.reload()
    is_read(tab, name)


def test_a_mention_is_a_number_in_list_title_and_icon(sign_up: Newcomer, server: Server) -> None:
    alice, bob = sign_up("alice"), sign_up("bob")
    name = make_room(server, alice, bob)
    expect(link(bob, name)).to_be_visible()
    open_room(alice, name)
    alice.say(f"hi @{bob.username}")
    alice.say("@room, all of you")
    expect(link(bob, name).locator(".mentions")).to_contain_text("2")
    expect(bob.page).to_have_title(re.compile(r"^\(2\) "))
    expect(bob.page.locator('link[rel="icon"]')).to_have_attribute("type", "image/png")
    open_room(bob, name)
    expect(bob.page).not_to_have_title(re.compile(r"^\("))
    expect(bob.page.locator('link[rel="icon"]')).to_have_attribute("type", "image/svg+xml")
    expect(bob.log.locator(".message.is-mention")).to_have_count(2)
    expect(bob.log.locator(".mention--me").first).to_have_text(f"@{bob.username}")
    expect(alice.log.locator(".message.is-mention")).to_have_count(0)


def test_nothing_is_read_while_nobody_looks(sign_up: Newcomer, server: Server) -> None:
    alice, bob = sign_up("alice"), sign_up("bob")
    name = make_room(server, alice, bob)
    open_room(bob, name)
    bob.page.evaluate("document.hasFocus = () => false")
    open_room(alice, name)
    alice.say("are you there?")
    bob.sees("are you there?")
    expect(bob.page).to_have_title(re.compile("^• "))
    expect(bob.log.locator(".new-divider")).to_have_count(1)
    bob.page.evaluate("document.hasFocus = () => true; dispatchEvent(new Event('focus'))")
    expect(bob.page).not_to_have_title(re.compile("^• "))
    expect(bob.log.locator(".new-divider")).to_have_count(1)
    bob.page.evaluate(HIDE)
    alice.say("still there?")
    bob.sees("still there?")
    expect(bob.page).to_have_title(re.compile("^• "))
    bob.page.evaluate(SHOW)
    expect(bob.page).not_to_have_title(re.compile("^• "))
    open_room(bob, "general")
    open_room(bob, name)
    expect(bob.log.locator(".new-divider")).to_have_count(0)


def test_one_reads_as_far_as_one_sees(sign_up: Newcomer, server: Server) -> None:
    """Further up than the end, what comes is counted, and read when one gets to it."""
    alice, bob = sign_up("alice"), sign_up("bob")
    name = make_room(server, alice, bob)
    open_room(alice, name)
    say_all(server, name, alice, [f"line {number}" for number in range(25)])
    alice.sees("line 24")
    open_room(bob, name)
    bob.sees("line 24")
    bob.page.locator("#timeline").evaluate("(log) => log.scrollTo(0, -log.scrollHeight)")
    pill = bob.page.locator("#jump")
    expect(pill).to_be_visible()
    alice.say("one more")
    expect(pill).to_contain_text("1 new message")
    expect(bob.page).to_have_title(re.compile("^• "))
    pill.get_by_role("button").click()
    expect(pill).to_be_hidden()
    is_read(bob, name)


def test_one_jumps_back_to_the_first_unread_message(sign_up: Newcomer, server: Server) -> None:
    alice, bob = sign_up("alice"), sign_up("bob", bypass_csp=True)
    name = make_room(server, alice, bob)
    open_room(bob, name)
    open_room(bob, "general")
    say_all(server, name, alice, [f"line {number}" for number in range(80)])
    is_unread(bob, name)
    open_room(bob, name)
    bob.sees("line 79")
    back = bob.page.get_by_role("button", name="Jump to first unread")
    back.click()
    expect(bob.log.locator(".new-divider")).to_have_count(1)
    expect(bob.message("line 0")).to_be_in_viewport()
    expect(back).to_be_hidden()
    expect(bob.page.get_by_role("button", name="Jump to latest")).to_be_visible()
    assert [*findings(bob), *contrast_in_the_dark(bob)] == []


def test_a_message_is_marked_unread_until_one_comes_back(sign_up: Newcomer, server: Server) -> None:
    alice, bob = sign_up("alice"), sign_up("bob")
    name = make_room(server, alice, bob)
    open_room(alice, name)
    for text in ("one", "two", "three"):
        alice.say(text)
    open_room(bob, name)
    bob.sees("three")
    is_read(bob, name)
    choose(bob, bob.message("two"), "Mark unread from here")
    expect(bob.log.locator(".new-divider + .message")).to_contain_text("two")
    open_room(bob, "general")
    is_unread(bob, name)
    line = Line(bob.context)
    bob.page.reload()
    is_unread(bob, name)
    open_room(bob, name)
    expect(bob.log.locator(".new-divider + .message")).to_contain_text("two")
    is_read(bob, name)
    line.cut()
    expect(bob.page.locator("#banner")).to_be_visible()
    choose(bob, bob.message("three"), "Mark unread from here")
    bob.page.reload()
    expect(bob.log.locator(".new-divider + .message")).to_contain_text("three")
    line.mend()
    open_room(bob, "general")
    is_unread(bob, name)


def test_all_rooms_are_marked_as_read_at_once(sign_up: Newcomer, server: Server) -> None:
    alice, bob = sign_up("alice"), sign_up("bob")
    names = [make_room(server, alice, bob) for _ in range(2)]
    for name in names:
        open_room(alice, name)
        alice.say("hello")
        is_unread(bob, name)
    tab = bob.open_tab()
    for name in names:
        is_unread(tab, name)
    bob.page.get_by_role("button", name="Mark all as read").click()
    for page in (bob, tab):
        for name in names:
            expect(link(page, name)).to_be_visible()
            is_read(page, name)


def test_on_a_phone_nothing_is_read_behind_the_list_of_rooms(
    sign_up: Newcomer, server: Server
) -> None:
    alice, bob = sign_up("alice"), sign_up("bob", viewport={"width": 390, "height": 800})
    name = make_room(server, alice, bob)
    open_room(alice, name)
    bob.page.get_by_role("link", name="Back to rooms").click()
    open_room(bob, name)
    bob.page.get_by_role("link", name="Back to rooms").click()
    alice.say("hello")
    expect(bob.page).to_have_title(re.compile("^• "))
    open_room(bob, name)
    bob.sees("hello")
    expect(bob.page).not_to_have_title(re.compile("^• "))
