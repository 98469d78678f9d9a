"""Each shortcut does what the help says, where it says so, and nothing where one writes or composes."""

import json
import re
import secrets

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.accessible import DESKTOP, PHONE
from tests.browser.conftest import Newcomer
from tests.browser.line import Line
from tests.browser.person import Person
from tests.browser.rooms import fill, make_room, meet
from tests.browser.test_conversation import press_enter
from tests.browser.test_message_actions import PHONE as TOUCH
from tests.browser.test_rooms import create
from tests.server import Server


def dialog(person: Person) -> Locator:
    return person.page.get_by_role("dialog")


def press(person: Person, *keys: str) -> None:
    for key in keys:
        person.page.keyboard.press(key)


def title(person: Person) -> Locator:
    return person.page.locator(".room__name")


def open_room(person: Person, name: str) -> None:
    person.page.locator("#room-list").get_by_role("link", name=name).click()
    expect(title(person)).to_have_text(name)


def open_switcher(person: Person) -> None:
    """Ready for what is typed, which its dialog is not while it says that it is loading."""
    press(person, "Control+k")
    expect(dialog(person).get_by_role("combobox")).to_be_focused()


# The page reads what it starts from once, by this.
PREFER = """
const parse = JSON.parse;
JSON.parse = (text) => {
  const value = parse(text);
  return value?.welcome && value.strings ? { ...value, preferences: %s } : value;
};
"""


def prefer(person: Person, **preferences: bool) -> None:
    """As if this had been chosen in the settings."""
    person.context.add_init_script(PREFER % json.dumps(preferences))
    person.page.reload()
    person.arrives()


@pytest.fixture
def alice(sign_up: Newcomer) -> Person:
    return sign_up("alice", viewport=DESKTOP)


@pytest.fixture
def talk(alice: Person, server: Server) -> Person:
    """Alice in a room of her own, with three lines in it."""
    meet(server, alice)
    for text in ("one", "two", "three"):
        alice.say(text)
        alice.sees(text)
    alice.log.focus()
    return alice


