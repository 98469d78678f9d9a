import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Newcomer
from tests.browser.person import Person
from tests.browser.rooms import meet
from tests.client import PASSWORD
from tests.server import Server

MOST_STOPS = 40
# An outline or a ring, on what has the focus or on the card or field around it.
IS_MARKED = """() => {
  const marked = (element) => {
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
    return (outlineStyle !== "none" && parseFloat(outlineWidth) > 0) || boxShadow !== "none";
  };
  const focused = document.activeElement;
  return focused !== document.body && (marked(focused) || marked(focused.parentElement));
}"""


def is_marked(person: Person) -> bool:
    return bool(person.page.evaluate(IS_MARKED))


def test_the_keyboard_alone_skips_to_the_composer_and_sends(sign_up: Newcomer) -> None:
    alice = sign_up("alice")
    alice.page.reload()
    expect(alice.page.locator("#draft:not([required])")).to_be_attached()  # the scripts run
    alice.page.keyboard.press("Tab")
    expect(alice.page.get_by_role("link", name="Skip to writing")).to_be_focused()
    alice.page.keyboard.press("Enter")
    expect(alice.composer).to_be_focused()
    alice.page.keyboard.type("Not one click.")
    alice.page.keyboard.press("Enter")
    alice.sees("Not one click.")


def test_every_stop_of_the_tab_key_is_marked(sign_up: Newcomer, server: Server) -> None:
    alice = sign_up("alice")
    meet(server, alice)
    alice.page.reload()
    alice.arrives()
    alice.page.keyboard.press("Tab")
    for _ in range(MOST_STOPS):
        where = alice.page.evaluate("document.activeElement.outerHTML.slice(0, 120)")
        assert is_marked(alice), f"no sign of the focus on {where}"
        if "composer__send" in where:
            return
        alice.page.keyboard.press("Tab")
    pytest.fail(f"the button that sends was not among the first {MOST_STOPS} stops")


def test_the_sign_in_form_marks_where_one_is(
    sign_up: Newcomer, visit: Newcomer, server: Server
) -> None:
    username = sign_up("alice").username
    alice = visit(server)
    alice.page.goto(f"{server.url}/accounts/login/")
    expect(alice.page.get_by_label("Username")).to_be_focused()  # by itself, with the first frame
    for text in (username, PASSWORD):
        assert is_marked(alice)
        alice.page.keyboard.type(text)
        alice.page.keyboard.press("Tab")
    alice.page.keyboard.press("Enter")
    expect(alice.log).to_be_visible()
