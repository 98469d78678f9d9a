"""The panes: side by side on a large screen, one at a time on a small one, and what is kept between them."""

import re

import pytest
from playwright.sync_api import FloatRect, Locator, ViewportSize, expect

from tests.browser.conftest import Newcomer
from tests.browser.person import Person
from tests.browser.rooms import fill, make_room, meet
from tests.server import Server

WIDE: ViewportSize = {"width": 1440, "height": 900}
TABLET: ViewportSize = {"width": 820, "height": 1180}
PHONE: ViewportSize = {"width": 390, "height": 844}
SMALL: ViewportSize = {"width": 320, "height": 568}
FINGER = {"viewport": PHONE, "has_touch": True, "is_mobile": True}
# How far the messages' tops are from the top of the timeline, by their numbers.
TOPS = """() => {
  const timeline = document.querySelector("#timeline");
  const { top, height } = timeline.getBoundingClientRect();
  return [...timeline.querySelectorAll("[data-seq]")]
    .map((line) => [Number(line.dataset.seq), line.getBoundingClientRect().top - top])
    .filter(([, y]) => y >= 0 && y < height);
}"""

NEAR_TOP = f"""([width, seq]) =>
  innerWidth === width && Math.abs((({TOPS})()[0]?.[0] ?? 0) - seq) <= 1"""


def people(person: Person) -> Locator:
    return person.page.get_by_role("complementary", name="People")


def side(person: Person) -> Locator:
    return person.page.get_by_role("navigation", name="Rooms")


def people_button(person: Person) -> Locator:
    return person.page.get_by_role("main").get_by_role("button", name="People", exact=True)


def in_view(person: Person) -> list[int]:
    return [int(seq) for seq, _ in person.measure(TOPS)]


def test_on_a_phone_there_is_one_pane_and_back_closes_it(sign_up: Newcomer, server: Server) -> None:
    alice = sign_up("alice", viewport=PHONE)
    name = make_room(server, alice)
    expect(side(alice)).to_be_hidden()
    alice.page.get_by_role("link", name="Back to rooms").click()
    expect(alice.log).to_be_hidden()
    side(alice).get_by_role("link", name=name).click()
    expect(alice.log).to_contain_text(name)
    people_button(alice).click()
    expect(people(alice)).to_be_visible()
    expect(alice.log).to_be_hidden()
    alice.page.go_back()
    expect(people(alice)).to_be_hidden()
    expect(alice.log).to_contain_text(name)
    alice.page.go_back()
    expect(side(alice)).to_be_visible()


def test_on_a_phone_a_press_beside_a_sheet_only_closes_it(sign_up: Newcomer) -> None:
    alice = sign_up("alice", viewport=PHONE)
    opener = alice.page.get_by_role("button", name="More about this room")
    search = alice.page.get_by_role("button", name="Search messages")
    place = search.bounding_box() or FloatRect(x=0, y=0, width=0, height=0)
    for _ in range(2):
        opener.click()
        expect(alice.page.get_by_role("button", name="Pinned messages")).to_be_visible()
        alice.page.mouse.click(place["x"] + 9, place["y"] + 9)
        expect(alice.page.get_by_role("button", name="Pinned messages")).to_be_hidden()
        expect(search).to_be_visible()
    search.click()
    expect(alice.page.get_by_role("complementary", name="Search")).to_be_visible()


def test_on_a_phone_escape_closes_a_sheet_and_goes_no_further(sign_up: Newcomer) -> None:
    alice = sign_up("alice", viewport=PHONE)
    opener = alice.page.get_by_role("button", name="More about this room")
    opener.click()
    expect(alice.page.get_by_role("button", name="Pinned messages")).to_be_visible()
    alice.page.keyboard.press("Escape")
    expect(alice.page.get_by_role("button", name="Pinned messages")).to_be_hidden()
    expect(opener).to_be_focused()


def test_the_people_are_closed_for_good_on_this_device(sign_up: Newcomer) -> None:
    alice = sign_up("alice", viewport=WIDE)
    expect(people(alice)).to_be_visible()
    people_button(alice).click()
    expect(people(alice)).to_be_hidden()
    expect(people_button(alice)).to_have_attribute("aria-expanded", "false")
    alice.page.reload()
    alice.arrives()
    expect(people(alice)).to_be_hidden()
    people_button(alice).click()
    expect(people(alice)).to_be_visible()


def test_an_icon_says_what_it_means_to_whoever_points_at_it(sign_up: Newcomer) -> None:
    alice = sign_up("alice", viewport=WIDE)
    alice.waits_for_part("labels")
    people_button(alice).hover()
    expect(people_button(alice)).to_have_attribute("title", "People")


