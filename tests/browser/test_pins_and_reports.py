"""What is pinned, live and in its list; and what is reported."""

import re

from playwright.sync_api import Locator, expect

from tests.browser.conftest import Newcomer
from tests.browser.line import Line
from tests.browser.person import Person
from tests.browser.rooms import meet
from tests.browser.test_message_actions import choose
from tests.server import Server


def open_pins(person: Person) -> Locator:
    person.page.get_by_role("button", name="Pinned messages").click()
    return person.page.get_by_role("dialog", name="Pinned messages")


def test_a_pin_is_seen_by_all_and_found_in_the_list(sign_up: Newcomer, server: Server) -> None:
    alice, bob = sign_up("alice"), sign_up("bob")
    meet(server, alice, bob)
    bob.say("The plan for **Friday**")
    alice.sees("The plan for Friday")
    panel = open_pins(bob)
    expect(panel).to_contain_text("Nothing is pinned in this room.")
    choose(alice, alice.message("The plan for Friday"), "Pin")
    expect(panel.get_by_role("listitem")).to_contain_text("The plan for Friday")
    expect(panel.get_by_role("button", name="Unpin")).to_be_hidden()  # a member does not
    panel.get_by_role("link", name="Go to message").click()
    expect(panel).to_have_count(0)
    message = bob.message("The plan for Friday")
    expect(message).to_have_class(re.compile("is-target"))
    expect(message).to_contain_text("Pinned")
    open_pins(alice).get_by_role("button", name="Unpin").click()
    expect(alice.page.get_by_role("dialog")).to_contain_text("Nothing is pinned")
    expect(message.get_by_text("Pinned")).to_have_count(0)


def report(person: Person, message: Locator, reason: str) -> None:
    choose(person, message, "Report")
    dialog = person.page.get_by_role("dialog", name="Report this message")
    dialog.get_by_role("textbox").fill(reason)
    dialog.get_by_role("button", name="Report").click()
    expect(dialog).to_have_count(0)


def test_a_report_is_made_with_a_reason_and_the_author_hears_nothing(
    sign_up: Newcomer, server: Server
) -> None:
    alice, bob = sign_up("alice"), sign_up("bob")
    meet(server, alice, bob)
    bob.say("Buy now!")
    alice.sees("Buy now!")
    choose(alice, alice.message("Buy now!"), "Report")
    dialog = alice.page.get_by_role("dialog", name="Report this message")
    expect(dialog).to_contain_text("Buy now!")
    expect(dialog).to_contain_text("can read it only as an owner of this site")
    expect(dialog.get_by_role("textbox")).to_be_focused()
    alice.page.keyboard.type("Advertising.")
    dialog.get_by_role("button", name="Report").click()
    expect(alice.page.get_by_text("Reported. Thank you for telling.")).to_be_visible()
    expect(bob.page.get_by_text("Reported")).to_have_count(0)


def test_who_keeps_order_is_told_of_a_report_and_decides(sign_up: Newcomer, server: Server) -> None:
    alice, bob = sign_up("alice"), sign_up("bob")
    meet(server, alice, bob)
    bob.say("Buy now!")
    alice.sees("Buy now!")
    report(alice, alice.message("Buy now!"), "Advertising.")
    flag = alice.page.get_by_role("button", name="Reports 1")
    flag.click()
    panel = alice.page.get_by_role("dialog", name="Reports")
    expect(panel.get_by_role("listitem").first).to_contain_text("Buy now!")
    expect(panel).to_contain_text("Advertising.")
    panel.get_by_role("button", name="Remove message").click()
    alice.page.get_by_role("button", name="Delete", exact=True).click()
    expect(panel).to_contain_text("Nothing waits for a decision.")
    alice.page.keyboard.press("Escape")
    expect(alice.log).to_be_focused()  # for the flag is gone
    expect(flag).to_have_count(0)
    expect(bob.log).to_contain_text("This message was deleted.")
    expect(bob.page.get_by_role("button", name="Reports")).to_have_count(0)


def test_a_refused_report_keeps_the_words(sign_up: Newcomer) -> None:
    alice, bob = sign_up("alice"), sign_up("bob")
    line = Line(alice.context)
    alice.page.reload()
    alice.arrives()
    text = f"spam of {bob.username}"
    bob.say(text)
    alice.sees(text)
    line.refuse("message.report", "not_found")
    choose(alice, alice.message(text), "Report")
    dialog = alice.page.get_by_role("dialog", name="Report this message")
    dialog.get_by_role("textbox").fill("Advertising.")
    dialog.get_by_role("button", name="Report").click()
    expect(dialog).to_contain_text("Couldn't report the message. It is no longer there.")
    expect(dialog.get_by_role("textbox")).to_have_value("Advertising.")
