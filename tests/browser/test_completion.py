"""Completing people, rooms and emoji while writing, by keyboard."""

from playwright.sync_api import Locator, expect

from tests.browser.conftest import Newcomer
from tests.browser.person import Person
from tests.browser.rooms import make_room
from tests.browser.test_conversation import press_enter
from tests.server import Server


def offers(person: Person) -> Locator:
    return person.page.get_by_role("listbox", name="Suggestions")


def test_a_person_is_completed_by_keyboard_and_the_message_not_sent(sign_up: Newcomer) -> None:
    alice, bob = sign_up("alice"), sign_up("bob")
    alice.page.reload()
    alice.arrives()
    alice.composer.press_sequentially(f"hi @{bob.username[:5]}")
    expect(offers(alice).get_by_role("option", selected=True)).to_contain_text(bob.username[:5])
    expect(alice.composer).to_have_attribute("aria-activedescendant", "completion-0")
    alice.composer.fill("")
    alice.composer.press_sequentially(f"hi @{bob.username[:-1]}")
    expect(offers(alice).get_by_role("option")).to_have_count(1)
    alice.composer.press("Enter")
    expect(alice.composer).to_have_value(f"hi @{bob.username} ")
    expect(offers(alice)).to_be_hidden()
    alice.composer.press_sequentially("there")
    alice.composer.press("Enter")
    bob.sees(f"hi @{bob.username} there")
    alice.composer.press_sequentially(f"hey @{bob.username}")  # typed to its end
    alice.composer.press("Enter")
    bob.sees(f"hey @{bob.username}")


def test_the_arrows_choose_tab_takes_and_escape_closes(sign_up: Newcomer) -> None:
    alice = sign_up("alice")
    alice.composer.press_sequentially(":hea")
    expect(offers(alice)).to_be_visible()
    alice.composer.press("ArrowDown")
    second = offers(alice).get_by_role("option").nth(1)
    expect(second).to_have_attribute("aria-selected", "true")
    mark = second.locator(".option__mark").inner_text()
    alice.composer.press("Tab")
    expect(alice.composer).to_have_value(mark)
    alice.composer.fill("")
    alice.composer.press_sequentially(":hea")
    expect(offers(alice)).to_be_visible()
    alice.composer.press("Escape")
    expect(offers(alice)).to_be_hidden()
    alice.composer.press_sequentially("r")
    expect(offers(alice)).to_be_hidden()  # it was refused for this word
    expect(alice.composer).to_have_value(":hear")


def test_everybody_is_offered_to_whoever_may_call_them(sign_up: Newcomer, server: Server) -> None:
    alice = sign_up("alice")
    mine = make_room(server, alice)
    alice.composer.press_sequentially("@room")  # in general she is a member like others
    expect(offers(alice)).to_be_hidden()
    alice.page.locator("#room-list").get_by_role("link", name=mine).click()
    expect(alice.page.get_by_role("heading", level=1)).to_have_text(mine)
    alice.composer.press_sequentially("@roo")
    expect(offers(alice).get_by_role("option")).to_contain_text("Everybody in this room")
    alice.composer.press("Tab")
    expect(alice.composer).to_have_value("@room ")


def test_a_room_is_completed(sign_up: Newcomer) -> None:
    alice = sign_up("alice")
    alice.composer.press_sequentially("see #")
    expect(offers(alice)).to_be_visible()
    alice.composer.press_sequentially("gen")
    expect(offers(alice).get_by_role("option", selected=True)).to_contain_text("general")
    alice.composer.press("Tab")
    expect(alice.composer).to_have_value("see #general ")


def test_what_was_offered_in_one_room_is_not_taken_in_another(
    sign_up: Newcomer, server: Server
) -> None:
    alice = sign_up("alice")
    another = make_room(server, alice)
    row = alice.page.locator("#room-list").get_by_role("link", name=another)
    expect(row).to_be_visible()
    alice.composer.press_sequentially("see #gen")
    expect(offers(alice)).to_be_visible()
    alice.composer.press("Alt+ArrowDown")
    expect(row).to_have_attribute("aria-current", "page")
    alice.composer.press("Tab")
    expect(alice.composer).to_have_value("")
    expect(offers(alice)).to_be_hidden()


def test_codes_become_emoji_when_typed_and_when_sent_but_not_in_code(sign_up: Newcomer) -> None:
    alice, bob = sign_up("alice"), sign_up("bob")
    alice.composer.press_sequentially("done :ta")
    expect(offers(alice)).to_be_visible()
    alice.composer.press_sequentially("da:")
    expect(alice.composer).to_have_value("done 🎉")
    alice.composer.fill("`:tada:` :+1: at 12:30:45")
    alice.composer.press("Enter")
    bob.sees(":tada: 👍 at 12:30:45")


def test_it_never_takes_the_keys_of_an_input_method(sign_up: Newcomer) -> None:
    alice, bob = sign_up("alice"), sign_up("bob")
    cdp = alice.page.context.new_cdp_session(alice.page)
    alice.composer.press_sequentially("@")
    expect(offers(alice)).to_be_visible()
    cdp.send("Input.imeSetComposition", {"text": "nihao", "selectionStart": 5, "selectionEnd": 5})
    expect(offers(alice)).to_be_hidden()
    press_enter(cdp, 229)
    cdp.send("Input.insertText", {"text": "你好"})
    expect(alice.composer).to_have_value("@你好")
    expect(bob.messages.filter(has_text="@你好")).to_have_count(0)


def test_the_emoji_button_puts_one_where_the_caret_is(sign_up: Newcomer) -> None:
    alice = sign_up("alice")
    alice.composer.fill("ab")
    alice.composer.press("ArrowLeft")
    alice.page.get_by_role("button", name="Choose an emoji").click()
    expect(alice.page.get_by_role("combobox", name="Search by name")).to_be_focused()
    alice.page.keyboard.type("tada")
    expect(alice.page.get_by_role("option", selected=True)).to_have_text("🎉")
    alice.page.keyboard.press("Enter")
    expect(alice.composer).to_have_value("a🎉b")
    expect(alice.composer).to_be_focused()
