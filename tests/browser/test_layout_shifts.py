"""Nothing moves by itself: what the browser tells of shifts that nobody asked for by a key or a press."""

from typing import cast

from playwright.sync_api import expect

from tests.browser.accessible import DESKTOP, PHONE
from tests.browser.conftest import Newcomer
from tests.browser.person import Person
from tests.server import Server

WATCH = """
globalThis.shifts = [];
new PerformanceObserver((list) => {
  for (const { sources } of list.getEntries()) {
    shifts.push(...sources.map(({ node, previousRect, currentRect }) =>
      [node?.className ?? node, previousRect, currentRect].map((one) => JSON.stringify(one)).join(" ")));
  }
}).observe({ type: "layout-shift", buffered: true });
"""
# By how much the composer is lower without anything in it.
EMPTIED = """() => {
  const composer = document.getElementById("composer");
  const before = composer.offsetHeight;
  composer.replaceChildren();
  return before - composer.offsetHeight;
}"""
PAINTED = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


def shifts(person: Person) -> list[str]:
    """Since the last time, of all that is on the screen."""
    person.page.evaluate(PAINTED)
    return cast(list[str], person.measure("shifts.splice(0)"))


def watched(person: Person, size: dict[str, int]) -> Person:
    person.page.set_viewport_size({"width": size["width"], "height": size["height"]})
    person.context.add_init_script(WATCH)
    person.page.reload()
    person.arrives()
    return person


def test_nothing_moves_when_the_scripts_come(sign_up: Newcomer) -> None:
    alice = sign_up("alice")
    for size in (DESKTOP, PHONE):
        assert shifts(watched(alice, size)) == []


def test_the_composer_is_as_high_before_its_parts_have_come(sign_up: Newcomer) -> None:
    alice = sign_up("alice")
    for size in (DESKTOP, PHONE):
        alice.page.set_viewport_size({"width": size["width"], "height": size["height"]})
        alice.page.reload()
        alice.arrives()
        assert alice.measure(EMPTIED) == 0


def test_nothing_moves_but_what_is_said_when_one_sends_and_others_write(
    sign_up: Newcomer, server: Server
) -> None:
    alice, bob = watched(sign_up("alice"), DESKTOP), sign_up("bob")
    shifts(alice)
    alice.say("hello")
    alice.sees("hello")
    bob.composer.press_sequentially("is there")
    expect(alice.page.locator(".composer__typing")).to_contain_text("is writing")
    bob.composer.press("Enter")
    alice.sees("is there")
    for opener in (".composer__emoji", ".composer__attach"):
        expect(alice.page.locator(opener)).to_be_visible()
    alice.page.locator(".composer__emoji").click()
    expect(alice.page.get_by_role("option", name="grinning", exact=True)).to_be_visible()
    alice.page.keyboard.press("Escape")
    alice.page.keyboard.press("Control+k")
    expect(alice.page.get_by_role("dialog").get_by_role("option").first).to_be_visible()
    assert [one for one in shifts(alice) if not one.startswith('"timeline')] == []
