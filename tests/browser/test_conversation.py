from collections.abc import Callable

from playwright.sync_api import CDPSession, expect

from tests.browser.conftest import Newcomer
from tests.browser.person import Person
from tests.server import Server

RECONNECT = 40_000  # milliseconds; the longest of the client's own waits fits in


def press_enter(cdp: CDPSession, key_code: int) -> None:
    key = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": key_code}
    cdp.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **key})
    cdp.send("Input.dispatchKeyEvent", {"type": "keyUp", **key})


def say_together(alice: Person, bob: Person, turn: str, count: int = 3) -> list[str]:
    """Both write in turns; what they wrote."""
    said = []
    for number in range(count):
        for who, text in ((alice, f"{turn}: line {number}"), (bob, f"{turn}：第{number}行")):
            expect(who.composer).to_be_enabled()
            who.say(text)
            said.append(text)
    return said


def test_one_signs_up_and_is_in_a_room(visit: Newcomer, server: Server) -> None:
    alice = visit(server)
    alice.sign_up_by_form("alice")
    alice.say("Hello, everybody.")
    alice.sees("Hello, everybody.")


def test_two_people_read_each_other_live_and_in_order(sign_up: Newcomer) -> None:
    alice, bob = sign_up("alice"), sign_up("bob")
    lines = [
        "Good morning, Bob.",
        "早上好，爱丽丝！",
        "Shall we ship it today?",
        "好的，今天下午发布。",
    ]
    for number, line in enumerate(lines):
        writer, reader = (alice, bob) if number % 2 == 0 else (bob, alice)
        writer.say(line)
        for person in (writer, reader):
            expect(person.message(line)).to_have_count(1)
    assert alice.texts(4) == bob.texts(4) == lines


def test_messages_name_their_author(sign_up: Newcomer) -> None:
    alice, bob = sign_up("alice"), sign_up("bob")
    alice.say("Who wrote this?")
    author = bob.messages.last.locator(".message__author")
    expect(bob.messages.last).to_contain_text("Who wrote this?")
    expect(author).to_have_text(alice.username)


def test_the_enter_that_ends_a_composition_does_not_send(sign_up: Newcomer) -> None:
    alice = sign_up("alice")
    cdp = alice.page.context.new_cdp_session(alice.page)
    alice.composer.focus()
    cdp.send("Input.imeSetComposition", {"text": "nihao", "selectionStart": 5, "selectionEnd": 5})
    expect(alice.composer).to_have_value("nihao")
    press_enter(cdp, 229)
    expect(alice.composer).to_have_value("nihao")
    cdp.send("Input.insertText", {"text": "你好"})
    expect(alice.composer).to_have_value("你好")
    expect(alice.log.locator(".message").filter(has_text="nihao")).to_have_count(0)


def test_the_next_enter_sends_what_was_composed(sign_up: Newcomer) -> None:
    alice, bob = sign_up("alice"), sign_up("bob")
    cdp = alice.page.context.new_cdp_session(alice.page)
    alice.composer.focus()
    cdp.send("Input.imeSetComposition", {"text": "shijie", "selectionStart": 6, "selectionEnd": 6})
    press_enter(cdp, 229)
    cdp.send("Input.insertText", {"text": "世界"})
    expect(alice.composer).to_have_value("世界")
    press_enter(cdp, 229)  # Safari's Enter comes after the end and says only by its code what it is
    expect(alice.composer).to_have_value("世界")
    alice.page.keyboard.type("，你好", delay=40)
    alice.page.keyboard.press("Enter")
    expect(bob.message("世界，你好")).to_have_count(1)
    expect(bob.messages.filter(has_text="shijie")).to_have_count(0)


def test_shift_and_enter_make_a_new_line(sign_up: Newcomer) -> None:
    alice, bob = sign_up("alice"), sign_up("bob")
    alice.composer.press_sequentially("over")
    alice.composer.press("Shift+Enter")
    alice.composer.press_sequentially("two lines")
    expect(alice.composer).to_have_value("over\ntwo lines")
    alice.composer.press("Enter")
    expect(bob.message("over\ntwo lines")).to_have_count(1)


def test_a_killed_server_costs_no_message_and_doubles_none(
    sign_up: Newcomer, start_server: Callable[..., Server]
) -> None:
    server = start_server()
    alice, bob = sign_up("alice", server), sign_up("bob", server)
    said = say_together(alice, bob, "before")
    alice.may_lose_connection = bob.may_lose_connection = True
    server.kill()
    said += say_together(alice, bob, "while it is away")
    expect(alice.page.locator("#banner")).to_be_visible()
    server.start()
    said += say_together(alice, bob, "as it comes back")

    everything = len(said)
    for who in (alice, bob):
        expect(who.messages).to_have_count(everything, timeout=RECONNECT)
        expect(who.log.locator(".is-pending, .is-failed")).to_have_count(0)
        expect(who.page.locator("#banner")).to_be_hidden()
    shown = alice.texts(everything)
    assert bob.texts(everything) == shown
    assert sorted(shown) == sorted(said)
    for author in (said[::2], said[1::2]):
        assert [text for text in shown if text in author] == author

    for who in (alice, bob):
        who.page.reload()
        expect(who.messages).to_have_count(everything)
        assert who.texts(everything) == shown
