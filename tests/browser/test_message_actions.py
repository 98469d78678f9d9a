"""What can be done with a message: by mouse, by keyboard and by touch."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Locator, expect

from tests.browser.conftest import Newcomer
from tests.browser.line import Line
from tests.browser.person import Person
from tests.browser.rooms import make_room
from tests.server import Server

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def open_menu(person: Person, message: Locator) -> Locator:
    message.hover()
    message.get_by_role("button", name="More").click()
    menu = person.page.get_by_role("menu", name="Message")
    expect(menu).to_be_visible()
    return menu


def choose(person: Person, message: Locator, item: str) -> None:
    open_menu(person, message).get_by_role("menuitem", name=item).click()


def items(menu: Locator) -> list[str]:
    return [text.strip() for text in menu.get_by_role("menuitem").all_inner_texts()]


def long_press(person: Person, message: Locator) -> None:
    with hold(person, message.locator(".message__text")):
        expect(person.page.get_by_role("menu", name="Message")).to_be_visible()


@contextmanager
def hold(person: Person, place: Locator) -> Iterator[None]:
    """A finger that stays there."""
    box = place.bounding_box()
    assert box
    point = {"x": box["x"] + 12, "y": box["y"] + box["height"] / 2}
    cdp = person.context.new_cdp_session(person.page)
    cdp.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [point]})
    yield
    cdp.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_an_edit_is_seen_by_everyone_and_what_was_said_before_can_be_read(
    sign_up: Newcomer,
) -> None:
    alice, bob = sign_up("alice"), sign_up("bob")
    alice.say(f"teh first of {alice.username}")
    message = alice.message(f"teh first of {alice.username}")
    choose(alice, message, "Edit")
    expect(alice.page.get_by_text("Editing")).to_be_visible()
    expect(alice.composer).to_have_value(f"teh first of {alice.username}")
    alice.say(f"the **first** of {alice.username}")
    edited = bob.messages.filter(has_text=f"the first of {alice.username}")
    expect(edited.locator("strong")).to_have_text("first")
    edited.get_by_role("button", name="edited").click()
    versions = bob.page.get_by_role("dialog").get_by_role("listitem")
    expect(versions.locator(".version__text")).to_have_text(
        [f"the **first** of {alice.username}", f"teh first of {alice.username}"]
    )
    bob.page.keyboard.press("Escape")
    expect(bob.page.get_by_role("dialog")).to_have_count(0)


def test_arrow_up_takes_the_last_message_up_and_escape_gives_the_draft_back(
    sign_up: Newcomer,
) -> None:
    alice = sign_up("alice")
    alice.say("taken up")
    alice.sees("taken up")
    alice.composer.press("ArrowUp")
    expect(alice.composer).to_have_value("taken up")
    alice.composer.press("Escape")
    expect(alice.composer).to_have_value("")
    alice.composer.fill("a draft")
    choose(alice, alice.message("taken up").last, "Edit")
    expect(alice.composer).to_have_value("taken up")
    alice.composer.press("Escape")
    expect(alice.composer).to_have_value("a draft")
    expect(alice.page.get_by_text("Editing")).to_be_hidden()


def test_an_edit_outlives_a_reload_and_leaves_the_draft_alone(sign_up: Newcomer) -> None:
    alice = sign_up("alice")
    alice.say("to be mended")
    alice.sees("to be mended")
    alice.composer.fill("a draft")
    choose(alice, alice.message("to be mended").last, "Edit")
    alice.composer.fill("half mended\nwith two lines")
    alice.page.reload()
    alice.arrives()
    expect(alice.page.get_by_text("Editing")).to_be_visible()
    expect(alice.composer).to_have_value("half mended\nwith two lines")
    alice.composer.press("Enter")
    expect(alice.composer).to_have_value("a draft")
    expect(alice.message("half mended\nwith two lines").last).to_be_visible()


def test_what_is_begun_in_a_room_waits_there_through_a_reload_elsewhere(
    sign_up: Newcomer, server: Server
) -> None:
    alice = sign_up("alice")
    name = make_room(server, alice)
    alice.say("answer me")
    alice.sees("answer me")
    choose(alice, alice.message("answer me").last, "Reply")
    alice.composer.fill("an answer")
    alice.page.get_by_role("link", name=name).click()
    expect(alice.page.get_by_role("heading", level=1)).to_contain_text(name)
    alice.page.reload()
    alice.arrives()
    alice.page.get_by_role("link", name="general").click()
    expect(alice.page.get_by_text("Replying to")).to_be_visible()
    expect(alice.composer).to_have_value("an answer")


def test_the_words_of_an_edit_outlive_their_message(sign_up: Newcomer) -> None:
    alice = sign_up("alice")
    tab = alice.open_tab()
    alice.say("for a moment")
    tab.sees("for a moment")
    choose(alice, alice.message("for a moment").last, "Edit")
    alice.composer.fill("for ever")
    choose(tab, tab.message("for a moment").last, "Delete")
    tab.page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(alice.page.get_by_text("Editing")).to_be_hidden()
    expect(alice.composer).to_have_value("for ever")


def test_a_refused_edit_says_why_and_keeps_the_words(sign_up: Newcomer) -> None:
    alice = sign_up("alice")
    line = Line(alice.context)
    alice.page.reload()
    alice.arrives()
    alice.say("soon better")
    alice.sees("soon better")
    choose(alice, alice.message("soon better").last, "Edit")
    line.refuse("message.edit", "muted")
    alice.say("better")
    unsaved = alice.messages.filter(has_text="Couldn't save the change. You are muted")
    expect(unsaved.locator(".message__text")).to_have_text("better")
    unsaved.get_by_role("button", name="Edit", exact=True).click()
    expect(alice.composer).to_have_value("better")
    alice.say("best")
    expect(alice.message("best").last).not_to_have_class(re.compile("is-pending|is-failed"))


def test_a_deletion_asks_first_and_leaves_a_line(sign_up: Newcomer) -> None:
    alice, bob = sign_up("alice"), sign_up("bob")
    text = f"to be deleted by {alice.username}"
    alice.say(text)
    bob.sees(text)
    choose(alice, alice.message(text), "Delete")
    dialog = alice.page.get_by_role("dialog", name="Delete this message?")
    expect(dialog).to_contain_text(text)
    dialog.get_by_role("button", name="Keep").click()
    expect(alice.message(text)).to_be_visible()
    choose(alice, alice.message(text), "Delete")
    dialog.get_by_role("button", name="Delete").click()
    for person in (alice, bob):
        expect(person.messages.last).to_contain_text("This message was deleted.")
        expect(person.message(text)).to_have_count(0)


def test_the_menu_of_a_message_goes_with_its_room(sign_up: Newcomer, server: Server) -> None:
    alice = sign_up("alice")
    another = make_room(server, alice)
    row = alice.page.locator("#room-list").get_by_role("link", name=another)
    row.click()
    expect(row).to_have_attribute("aria-current", "page")
    alice.say("only here")
    menu = open_menu(alice, alice.message("only here"))
    alice.page.go_back()
    expect(row).not_to_have_attribute("aria-current", "page")
    expect(menu).to_be_hidden()


def test_the_menu_offers_what_one_may_do(sign_up: Newcomer) -> None:
    alice, bob = sign_up("alice"), sign_up("bob")
    question = f"whose is this, {alice.username}"
    alice.say(question)
    mine = items(open_menu(alice, alice.message(question)))
    theirs = items(open_menu(bob, bob.message(question)))
    assert {"Edit", "Delete"} <= set(mine)
    assert {"Copy link", "Report"} <= set(theirs)
    assert not {"Edit", "Delete", "Pin"} & set(theirs)


def test_the_keyboard_alone_reaches_everything_and_gets_the_focus_back(sign_up: Newcomer) -> None:
    alice = sign_up("alice")
    for text in ("one", "two"):
        alice.say(f"{text} of {alice.username}")
        alice.sees(f"{text} of {alice.username}")
    alice.composer.press("Shift+Tab")  # the last message's toolbar comes with the focus
    last, other = (alice.message(f"{text} of {alice.username}") for text in ("two", "one"))
    last.focus()
    expect(last.locator(".message__time")).to_have_css("opacity", "1")
    alice.page.keyboard.press("ArrowUp")
    expect(other).to_be_focused()
    alice.page.keyboard.press("Enter")
    menu = alice.page.get_by_role("menu", name="Message")
    expect(menu.get_by_role("menuitem").first).to_be_focused()
    alice.page.keyboard.press("End")
    expect(menu.get_by_role("menuitem", name="Delete")).to_be_focused()
    alice.page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect(other).to_be_focused()
    alice.page.keyboard.press("Tab")
    assert other.locator(":focus").count() == 1
    last.focus()
    alice.page.keyboard.press("Tab")
    tools = last.get_by_role("toolbar").get_by_role("button")
    expect(tools.first).to_be_focused()
    alice.page.keyboard.press("ArrowRight")
    expect(tools.nth(1)).to_be_focused()
    alice.page.keyboard.press("Tab")  # all of them are one stop
    assert last.locator(":focus").count() == 0


def test_within_a_group_the_time_shows_where_one_points(sign_up: Newcomer) -> None:
    alice = sign_up("alice")
    for text in ("one", "two"):
        alice.say(f"{text} of {alice.username}")
    time = alice.message(f"two of {alice.username}").locator(".message__time")
    alice.composer.hover()
    expect(time).to_have_css("opacity", "0")
    alice.message(f"two of {alice.username}").hover()
    expect(time).to_have_css("opacity", "1")


def test_a_long_press_opens_the_menu_with_room_for_a_finger(sign_up: Newcomer) -> None:
    alice = sign_up("alice", **PHONE)
    alice.composer.fill("held")
    alice.page.get_by_role("button", name="Send").tap()
    alice.sees("held")
    long_press(alice, alice.message("held").last)
    menu = alice.page.get_by_role("menu", name="Message")
    expect(menu).to_be_visible()
    heights = menu.get_by_role("menuitem").evaluate_all("all => all.map(one => one.offsetHeight)")
    assert min(heights) >= 44
    menu.get_by_role("menuitem", name="Edit").tap()
    expect(alice.composer).to_have_value("held")
