"""What the page tells of its connection to whoever asks."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Newcomer
from tests.browser.line import Line
from tests.browser.person import Person
from tests.browser.rooms import meet
from tests.server import Server

NO_CLIPBOARD = "Object.defineProperty(navigator, 'clipboard', { value: undefined })"


def inspect(person: Person) -> Locator:
    person.page.locator(".account-menu > summary").click()
    person.page.get_by_role("button", name="Connection").click()
    return person.page.get_by_role("dialog", name="Connection")


def fact(dialog: Locator, name: str) -> Locator:
    return dialog.locator(f'[data-fact="{name}"]')


def close(person: Person) -> None:
    person.page.keyboard.press("Escape")
    expect(person.page.get_by_role("dialog")).to_have_count(0)


def test_a_lost_connection_is_explained_while_it_is_away_and_counted_once_it_is_back(
    sign_up: Newcomer, start_server: Callable[..., Server]
) -> None:
    server = start_server()
    alice = sign_up("alice", server)
    dialog = inspect(alice)
    expect(fact(dialog, "state")).to_contain_text("Connected since")
    expect(fact(dialog, "reconnects")).to_have_text("0")
    expect(fact(dialog, "loss")).to_have_text("none")
    expect(fact(dialog, "trip")).to_contain_text("ms")
    close(alice)
    alice.may_lose_connection = True
    server.kill()
    alice.page.locator("#banner").get_by_role("button", name="Details").click()
    expect(fact(dialog, "loss")).to_contain_text("Connection lost.")
    alice.page.keyboard.press("Escape")
    alice.say("Waits for it.")
    alice.page.locator("#banner").get_by_role("button", name="Details").click()
    expect(fact(dialog, "unsent")).to_contain_text("1 waiting, 0 failed")
    server.start()
    expect(fact(dialog, "state")).to_contain_text("Connected since", timeout=30_000)
    expect(fact(dialog, "reconnects")).to_have_text("1")
    expect(fact(dialog, "loss")).to_contain_text("Connection lost.")
    expect(fact(dialog, "unsent")).to_have_text("none")


def test_a_gap_that_was_repaired_is_counted(sign_up: Newcomer, server: Server) -> None:
    alice, bob = sign_up("alice"), sign_up("bob")
    name = meet(server, alice, bob)
    line = Line(alice.context)
    alice.page.reload()
    alice.arrives()
    alice.say("It is connected.")
    alice.sees("It is connected.")
    line.lose_the_next_message()
    bob.say("Lost on its way.")
    bob.say("After the gap.")
    alice.sees("Lost on its way.")
    alice.sees("After the gap.")
    gaps = fact(inspect(alice), "gaps")
    expect(gaps).to_contain_text("1, the last in")
    expect(gaps).to_contain_text(name)


@pytest.mark.parametrize("has_clipboard", [True, False])
def test_the_report_holds_no_words_and_no_names(
    sign_up: Newcomer, server: Server, has_clipboard: bool
) -> None:
    alice = sign_up("alice", permissions=["clipboard-read", "clipboard-write"])
    name = meet(server, alice)
    alice.say("Nobody else's business.")
    alice.sees("Nobody else's business.")
    if not has_clipboard:
        alice.measure("globalThis.clipboard = navigator.clipboard")
        alice.measure(NO_CLIPBOARD)
    dialog = inspect(alice)
    dialog.get_by_role("button", name="Copy report").click()
    expect(dialog.get_by_role("status")).to_have_text("Copied.")
    report = alice.measure("(globalThis.clipboard ?? navigator.clipboard).readText()")
    assert "reconnects: 0" in report
    assert "server clock:" in report
    for secret in ("business", alice.username, name, "127.0.0.1", "general"):
        assert secret not in report
    expect(dialog.locator("tbody")).to_contain_text(name)
    close(alice)
    expect(alice.page.get_by_role("button", name="Connection")).to_be_focused()
