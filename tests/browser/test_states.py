"""What stands where something will be: while it is on its way, where it did not come, and offline."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.accessible import contrast_in_the_dark, findings
from tests.browser.conftest import Newcomer
from tests.browser.line import Line
from tests.browser.person import Person
from tests.browser.rooms import make_room, meet
from tests.browser.test_message_actions import choose
from tests.server import Server

OFFLINE = "There is no connection. What you have open can be read"


def pins(person: Person) -> Locator:
    person.page.get_by_role("button", name="Pinned messages").click()
    return person.page.get_by_role("dialog", name="Pinned messages")


def public_rooms(person: Person) -> Locator:
    person.page.get_by_role("button", name="Find or create a room").click()
    return person.page.get_by_role("dialog", name="Public rooms")


def history(person: Person) -> Locator:
    person.message("second").locator("[data-do=history]").click()
    return person.page.get_by_role("dialog", name="What it said before")


def links(person: Person) -> Locator:
    person.log.get_by_role("button", name="Invite people").click()  # for she is alone
    return person.page.get_by_role("region", name="Invitation links")


# How each is opened, the command it waits for, and what it says in the end.
LISTS: dict[str, tuple[Callable[[Person], Locator], str, str]] = {
    "pins": (pins, "message.pins", "Nothing is pinned in this room."),
    "rooms": (public_rooms, "room.list", "general"),
    "history": (history, "message.edits", "first"),
    "links": (links, "invite.list", "There is no link yet."),
}
every_list = pytest.mark.parametrize("which", LISTS)


@pytest.fixture
def alice(sign_up: Newcomer) -> Person:
    return sign_up("alice", bypass_csp=True)


@pytest.fixture
def line(alice: Person, server: Server) -> Line:
    """Alice's, in a room of her own with a message that was edited."""
    line = Line(alice.context)
    alice.page.reload()
    alice.arrives()
    meet(server, alice)
    alice.say("first")
    choose(alice, alice.message("first"), "Edit")
    alice.say("second")
    expect(alice.message("second").locator("[data-do=history]")).to_be_visible()
    return line


@every_list
def test_a_list_has_shapes_until_it_comes(alice: Person, line: Line, which: str) -> None:
    open_list, command, content = LISTS[which]
    line.hold(command)
    opened = open_list(alice)
    shapes = opened.locator(".skeleton:visible").first
    expect(shapes).to_be_visible()
    delay = shapes.evaluate("shapes => getComputedStyle(shapes).animationDelay")
    assert delay == "0.3s"  # what comes sooner is no blink
    line.let_go()
    expect(opened).to_contain_text(content)
    expect(shapes).to_be_hidden()


@every_list
def test_a_list_that_did_not_come_is_asked_for_again(alice: Person, line: Line, which: str) -> None:
    open_list, command, content = LISTS[which]
    line.refuse(command, "internal")
    opened = open_list(alice)
    opened.get_by_role("button", name="Try again").click()
    expect(opened).to_contain_text(content)
    expect(opened.get_by_role("button", name="Try again")).to_be_hidden()


@every_list
def test_without_a_connection_it_says_what_can_be_done(
    alice: Person, line: Line, which: str
) -> None:
    open_list, _, _ = LISTS[which]
    line.cut()
    expect(alice.page.get_by_role("button", name="Try now")).to_be_visible()
    expect(open_list(alice)).to_contain_text(OFFLINE)


def test_the_people_have_shapes_and_can_be_asked_for_again(
    alice: Person, line: Line, server: Server
) -> None:
    name = make_room(server, alice)
    people = alice.page.get_by_role("complementary", name="People")
    line.hold("members")
    alice.page.get_by_role("link", name=name).click()
    expect(people.locator(".skeleton")).to_be_visible()
    line.let_go()
    expect(people).to_contain_text(alice.username)
    expect(people.locator(".skeleton")).to_be_hidden()
    line.refuse("members", "internal")
    alice.page.get_by_role("link", name=make_room(server, alice)).click()
    again = people.get_by_role("button", name="Try again")
    expect(again).to_be_visible()
    assert [*findings(alice), *contrast_in_the_dark(alice)] == []
    again.click()
    expect(people).to_contain_text(alice.username)


def test_a_room_opened_without_a_connection_says_what_one_can_do_and_comes_with_the_next(
    alice: Person, line: Line, server: Server
) -> None:
    name = make_room(server, alice)
    link = alice.page.get_by_role("link", name=name)
    expect(link).to_be_visible()
    line.cut()
    expect(alice.page.get_by_role("button", name="Try now")).to_be_visible()
    link.click()
    expect(alice.log.get_by_text("you can write already")).to_be_visible()
    alice.say("written in the dark")
    people = alice.page.get_by_role("complementary", name="People")
    expect(people).to_contain_text("Who is here will show once you are connected.")
    line.mend()
    alice.sees("written in the dark")
    expect(people).to_contain_text(alice.username)