def test_on_a_tablet_the_people_come_over_the_messages_when_asked_for(sign_up: Newcomer) -> None:
    alice = sign_up("alice", viewport=TABLET)
    expect(side(alice)).to_be_visible()
    expect(people(alice)).to_be_hidden()
    people_button(alice).click()
    expect(people(alice)).to_be_visible()
    expect(alice.log).to_be_visible()
    alice.page.keyboard.press("Escape")
    expect(people(alice)).to_be_hidden()


@pytest.mark.parametrize("pane", ["rooms", "room", "people", "search"])
def test_nothing_is_wider_than_the_smallest_phone(sign_up: Newcomer, pane: str) -> None:
    alice = sign_up("alice", viewport=SMALL)
    alice.say("https://example.org/" + "a" * 80 + "\n\n```\n" + "x" * 120 + "\n```\n" + "汉" * 60)
    alice.page.goto(f"{alice.page.url.split('#')[0]}#{pane}")
    alice.page.reload()
    expect(alice.page.locator(".frame")).to_have_attribute("data-pane", pane)
    assert alice.overflow() <= 0
    cut = alice.measure(
        "[...document.querySelectorAll('main, nav, aside')].filter((pane) =>"
        " pane.checkVisibility({ visibilityProperty: true }) && pane.scrollWidth > innerWidth).length"
    )
    assert cut == 0


def test_who_turns_the_screen_keeps_the_place_and_the_draft(
    sign_up: Newcomer, server: Server
) -> None:
    alice = sign_up("alice", viewport=WIDE)
    name = meet(server, alice)
    fill(server, name, 150)
    alice.page.reload()
    alice.arrives()
    alice.sees("message 150")
    alice.composer.fill("half a thought")
    alice.log.hover()
    alice.page.mouse.wheel(0, -400)  # not so far that what comes above is seen
    expect(alice.message("message 150")).not_to_be_in_viewport()
    read = in_view(alice)
    for size in (PHONE, WIDE):
        alice.page.set_viewport_size(size)
        # The new size, and with it what is put back, may come some frames later.
        alice.page.wait_for_function(NEAR_TOP, arg=[size["width"], read[0]])
    expect(alice.composer).to_have_value("half a thought")


def test_on_a_phone_the_head_says_how_the_other_is(sign_up: Newcomer) -> None:
    alice, bob = sign_up("alice", viewport=PHONE), sign_up("bob")
    bob.page.goto(f"{bob.site}/accounts/profile/")
    bob.page.get_by_label("Status").fill("在路上，明天回来")
    bob.page.get_by_role("button", name="Save").click()
    expect(bob.page.get_by_role("status")).to_contain_text("Saved.")
    bob.page.goto(bob.site)
    bob.arrives()
    bob.say("hello")
    alice.messages.get_by_role("button", name=bob.username).last.click()
    alice.page.get_by_role("dialog").get_by_role("button", name="Message").click()
    head = alice.page.locator(".room__head")
    expect(head.get_by_role("heading", name=bob.username)).to_be_visible()
    expect(head.get_by_text("在路上，明天回来")).to_be_visible()


def test_on_a_phone_what_is_wanted_seldom_waits_in_a_sheet(sign_up: Newcomer) -> None:
    alice = sign_up("alice", **FINGER)
    alice.page.get_by_role("button", name="More about this room").tap()
    sheet = alice.page.locator("#room-tools")
    heights = sheet.get_by_role("button").evaluate_all("all => all.map(one => one.offsetHeight)")
    assert min(heights) >= 44
    sheet.get_by_role("button", name="Pinned messages").tap()
    dialog = alice.page.get_by_role("dialog", name="Pinned messages")
    expect(dialog).to_be_visible()
    expect(sheet).to_be_hidden()
    alice.page.keyboard.press("Escape")
    expect(alice.page.get_by_role("button", name="More about this room")).to_be_focused()


def test_fields_are_large_enough_for_a_finger_not_to_zoom(sign_up: Newcomer) -> None:
    alice = sign_up("alice", viewport=TABLET, has_touch=True, is_mobile=True)
    sizes = alice.measure(
        "[...document.querySelectorAll('input:not([type=checkbox], [type=radio]), textarea')]"
        ".map((field) => parseFloat(getComputedStyle(field).fontSize))"
    )
    assert min(sizes) >= 16
    assert re.search("viewport-fit=cover", alice.page.content())
