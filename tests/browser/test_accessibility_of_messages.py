"""Axe in what opens from a message, by look and by size."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Newcomer
from tests.browser.person import Person
from tests.browser.test_accessibility import DESKTOP, PHONE, findings
from tests.browser.test_message_actions import choose, open_menu


def show_tools(person: Person) -> None:
    person.messages.last.focus()
    expect(person.messages.last.get_by_role("toolbar")).to_be_visible()


def show_menu(person: Person) -> None:
    open_menu(person, person.messages.last)


def show_deletion(person: Person) -> None:
    choose(person, person.messages.last, "Delete")


def show_history(person: Person) -> None:
    person.composer.press("ArrowUp")
    person.say("edited text ||hidden|| 👍")
    person.messages.last.get_by_role("button", name="edited").click()
    expect(person.page.get_by_role("dialog").get_by_role("listitem")).to_have_count(2)


def show_picker(person: Person) -> None:
    show_tools(person)
    person.messages.last.get_by_role("button", name="React").first.click()
    expect(person.page.get_by_role("option", name="grinning", exact=True)).to_be_visible()


def show_reaction_and_reply(person: Person) -> None:
    show_menu(person)
    person.page.get_by_role("menu").locator("[data-emoji]").first.click()
    choose(person, person.messages.last, "Reply")
    expect(person.messages.last.locator(".reaction[data-emoji]")).to_be_visible()


def show_pins(person: Person) -> None:
    person.page.get_by_role("button", name="Pinned messages").click()
    expect(person.page.get_by_role("dialog")).to_contain_text("Nothing is pinned")


def show_completion(person: Person) -> None:
    person.composer.press_sequentially(":hea")
    expect(person.page.get_by_role("option").first).to_be_visible()


STATES: list[Callable[[Person], None]] = [
    *[show_tools, show_menu, show_deletion, show_history, show_picker],
    *[show_reaction_and_reply, show_pins, show_completion],
]


@pytest.mark.timeout(120)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_axe_finds_nothing_in_what_a_message_opens(
    sign_up: Newcomer, scheme: str, viewport: dict[str, int]
) -> None:
    alice = sign_up("alice", color_scheme=scheme, viewport=viewport, bypass_csp=True)
    for state in STATES:
        alice.say(f"```py\nreturn 1  # {state.__name__}\n```\n||hidden||")
        expect(alice.messages.last).to_contain_text(state.__name__)
        state(alice)
        alice.page.wait_for_function("document.getAnimations().length === 0")
        assert findings(alice) == [], state.__name__
        alice.page.keyboard.press("Escape")
        alice.composer.fill("")
        alice.page.keyboard.press("Escape")