class TestRooms:
    def test_the_switcher_goes_to_a_room_by_a_part_of_its_name(
        self, alice: Person, server: Server
    ) -> None:
        name = make_room(server, alice)
        open_switcher(alice)
        alice.page.keyboard.type(name[3:])
        expect(dialog(alice).get_by_role("option", selected=True)).to_contain_text(name)
        press(alice, "Enter")
        expect(title(alice)).to_have_text(name)
        expect(alice.composer).to_be_focused()

    def test_the_switcher_has_what_is_unread_first_and_the_arrows_choose(
        self, sign_up: Newcomer, alice: Person, server: Server
    ) -> None:
        bob = sign_up("bob")
        mark = secrets.token_hex(3)
        read, new = (make_room(server, alice, bob, name=f"{one}{mark}") for one in "ab")
        open_room(bob, new)
        bob.say("news")
        unread = alice.page.locator('[data-section="unread"]')
        expect(unread.get_by_text(new)).to_be_visible()
        open_switcher(alice)
        alice.page.keyboard.type(mark)
        names = dialog(alice).locator(".option__name")
        expect(names).to_have_text([new, read])
        press(alice, "ArrowDown", "ArrowDown", "ArrowUp")
        expect(dialog(alice).get_by_role("option", selected=True)).to_contain_text(read)
        press(alice, "Enter")
        expect(title(alice)).to_have_text(read)

    def test_the_switcher_opens_a_conversation_with_somebody_new(
        self, sign_up: Newcomer, alice: Person
    ) -> None:
        bob = sign_up("bob")
        open_switcher(alice)
        alice.page.keyboard.type(bob.username)
        expect(dialog(alice).get_by_role("option")).to_contain_text([bob.username])
        press(alice, "Enter")
        expect(alice.page).to_have_url(re.compile("/direct/"))
        expect(title(alice)).to_have_text(bob.username)
        open_switcher(alice)
        alice.page.keyboard.type(bob.username)
        expect(dialog(alice).get_by_role("group", name="Direct")).to_contain_text(bob.username)

    def test_the_switcher_joins_a_public_room_that_one_is_not_in(
        self, sign_up: Newcomer, alice: Person
    ) -> None:
        bob = sign_up("bob")
        harbour = f"Harbour {secrets.token_hex(3)}"
        create(bob, harbour)
        open_switcher(alice)
        alice.page.keyboard.type(harbour)
        offered = dialog(alice).get_by_role("group", name="Rooms to join")
        expect(offered.get_by_role("option")).to_contain_text([harbour])
        press(alice, "Enter")
        expect(title(alice)).to_have_text(harbour)
        expect(alice.composer).to_be_enabled()

    def test_the_switcher_says_when_there_is_nothing_and_gives_the_focus_back(
        self, talk: Person
    ) -> None:
        press(talk, "k")
        expect(talk.messages.last).to_be_focused()
        open_switcher(talk)
        talk.page.keyboard.type("nobody is called this")
        expect(dialog(talk).get_by_text("No room and nobody by that name.")).to_be_visible()
        press(talk, "Escape")
        expect(dialog(talk)).to_have_count(0)
        expect(talk.messages.last).to_be_focused()

    def test_its_key_is_heard_right_after_another_dialog_was_closed(self, alice: Person) -> None:
        alice.page.evaluate("document.activeElement.blur()")  # nothing gets the focus back
        for _ in range(5):
            press(alice, "Control+/")
            expect(dialog(alice)).to_be_visible()
            press(alice, "Escape")
            open_switcher(alice)
            press(alice, "Escape")
            expect(dialog(alice)).to_have_count(0)

    def test_its_key_closes_it_again(self, alice: Person) -> None:
        alice.composer.focus()
        open_switcher(alice)
        press(alice, "Control+k")
        expect(dialog(alice)).to_have_count(0)
        expect(alice.composer).to_be_focused()

    def test_alt_and_the_arrows_walk_through_the_rooms_also_while_writing(
        self, alice: Person, server: Server
    ) -> None:
        mark = secrets.token_hex(3)
        first, second = (make_room(server, alice, name=f"{one}{mark}") for one in "xy")
        expect(alice.page.locator("#room-list").get_by_text(second)).to_be_visible()
        open_room(alice, first)
        alice.composer.fill("a draft")
        press(alice, "Alt+ArrowDown")
        expect(title(alice)).to_have_text(second)
        expect(alice.composer).to_have_value("")
        press(alice, "Alt+ArrowUp")
        expect(title(alice)).to_have_text(first)
        expect(alice.composer).to_have_value("a draft")

    def test_with_shift_they_go_where_something_is_new(
        self, sign_up: Newcomer, alice: Person, server: Server
    ) -> None:
        bob = sign_up("bob")
        mark = secrets.token_hex(3)
        here, _, new = (make_room(server, alice, bob, name=f"{one}{mark}") for one in "xyz")
        open_room(alice, here)
        open_room(bob, new)
        bob.say("news")
        expect(alice.page.locator('[data-section="unread"]').get_by_text(new)).to_be_visible()
        press(alice, "Alt+Shift+ArrowDown")
        expect(title(alice)).to_have_text(new)
        alice.sees("news")
        open_room(bob, here)
        bob.say("more of it")
        expect(alice.page.locator('[data-section="unread"]').get_by_text(here)).to_be_visible()
        press(alice, "Alt+Shift+ArrowUp")
        expect(title(alice)).to_have_text(here)
        alice.sees("more of it")
        press(alice, "Alt+Shift+ArrowUp")
        expect(title(alice)).to_have_text(here)
        expect(alice.page.locator("#notice")).to_have_text("No other room has anything new.")


