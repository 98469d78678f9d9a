"""Parts of the page that are fetched when first they are wanted, and what stands in the way of that."""

import re

from playwright.sync_api import Page, Request, Route, expect

from tests.browser.conftest import Newcomer
from tests.browser.person import Person
from tests.browser.rooms import say_all
from tests.server import Server
from tests.test_page_weight import MOST_BYTES, WORDS

PART = re.compile(r"/static/js/components/edit-history\.|/static/js/components/room-dialogs\.")
SWITCHER = re.compile("/switcher")
ANY_SCRIPT = re.compile(r"/static/js/.*\.js")
FAILED = "Couldn't load this. Try again in a moment."
GONE = "This page is from before an update."


# What waits for the page to be idle has begun by the second time that it is.
IDLE = """async () => {
  for (const _ of [1, 2]) await new Promise((call) => requestIdleCallback(call, { timeout: 3_000 }));
}"""
# As Chromium now and then, in one page of some seventy on a machine with much to do.
NEVER_IDLE = """globalThis.requestIdleCallback = (call, { timeout } = {}) =>
  timeout && setTimeout(call, timeout)"""
WEIGHT = """["navigation", "resource"].flatMap((type) => performance.getEntriesByType(type))
  .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0)"""


def newcomer(sign_up: Newcomer) -> Person:
    alice = sign_up("alice")
    alice.may_lose_connection = True
    return alice


def forget_what_was_missing(person: Person) -> None:
    """Chromium complains of what this test took away."""
    person.complaints[:] = [one for one in person.complaints if "404" not in one]


def hold(page: Page, address: re.Pattern[str]) -> list[Route]:
    """What is asked for from here on, for the test to let go."""
    held: list[Route] = []

    def keep(route: Route) -> None:
        held.append(route)

    page.route(address, keep)
    return held


def find_rooms(page: Page) -> None:
    page.locator("[data-open=find-room]").first.click()


def test_what_cannot_be_loaded_says_so_and_works_again_later(sign_up: Newcomer) -> None:
    alice = newcomer(sign_up)
    page = alice.page
    page.route(ANY_SCRIPT, lambda route: route.abort())
    find_rooms(page)
    said = page.get_by_role("dialog").filter(has_text=FAILED)
    expect(said.get_by_role("button", name="Try again")).to_be_focused()
    page.unroute(ANY_SCRIPT)
    said.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("dialog", name="Public rooms")).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(1)


def test_what_an_update_took_away_asks_for_a_new_page(sign_up: Newcomer) -> None:
    alice = newcomer(sign_up)
    alice.composer.fill("a draft")
    alice.page.route(PART, lambda route: route.fulfill(status=404))
    find_rooms(alice.page)
    reload = (
        alice.page.get_by_role("dialog").filter(has_text=GONE).get_by_role("button", name="Reload")
    )
    expect(reload).to_be_focused()
    alice.page.unroute(PART)
    with alice.page.expect_navigation():
        reload.click()
    alice.arrives()
    expect(alice.composer).to_have_value("a draft")
    forget_what_was_missing(alice)


def test_closing_what_could_not_be_loaded_gives_the_focus_back(sign_up: Newcomer) -> None:
    alice = newcomer(sign_up)
    alice.page.route(PART, lambda route: route.fulfill(status=404))
    find_rooms(alice.page)
    expect(alice.page.get_by_role("dialog").filter(has_text=GONE)).to_be_visible()
    alice.page.keyboard.press("Escape")
    expect(alice.page.get_by_role("dialog")).to_have_count(0)
    expect(alice.page.locator("[data-open=find-room]").first).to_be_focused()
    forget_what_was_missing(alice)


