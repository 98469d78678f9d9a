"""Notifications: asked for, shown once, for what somebody does not see, and gone when it is read."""

import time
from collections import defaultdict
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.browser.conftest import Launch, Newcomer
from tests.browser.line import Line
from tests.browser.person import DEADLINE_MS, Person
from tests.browser.rooms import make_room
from tests.browser.test_message_actions import choose
from tests.browser.test_read_state import is_read, is_unread, link, open_room
from tests.server import Server

# Where the system shows them no test can look; what is asked of it, and taken back, one can note.
NOTE = """
self.shown = [];
self.asked = 0;
self.chimes = 0;
const Sound = AudioContext;
self.AudioContext = class extends Sound {
  constructor() {
    super();
    chimes += 1;
  }
};
const System = Notification;
self.Notification = class extends System {
  constructor(title, options) {
    super(title, options);
    shown.push(this);
  }
  close() {
    this.isClosed = true;
    super.close();
  }
  static requestPermission() {
    asked += 1;
    return System.requestPermission();
  }
};
"""
SHOWN = "shown.filter((one) => !one.isClosed).map(({ title, body }) => [title, body])"


@pytest.fixture(scope="module")
def browser(launch: Launch) -> Iterator[Browser]:
    """The one without a window lets nobody notify, whatever it is told."""
    chrome = launch()
    yield chrome
    chrome.close()


@pytest.fixture(scope="module")
def unused() -> dict[str, list[BrowserContext]]:
    return defaultdict(list)


@pytest.fixture
def bob(sign_up: Newcomer) -> Person:
    """In `general`, with a browser that lets pages notify."""
    bob = sign_up("bob", permissions=["notifications"])
    bob.context.add_init_script(NOTE)
    bob.page.reload()
    bob.arrives()
    return bob


@pytest.fixture
def alice(sign_up: Newcomer) -> Person:
    return sign_up("alice")


@pytest.fixture
def name(server: Server, alice: Person, bob: Person) -> str:
    """A room of the two; Alice is in it, Bob elsewhere."""
    name = make_room(server, alice, bob)
    open_room(alice, name)
    expect(link(bob, name)).to_be_visible()
    return name


def turn_on(person: Person) -> None:
    person.page.locator(".account-menu > summary").click()
    person.page.get_by_role("button", name="Turn on notifications").click()
    expect(person.page.get_by_role("button", name="Notifications are on")).to_be_visible()
    person.page.keyboard.press("Escape")


def switch_sound(person: Person, before: str, after: str) -> None:
    person.page.locator(".account-menu > summary").click()
    person.page.get_by_role("button", name=before).click()
    expect(person.page.get_by_role("button", name=after)).to_be_visible()
    person.page.keyboard.press("Escape")


def choose_level(person: Person, label: str) -> None:
    person.page.locator("#levels > summary").click()
    person.page.get_by_label(label).click()
    expect(person.page.get_by_label(label)).to_be_checked()
    person.page.keyboard.press("Escape")


def shows(person: Person, *expected: list[str]) -> None:
    """Waits for it. The page's own policy keeps Playwright from waiting within it."""
    deadline = time.monotonic() + DEADLINE_MS / 1_000
    while person.measure(SHOWN) != list(expected):
        assert time.monotonic() < deadline, f"shown: {person.measure(SHOWN)}"
        person.page.wait_for_timeout(50)


def test_who_has_asked_is_notified_of_what_they_do_not_see(
    alice: Person, bob: Person, name: str
) -> None:
    turn_on(bob)
    alice.say("Are you there?")
    shows(bob, [f"{alice.username} · {name}", "Are you there?"])
    bob.page.evaluate("shown[0].onclick()")
    expect(bob.page.locator(".room__name")).to_have_text(name)
    bob.sees("Are you there?")
    shows(bob)
    alice.say("Now you see it.")
    bob.sees("Now you see it.")
    open_room(bob, "general")
    alice.say("Still there?")
    shows(bob, [f"{alice.username} · {name}", "Still there?"])
    assert bob.measure("shown.length") == 2


def test_nobody_is_asked_or_notified_unasked(alice: Person, bob: Person, name: str) -> None:
    alice.say("hello")
    is_unread(bob, name)
    open_room(bob, name)
    bob.sees("hello")
    open_room(bob, "general")
    assert bob.measure("asked") == 0
    turn_on(bob)
    alice.say("and now")
    shows(bob, [f"{alice.username} · {name}", "and now"])
    assert bob.measure("shown.length") == 1