class TestMessages:
    def test_j_and_k_walk_through_the_messages(self, talk: Person) -> None:
        press(talk, "k", "k")
        expect(talk.message("two")).to_be_focused()
        press(talk, "j")
        expect(talk.message("three")).to_be_focused()

    def test_r_replies_and_escape_takes_that_back(self, talk: Person) -> None:
        press(talk, "k", "k", "r")
        expect(talk.page.locator(".composer-context")).to_contain_text("two")
        expect(talk.composer).to_be_focused()
        expect(talk.composer).to_have_value("")
        press(talk, "Escape")
        expect(talk.page.locator(".composer-context")).to_be_hidden()

    def test_e_edits_ones_own_and_not_anothers(self, sign_up: Newcomer, server: Server) -> None:
        alice, bob = sign_up("alice"), sign_up("bob")
        meet(server, alice, bob)
        alice.say("mine")
        bob.sees("mine")
        bob.log.focus()
        press(bob, "k", "e")
        expect(bob.message("mine")).to_be_focused()
        alice.sees("mine")
        alice.log.focus()
        press(alice, "k", "e")
        expect(alice.composer).to_have_value("mine")

    def test_plus_reacts_and_gives_the_focus_back(self, talk: Person) -> None:
        press(talk, "k", "+")
        expect(talk.page.get_by_role("listbox", name="Emoji")).to_be_visible()
        talk.page.keyboard.type("tada")
        expect(talk.page.get_by_role("option", selected=True)).to_have_text("🎉")
        press(talk, "Enter")
        expect(talk.message("three").locator(".reaction[data-emoji]")).to_contain_text("🎉")
        expect(talk.message("three")).to_be_focused()

    def test_shift_and_u_leave_it_unread(self, talk: Person) -> None:
        press(talk, "k", "k", "Shift+U")
        expect(talk.log.locator(".new-divider + .message, .new-divider ~ .message")).to_have_text(
            [re.compile("two"), re.compile("three")]
        )

    def test_without_a_message_in_focus_the_pointer_says_which(self, talk: Person) -> None:
        talk.message("one").hover()
        press(talk, "r")
        expect(talk.page.locator(".composer-context")).to_contain_text("one")

    def test_end_goes_to_the_latest(self, alice: Person, server: Server) -> None:
        name = make_room(server, alice)
        fill(server, name, 120)
        alice.page.goto(f"{alice.site}/rooms/{name}/5/")
        alice.arrives()
        expect(alice.message("message 5")).to_be_focused()
        press(alice, "End")
        expect(alice.message("message 120")).to_be_in_viewport()

    def test_end_goes_to_the_latest_also_once_there_is_a_connection(
        self, alice: Person, server: Server
    ) -> None:
        name = make_room(server, alice)
        fill(server, name, 120)
        alice.may_lose_connection = True
        line = Line(alice.context)
        line.cut()
        alice.page.goto(f"{alice.site}/rooms/{name}/5/")
        alice.arrives(is_connected=False)
        expect(alice.message("message 5")).to_be_focused()
        press(alice, "End")
        expect(alice.page.locator("#banner")).to_be_visible()
        press(alice, "End")
        expect(alice.page.get_by_text("The latest messages will show once")).to_be_visible()
        line.mend()
        expect(alice.message("message 120")).to_be_in_viewport()


class TestEscape:
    def test_it_goes_to_writing(self, talk: Person) -> None:
        press(talk, "k", "Escape")
        expect(talk.composer).to_be_focused()

    def test_what_is_on_top_goes_first(self, talk: Person) -> None:
        press(talk, "k", "r")
        talk.log.focus()
        talk.page.locator(".account-menu > summary").click()
        press(talk, "Escape")
        expect(talk.page.locator(".account-menu__items")).to_be_hidden()
        expect(talk.page.locator(".account-menu > summary")).to_be_focused()
        press(talk, "Escape")
        expect(talk.composer).to_be_focused()
        expect(talk.page.locator(".composer-context")).to_be_visible()
        press(talk, "Escape")
        expect(talk.page.locator(".composer-context")).to_be_hidden()

    def test_a_pane_that_covers_the_room_is_closed(self, sign_up: Newcomer) -> None:
        alice = sign_up("alice", viewport=PHONE)
        alice.page.get_by_role("button", name="People", exact=True).click()
        expect(alice.composer).not_to_be_in_viewport()
        press(alice, "Escape")
        expect(alice.composer).to_be_in_viewport()


