"""Reactions: seen by all, pressed by one, found by name."""

from playwright.sync_api import Locator, expect

from tests.browser.conftest import Newcomer
from tests.browser.line import Line
from tests.browser.person import Person
from tests.browser.test_message_actions import PHONE, hold, long_press

# To the finger, and as wide; to the eye it is lower.
IS_44_PIXELS_HIGH = """(button) => {
  const { x, y, width, height } = button.getBoundingClientRect();
  const isHit = (by) => button.contains(document.elementFromPoint(x + width / 2, y + height / 2 + by));
  return width >= 44 && [-21, 0, 21].every(isHit);
}"""


def pill(message: Locator, emoji: str) -> Locator:
    return message.locator(f'.reaction[data-emoji="{emoji}"]')


def open_picker(person: Person, message: Locator) -> Locator:
    message.hover()
    message.get_by_role("toolbar").get_by_role("button", name="React").click()
    picker = person.page.get_by_role("dialog", name="Choose an emoji")
    expect(picker.get_by_role("combobox")).to_be_focused()
    return picker


def test_a_reaction_found_by_name_is_seen_by_all_and_taken_back(sign_up: Newcomer) -> None:
    alice, bob = sign_up("alice"), sign_up("bob")
    text = f"done, says {alice.username}"
    alice.say(text)
    bob.sees(text)
    picker = open_picker(bob, bob.message(text))
    bob.page.keyboard.type("tada")
    expect(picker.get_by_role("option").first).to_have_text("🎉")
    bob.page.keyboard.press("Enter")
    expect(pill(bob.message(text), "🎉")).to_have_attribute("aria-pressed", "true")
    theirs = pill(alice.message(text), "🎉")
    expect(theirs).to_have_attribute("aria-pressed", "false")
    expect(theirs).to_have_accessible_name(f"🎉 from {bob.username}")
    theirs.click()
    expect(pill(bob.message(text), "🎉").locator(".reaction__count")).to_have_text("2")
    for person in (alice, bob):
        pill(person.message(text), "🎉").click()
    for person in (alice, bob):
        expect(pill(person.message(text), "🎉")).to_have_count(0)


def test_the_arrows_walk_over_the_picker_and_escape_gives_the_focus_back(
    sign_up: Newcomer,
) -> None:
    alice = sign_up("alice")
    alice.say("by keyboard")
    alice.sees("by keyboard")
    message = alice.message("by keyboard").last
    message.focus()
    alice.page.keyboard.press("Tab")
    while message.get_by_role("toolbar").locator(":focus").count() == 0:
        alice.page.keyboard.press("Tab")
    alice.page.keyboard.press("Enter")
    picker = alice.page.get_by_role("dialog", name="Choose an emoji")
    expect(picker).to_be_visible()
    alice.page.keyboard.type("笑哭")
    expect(picker.get_by_role("option", selected=True)).to_have_text("😂")
    for _ in range(2):
        alice.page.keyboard.press("Backspace")
    alice.page.keyboard.press("ArrowDown")
    alice.page.keyboard.press("ArrowRight")
    chosen = picker.get_by_role("option", selected=True).inner_text()
    alice.page.keyboard.press("Escape")
    expect(picker).to_be_hidden()
    expect(message.get_by_role("button", name="React").last).to_be_focused()
    alice.page.keyboard.press("Enter")
    for key in ("ArrowDown", "ArrowRight", "Enter"):
        alice.page.keyboard.press(key)
    expect(pill(message, chosen)).to_be_visible()


def test_a_refused_reaction_goes_away_and_is_said(sign_up: Newcomer) -> None:
    alice = sign_up("alice")
    line = Line(alice.context)
    alice.page.reload()
    alice.arrives()
    alice.say("not now")
    alice.sees("not now")
    message = alice.message("not now").last
    line.refuse("reaction.add", "muted")
    open_picker(alice, message).get_by_role("option").first.click()
    expect(alice.page.get_by_text("Couldn't react. You are muted")).to_be_visible()
    expect(message.locator(".reaction[data-emoji]")).to_have_count(0)


def test_the_focus_stays_on_a_pill_that_others_press_too(sign_up: Newcomer) -> None:
    alice, bob = sign_up("alice"), sign_up("bob")
    text = f"focus of {alice.username}"
    alice.say(text)
    bob.sees(text)
    open_picker(alice, alice.message(text)).get_by_role("option", name="thumbsup").first.click()
    mine = pill(alice.message(text), "👍")
    mine.focus()
    pill(bob.message(text), "👍").click()
    expect(mine.locator(".reaction__count")).to_have_text("2")
    expect(mine).to_be_focused()


def test_a_finger_reacts_from_the_menu_and_holds_a_pill_to_see_who(sign_up: Newcomer) -> None:
    alice = sign_up("alice", **PHONE)
    alice.composer.fill("by finger")
    alice.page.get_by_role("button", name="Send").tap()
    alice.sees("by finger")
    message = alice.message("by finger").last
    long_press(alice, message)
    alice.page.get_by_role("menu").locator('[data-emoji="👍"]').tap()
    expect(pill(message, "👍")).to_be_visible()
    assert pill(message, "👍").evaluate(IS_44_PIXELS_HIGH)
    expect(alice.page.locator(".who")).to_be_attached()  # it comes once the page is at rest
    with hold(alice, pill(message, "👍")):
        expect(alice.page.get_by_role("tooltip")).to_have_text(f"👍 from {alice.username}")