def test_one_of_several_tabs_shows_it(alice: Person, bob: Person, name: str) -> None:
    turn_on(bob)
    tab = bob.open_tab()
    alice.say("once")
    is_unread(bob, name)
    is_unread(tab, name)
    shows(bob, [f"{alice.username} · {name}", "once"])
    assert tab.measure("shown.length") == 0


def test_it_makes_a_sound_if_one_likes(alice: Person, bob: Person, name: str) -> None:
    turn_on(bob)
    switch_sound(bob, "Turn on sound", "Sound is on")
    assert bob.measure("chimes") == 1  # so that one knows what it is like
    title = f"{alice.username} · {name}"
    alice.say("ding")
    shows(bob, [title, "ding"])
    assert bob.measure("chimes") == 2
    switch_sound(bob, "Sound is on", "Turn on sound")
    alice.say("hush")
    shows(bob, [title, "ding"], [title, "hush"])
    assert bob.measure("chimes") == 2


def test_a_room_that_another_tab_has_in_front_needs_none(
    alice: Person, bob: Person, name: str
) -> None:
    turn_on(bob)
    tab = bob.open_tab()
    open_room(tab, name)
    bob.page.evaluate("document.hasFocus = () => false")
    alice.say("seen in the other tab")
    tab.sees("seen in the other tab")
    open_room(tab, "general")
    alice.say("not seen")
    shows(bob, [f"{alice.username} · {name}", "not seen"])
    assert bob.measure("shown.length") == 1


def test_what_is_read_elsewhere_is_taken_back(alice: Person, bob: Person, name: str) -> None:
    turn_on(bob)
    tab = bob.open_tab()
    alice.say("hello")
    shows(bob, [f"{alice.username} · {name}", "hello"])
    open_room(tab, name)
    is_read(bob, name)
    shows(bob)


def test_a_room_notifies_of_what_was_chosen(alice: Person, bob: Person, name: str) -> None:
    turn_on(bob)
    open_room(bob, name)
    choose_level(bob, "Mentions only")
    open_room(bob, "general")
    alice.say("not for you")
    alice.say(f"@{bob.username} for you")
    shows(bob, [f"{alice.username} · {name}", f"@{bob.username} for you"])
    open_room(bob, name)
    choose_level(bob, "Nothing")
    expect(link(bob, name)).to_have_class("room-row is-muted")
    open_room(bob, "general")
    alice.say(f"@{bob.username} still?")
    is_unread(bob, name)
    open_room(bob, name)
    choose_level(bob, "Every message")
    open_room(bob, "general")
    alice.say("again")
    shows(bob, [f"{alice.username} · {name}", "again"])
    assert bob.measure("shown.length") == 2


def test_a_muted_room_that_has_something_new_looks_muted(
    alice: Person, bob: Person, name: str
) -> None:
    open_room(bob, name)
    choose_level(bob, "Nothing")
    open_room(bob, "general")
    alice.say("hello")
    expect(link(bob, name)).to_have_class("room-row is-unread is-muted")
    bob.page.reload()
    expect(link(bob, name)).to_have_class("room-row is-unread is-muted")


def test_what_is_deleted_is_taken_back(alice: Person, bob: Person, name: str) -> None:
    turn_on(bob)
    alice.say("oh no")
    shows(bob, [f"{alice.username} · {name}", "oh no"])
    choose(alice, alice.message("oh no"), "Delete")
    alice.page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    shows(bob)


def test_what_was_missed_while_the_line_was_cut_is_told_afterwards(
    alice: Person, bob: Person, name: str
) -> None:
    turn_on(bob)
    line = Line(bob.context)
    bob.page.reload()
    bob.arrives()
    bob.may_lose_connection = True
    line.cut()
    alice.say("Are you back?")
    alice.sees("Are you back?")
    line.mend()
    shows(bob, [name, "New messages came while you were away."])


def test_who_is_not_to_be_disturbed_is_not(alice: Person, bob: Person, name: str) -> None:
    turn_on(bob)
    bob.page.locator(".account-menu > summary").click()
    bob.page.get_by_role("button", name="1 hour").click()
    end = bob.page.get_by_role("button", name="Quiet until")
    expect(end).to_be_visible()
    alice.say("psst")
    is_unread(bob, name)
    end.click()
    expect(bob.page.get_by_role("button", name="1 hour")).to_be_visible()
    alice.say("now then")
    shows(bob, [f"{alice.username} · {name}", "now then"])
    assert bob.measure("shown.length") == 1
