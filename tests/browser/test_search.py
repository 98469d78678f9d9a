import secrets

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Newcomer
from tests.browser.person import Person
from tests.browser.rooms import say_all
from tests.server import Server

HEAR_STATUS = """() => {
  self.heard = 0;
  new MutationObserver(() => heard += 1).observe(
    document.querySelector("#search .search__status"), { childList: true });
}"""
SIZES = {"wide": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}


def field(person: Person) -> Locator:
    return person.page.get_by_role("searchbox", name="Search messages")


def hits(person: Person) -> Locator:
    return person.page.locator("#search .hit")


def open_search(person: Person) -> None:
    person.page.get_by_role("button", name="Search messages").click()
    expect(field(person)).to_be_focused()


@pytest.fixture(params=SIZES)
def alice(sign_up: Newcomer, request: pytest.FixtureRequest) -> Person:
    return sign_up("alice", viewport=SIZES[request.param])


def test_what_was_said_is_found_and_opened(alice: Person) -> None:
    word = secrets.token_hex(4)
    alice.say(f"看看 {word} <b>before</b> **lunch**")
    alice.sees(f"看看 {word} <b>before</b> lunch")
    open_search(alice)
    field(alice).fill(f"{word} 看看")
    expect(hits(alice)).to_have_count(1)
    expect(hits(alice).locator("mark")).to_have_text(["看看", word])
    expect(hits(alice).locator(".hit__text")).to_have_text(f"看看 {word} <b>before</b> lunch")
    assert alice.overflow() <= 0
    hits(alice).click()
    expect(alice.log.locator(".is-target")).to_contain_text(word)
    expect(alice.log.locator(".is-target")).to_be_focused()


def test_the_keyboard_is_enough(alice: Person) -> None:
    word = secrets.token_hex(4)
    for number in range(2):
        alice.say(f"{word} {number}")
        alice.sees(f"{word} {number}")
    alice.log.focus()
    alice.page.keyboard.press("/")
    expect(field(alice)).to_be_focused()
    alice.page.keyboard.type(word)
    expect(hits(alice)).to_have_count(2)
    alice.page.keyboard.press("ArrowDown")
    alice.page.keyboard.press("ArrowDown")
    expect(hits(alice).nth(1)).to_be_focused()
    alice.page.keyboard.press("ArrowUp")
    expect(hits(alice).first).to_be_focused()
    alice.page.keyboard.press("Escape")
    expect(field(alice)).to_be_hidden()
    expect(alice.page.get_by_role("button", name="Search messages")).to_be_focused()


def test_it_says_what_became_of_a_search(alice: Person) -> None:
    status = alice.page.locator("#search").get_by_role("status")
    open_search(alice)
    expect(alice.page.get_by_text("All words have to be in the message.")).to_be_visible()
    field(alice).fill("word" + secrets.token_hex(6))
    expect(status).to_have_text("Nothing found.")
    field(alice).fill("before:yesterdayish")
    expect(status).to_have_text("This search can't be understood.")
    field(alice).fill("tea in:nowhere-at-all")
    expect(status).to_have_text("There is no such person, or you are not in such a room.")
    field(alice).fill("")
    expect(status).to_have_text("")


def test_older_hits_come_as_one_scrolls(sign_up: Newcomer, server: Server) -> None:
    alice = sign_up("alice", viewport={"width": 1440, "height": 900})
    word = secrets.token_hex(4)
    say_all(server, "general", alice, [f"{word} {number}" for number in range(23)])
    open_search(alice)
    field(alice).fill(word)
    expect(hits(alice)).not_to_have_count(0)
    alice.page.locator("#search .search__body").evaluate("(body) => body.scrollTo(0, 1e6)")
    expect(hits(alice)).to_have_count(23)
    expect(hits(alice).last).to_contain_text(f"{word} 0")
    expect(alice.page.locator("#search").get_by_role("status")).to_have_text("23 messages")
    alice.measure(HEAR_STATUS)
    alice.say("and something else")
    alice.sees("and something else")
    assert alice.measure("heard") == 0  # how many were found is said once