def test_two_presses_open_one_dialog(sign_up: Newcomer) -> None:
    alice = newcomer(sign_up)
    held = hold(alice.page, PART)
    alice.page.locator("[data-open=find-room]").first.dblclick()
    expect(alice.page.get_by_role("dialog").filter(has_text="Loading…")).to_be_visible()
    for route in held:
        route.continue_()
    expect(alice.page.get_by_role("dialog", name="Public rooms")).to_be_visible()
    expect(alice.page.get_by_role("dialog")).to_have_count(1)


def test_what_was_given_up_while_loading_does_not_open(sign_up: Newcomer) -> None:
    alice = newcomer(sign_up)
    held = hold(alice.page, PART)
    find_rooms(alice.page)
    expect(alice.page.get_by_role("dialog").filter(has_text="Loading…")).to_be_visible()
    alice.page.keyboard.press("Escape")
    with alice.page.expect_response(PART):
        for route in held:
            route.continue_()
    alice.page.get_by_role("button", name="Search messages").click()
    expect(alice.page.get_by_role("searchbox", name="Search messages")).to_be_focused()
    expect(alice.page.get_by_role("dialog")).to_have_count(0)


def test_what_is_typed_into_the_search_before_it_came_is_asked(sign_up: Newcomer) -> None:
    alice = newcomer(sign_up)
    alice.say("the harbour at dawn")
    alice.sees("the harbour at dawn")
    held = hold(alice.page, re.compile("/search-panel"))
    alice.page.get_by_role("button", name="Search messages").click()
    alice.page.get_by_role("searchbox", name="Search messages").fill("harbour")
    expect(alice.page.locator("#search")).to_have_attribute("data-status", "loading")
    for route in held:
        route.continue_()
    expect(alice.page.locator(".search__hits")).to_contain_text("the harbour at dawn")


def test_a_visitor_who_does_nothing_is_sent_no_more_than_120_kb(
    sign_up: Newcomer, server: Server
) -> None:
    alice = sign_up("alice")
    say_all(server, "general", alice, [WORDS % number for number in range(50)])
    asked: list[Request] = []

    def note(request: Request) -> None:
        asked.append(request)

    alice.page.on("request", note)
    alice.page.reload()
    expect(alice.page.locator("#account-menu [name=hidden]")).to_be_enabled()  # it is live
    alice.measure(IDLE)
    for answer in [request.response() for request in asked]:
        assert answer
        answer.finished()
    assert alice.measure(WEIGHT) <= MOST_BYTES
    alice.waits_for_part("switcher")


def test_what_can_wait_comes_to_a_page_that_is_never_at_rest_too(sign_up: Newcomer) -> None:
    alice = sign_up("alice")
    alice.context.add_init_script(NEVER_IDLE)
    alice.page.reload()
    alice.arrives()
    alice.waits_for_part("switcher")


def test_a_switcher_that_was_closed_before_it_came_does_not_say_that_it_cannot_come(
    sign_up: Newcomer,
) -> None:
    alice = newcomer(sign_up)
    page = alice.page
    held = hold(page, SWITCHER)
    page.reload()
    alice.arrives()
    with page.expect_request(SWITCHER):
        page.keyboard.press("Control+k")
    expect(page.get_by_role("dialog")).to_have_count(1)
    page.keyboard.press("Escape")
    page.route(SWITCHER, lambda route: route.abort())
    with page.expect_request(SWITCHER):  # the second try
        held[0].abort()
    alice.measure(IDLE)
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_what_is_typed_into_the_switcher_before_it_came_is_looked_for(sign_up: Newcomer) -> None:
    alice = newcomer(sign_up)
    held = hold(alice.page, SWITCHER)
    alice.page.reload()
    alice.arrives()
    alice.page.keyboard.press("Control+k")
    alice.page.keyboard.type("gen")
    expect(alice.composer).to_have_value("")
    expect(alice.page.get_by_role("option")).to_have_count(0)
    for route in held:
        route.continue_()
    expect(alice.page.get_by_role("option").first).to_contain_text("general")
    alice.page.keyboard.press("Enter")
    expect(alice.page.get_by_role("dialog")).to_have_count(0)
