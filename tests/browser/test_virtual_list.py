"""A long room: few of its lines stand in the page, and nobody notices."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Newcomer
from tests.browser.person import Person
from tests.browser.rooms import add, fill, make_room
from tests.browser.test_search import field, hits
from tests.server import Server

MANY = 3_000
MOST_NODES = 300
# Scrolls until something stands in the page; says how many messages did so on the way, at once and in all.
SCROLL = """async ([by, until]) => {
  const log = document.querySelector("#timeline");
  const all = new Set();
  let most = 0;
  do {
    log.scrollBy(0, by);
    await new Promise(requestAnimationFrame);
    const messages = [...document.querySelectorAll("#timeline [data-seq]")];
    for (const message of messages) all.add(message.dataset.seq);
    most = Math.max(most, messages.length);
  } while (!document.querySelector(until));
  return [most, all.size];
}"""
FRAMES = "async () => { for (let n = 0; n < 3; n += 1) await new Promise(requestAnimationFrame); }"
TOP = "(element) => element.getBoundingClientRect().top"
# Goes a little up, and says by how much that moves a message while older ones come.
GO_UP = """async (seq) => {
  const log = document.querySelector("#timeline");
  log.scrollBy(0, -200);
  const top = () => log.querySelector(`[data-seq="${seq}"]`).getBoundingClientRect().top;
  const [before, height] = [top(), log.scrollHeight];
  while (log.scrollHeight < height + 1000) await new Promise(requestAnimationFrame);
  return top() - before;
}"""
FOLLOW = """(path) => {
  const link = Object.assign(document.createElement("a"), { href: path });
  document.body.append(link);
  link.click();
  link.remove();
}"""
GROW = "(element) => { element.style.paddingBlockEnd = '200px'; }"
GROW_AND_SCROLL = """(element) => {
  element.style.paddingBlockEnd = "400px";
  element.closest("[role=log]").scrollTop -= 150;
}"""
# A phone's keyboard makes less of the page visible, and not the page smaller; gone, it leaves what there was.
KEYBOARD = """(height) => {
  if (height === 0) delete visualViewport.height;
  else Object.defineProperty(visualViewport, "height", { value: height, configurable: true });
  visualViewport.dispatchEvent(new Event("resize"));
}"""
# The day of a message and of the one before it, where the reader is.
DAYS = """(element) => [element, element.parentElement.querySelector(
  `[data-seq="${Number(element.dataset.seq) - 1}"]`)].map((message) => {
    const at = new Date(message.querySelector("time").dateTime);
    const two = (number) => String(number).padStart(2, "0");
    return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  })"""


@pytest.fixture(scope="session")
def long(shared_server: Server) -> dict[str, str]:
    """Remembers the long room of this server, filled once for all tests."""
    return {}


@pytest.fixture
def room(server: Server, alice: Person, long: dict[str, str]) -> str:
    if "room" in long:
        add(server, long["room"], alice)
    else:
        long["room"] = make_room(server, alice)
        fill(server, long["room"], MANY, minutes=10)
    return long["room"]


@pytest.fixture
def alice(sign_up: Newcomer) -> Person:
    return sign_up("alice", timezone_id="Asia/Shanghai", viewport={"width": 1200, "height": 800})


def enter(person: Person, name: str, seq: int | None = None) -> None:
    person.page.goto(f"{person.site}/rooms/{name}/" + ("" if seq is None else f"{seq}/"))
    person.arrives()
    person.sees(f"message {seq or MANY}")


def scroll(person: Person, by: int, until: str) -> tuple[int, int]:
    most, seen = person.page.evaluate(SCROLL, [by, until])
    return most, seen


def line(person: Person, seq: int) -> Locator:
    return person.log.locator(f'[data-seq="{seq}"]')


def top_of(message: Locator) -> float:
    return float(message.evaluate(TOP))


def test_few_messages_stand_in_the_page_however_far_one_scrolls(alice: Person, room: str) -> None:
    enter(alice, room)
    most, seen = scroll(alice, -900, ".beginning")
    assert (most < MOST_NODES, seen) == (True, MANY)
    alice.page.evaluate("document.querySelector('#timeline').scrollBy(0, -1e6)")
    expect(alice.message("message 1")).to_be_in_viewport()
    most, seen = scroll(alice, 900, f'[data-seq="{MANY}"]')
    assert (most < MOST_NODES, seen) == (True, MANY)
    alice.page.evaluate("document.querySelector('#timeline').scrollBy(0, 1e6)")
    expect(alice.message(f"message {MANY}")).to_be_in_viewport()
    expect(alice.page.locator("#jump")).to_be_hidden()


def test_what_one_reads_stays_as_older_messages_come(alice: Person, room: str) -> None:
    enter(alice, room)
    assert abs(alice.page.evaluate(GO_UP, MANY - 8)) < 1
    alice.page.evaluate(FRAMES)
    before = top_of(line(alice, MANY - 8))
    alice.page.evaluate(FRAMES)
    assert abs(top_of(line(alice, MANY - 8)) - before) < 1


def test_what_one_reads_stays_where_it_is_whatever_changes_its_size(
    alice: Person, room: str
) -> None:
    enter(alice, room, 1_500)
    read = line(alice, 1_500)
    before = top_of(read)
    for other in (1_480, 1_499, 1_515):
        line(alice, other).evaluate(GROW)
        alice.page.evaluate(FRAMES)
        assert abs(top_of(read) - before) < 1
    for width, height in ((900, 800), (900, 500), (1_300, 900)):
        alice.page.set_viewport_size({"width": width, "height": height})
        alice.page.evaluate(FRAMES)
        assert abs(top_of(read) - before) < 1
    for seen in (600, 0):
        alice.page.evaluate(KEYBOARD, seen)
        alice.page.evaluate(FRAMES)
        assert abs(top_of(read) - before) < 1
        box = alice.composer.bounding_box()
        assert box
        assert box["y"] + box["height"] <= (seen or 900)
    line(alice, 1_515).evaluate(GROW_AND_SCROLL)
    alice.page.evaluate(FRAMES)
    assert abs(top_of(read) - (before + 150)) < 1  # one has scrolled, and gets where one meant to


def test_one_goes_to_the_first_message_and_back_to_the_last(alice: Person, room: str) -> None:
    enter(alice, room)
    alice.page.evaluate(FOLLOW, f"/rooms/{room}/1/")
    expect(alice.message("message 1")).to_be_focused()
    expect(alice.message("message 1")).to_be_in_viewport()
    alice.page.get_by_role("button", name="Jump to latest").click()
    expect(alice.message(f"message {MANY}")).to_be_in_viewport()
    alice.page.go_back()
    expect(alice.message("message 1")).to_be_in_viewport()


def test_a_message_keeps_the_focus_however_far_one_scrolls(alice: Person, room: str) -> None:
    enter(alice, room)
    line(alice, MANY - 3).focus()
    scroll(alice, -400, f'[data-seq="{MANY - 300}"]')
    expect(line(alice, MANY - 3)).to_be_focused()
    expect(line(alice, MANY - 40)).to_have_count(0)
    assert alice.log.locator(".message").count() < MOST_NODES
    scroll(alice, -1_500, f'[data-seq="{MANY - 900}"]')
    expect(alice.log.locator(".message:focus")).to_have_count(1)  # it was let go: its neighbour


def test_what_is_new_is_read_out_once(sign_up: Newcomer, server: Server, alice: Person) -> None:
    bob = sign_up("bob")
    name = make_room(server, alice, bob)
    fill(server, name, 300)
    for person in (alice, bob):  # both connected: only what comes live is read out
        person.page.goto(f"{person.site}/rooms/{name}/")
        person.arrives()
        person.sees("message 300")
    bob.say("hello")
    alice.sees("hello")
    silent = re.compile("off")
    expect(alice.message("hello")).not_to_have_attribute("aria-live", silent)
    expect(alice.message("message 300")).to_have_attribute("aria-live", silent)
    scroll(alice, -400, '[data-seq="150"]')
    expect(alice.message("hello")).to_have_count(0)
    bob.say("still here?")
    expect(alice.message("still here?")).not_to_have_attribute("aria-live", silent)
    scroll(alice, 400, '[data-seq="301"]')
    expect(alice.message("hello")).to_have_attribute("aria-live", silent)


def ask_for_a_date(person: Person) -> Locator:
    person.page.get_by_role("button", name="Search messages").click()
    person.page.locator("#search").get_by_role("button", name="Go to a date").click()
    return person.page.get_by_role("dialog", name="Go to a date")


def test_a_day_leads_to_other_days(sign_up: Newcomer, server: Server) -> None:
    alice = sign_up("alice", timezone_id="Asia/Shanghai")
    alice.page.goto(f"{alice.site}/rooms/{make_room(server, alice)}/")
    alice.arrives()
    alice.say("today")
    alice.sees("today")
    alice.page.locator(".day__date").last.click()
    dialog = alice.page.get_by_role("dialog", name="Go to a date")
    today = datetime.now(ZoneInfo("Asia/Shanghai")).date().isoformat()
    expect(dialog.get_by_label("Date")).to_have_value(today)
    dialog.get_by_role("button", name="Cancel").click()
    expect(dialog).to_have_count(0)


def test_one_goes_to_a_day(alice: Person, room: str) -> None:
    enter(alice, room)
    day = (datetime.now(UTC) - timedelta(days=9)).date().isoformat()
    dialog = ask_for_a_date(alice)
    dialog.get_by_label("Date").fill(day)
    dialog.get_by_role("button", name="Go", exact=True).click()
    first = alice.log.locator(".is-target")
    expect(first).to_be_focused()
    found, before = first.evaluate(DAYS)
    assert found == day > before


def test_after_the_last_day_one_is_at_the_end(alice: Person, room: str) -> None:
    enter(alice, room, 1)
    dialog = ask_for_a_date(alice)
    dialog.get_by_label("Date").evaluate("(field) => field.removeAttribute('max')")
    dialog.get_by_label("Date").fill("2999-01-01")
    dialog.get_by_role("button", name="Go", exact=True).click()
    expect(alice.message(f"message {MANY}")).to_be_in_viewport()
    expect(alice.page.get_by_text("Nothing was written on that day")).to_be_visible()


def test_to_find_is_to_search_the_room(sign_up: Newcomer, server: Server) -> None:
    alice = sign_up("alice")
    alice.say(f"lost and found in general {alice.username}")
    name = make_room(server, alice)
    alice.page.get_by_role("link", name=name).click()
    alice.say(f"lost and found here {alice.username}")
    alice.sees(f"lost and found here {alice.username}")
    alice.page.keyboard.press("ControlOrMeta+f")
    expect(field(alice)).to_be_focused()
    expect(alice.page.locator(".search__scope")).to_contain_text(name)
    alice.page.keyboard.type(f"lost {alice.username}")
    expect(hits(alice)).to_have_count(1)
    alice.page.get_by_role("button", name="Search all rooms").click()
    expect(hits(alice)).to_have_count(2)
    expect(field(alice)).to_be_focused()


def test_to_find_once_more_is_the_browsers_own_search(sign_up: Newcomer) -> None:
    alice = sign_up("alice")
    alice.page.evaluate(
        "addEventListener('keydown', (event) => { window.taken = event.defaultPrevented; })"
    )
    alice.page.keyboard.press("ControlOrMeta+f")
    assert alice.page.evaluate("window.taken") is True
    expect(field(alice)).to_be_focused()
    alice.page.keyboard.press("ControlOrMeta+f")
    assert alice.page.evaluate("window.taken") is False