class TestHelp:
    @pytest.mark.parametrize("keys", ["?", "Control+/"])
    def test_its_keys_open_it_and_the_focus_comes_back(self, talk: Person, keys: str) -> None:
        press(talk, "k", keys)
        expect(dialog(talk)).to_have_accessible_name("Keyboard shortcuts")
        line = dialog(talk).locator(".shortcuts__line").filter(has_text="Go to a room or a person")
        expect(line.locator("kbd")).to_have_text(["Ctrl", "K"])
        press(talk, "Escape")
        expect(dialog(talk)).to_have_count(0)
        expect(talk.message("three")).to_be_focused()

    def test_it_is_in_the_menu_of_ones_account(self, alice: Person) -> None:
        alice.page.locator(".account-menu > summary").click()
        button = alice.page.get_by_role("button", name="Keyboard shortcuts")
        expect(button).to_have_attribute("aria-keyshortcuts", "? Control+/")
        button.click()
        expect(dialog(alice).get_by_role("heading", name="Writing")).to_be_visible()
        press(alice, "Escape")
        expect(button).to_be_focused()

    def test_below_a_dialog_nothing_is_within_reach(self, talk: Person) -> None:
        press(talk, "?")
        expect(dialog(talk)).to_be_visible()
        press(talk, "j", "r", "/")
        expect(dialog(talk)).to_have_count(1)
        expect(talk.page.locator(".composer-context")).to_be_hidden()
        expect(talk.page.locator("#search")).to_be_hidden()


class TestInAField:
    def test_single_characters_are_written(self, talk: Person) -> None:
        talk.composer.focus()
        talk.page.keyboard.type("jkre+?/U")
        expect(talk.composer).to_have_value("jkre+?/U")
        expect(dialog(talk)).to_have_count(0)

    def test_an_input_method_sets_nothing_off(self, talk: Person) -> None:
        cdp = talk.page.context.new_cdp_session(talk.page)
        talk.composer.focus()
        cdp.send("Input.imeSetComposition", {"text": "ni", "selectionStart": 2, "selectionEnd": 2})
        for key in ("Enter", "Escape", "k"):
            code = {"key": key, "code": key, "windowsVirtualKeyCode": 229, "modifiers": 2}
            cdp.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **code})
        press_enter(cdp, 229)
        expect(dialog(talk)).to_have_count(0)
        expect(talk.composer).to_have_value("ni")
        expect(talk.waiting).to_have_count(0)
        expect(talk.messages).to_have_count(talk.messages.count())


class TestPreferences:
    def test_single_keys_can_be_switched_off(self, talk: Person) -> None:
        prefer(talk, single_keys=False, enter_sends=True)
        talk.log.focus()
        press(talk, "k", "?", "/")
        expect(talk.log).to_be_focused()
        expect(dialog(talk)).to_have_count(0)
        press(talk, "Control+/")
        expect(dialog(talk)).to_contain_text("switched off in your settings")
        expect(dialog(talk).get_by_text("Reply")).to_have_count(0)

    def test_where_enter_breaks_the_line_ctrl_and_enter_send(self, talk: Person) -> None:
        prefer(talk, single_keys=True, enter_sends=False)
        talk.composer.press_sequentially("over")
        talk.composer.press("Enter")
        talk.composer.press_sequentially("two lines")
        expect(talk.composer).to_have_value("over\ntwo lines")
        talk.composer.press("Control+Enter")
        expect(talk.message("over\ntwo lines")).to_have_count(1)

    def test_a_key_that_is_held_sends_once_and_writes_nothing(self, talk: Person) -> None:
        talk.composer.fill("held")
        talk.page.keyboard.down("Enter")
        talk.page.keyboard.down("Enter")
        talk.page.keyboard.up("Enter")
        expect(talk.message("held")).to_have_count(1)
        expect(talk.composer).to_have_value("")

    def test_on_glass_enter_never_sends(self, sign_up: Newcomer) -> None:
        alice = sign_up("alice", **TOUCH)
        alice.composer.press_sequentially("over")
        alice.composer.press("Enter")
        expect(alice.composer).to_have_value("over\n")
        expect(alice.composer).to_have_attribute("enterkeyhint", "enter")
