"""The looks one can choose: light or dark, dense or not, and what the system forces."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Newcomer
from tests.browser.person import Person

LIGHT, DARK = "rgb(251, 250, 248)", "rgb(22, 21, 19)"


def ground(person: Person) -> str:
    return str(person.measure("getComputedStyle(document.documentElement).backgroundColor"))


def attribute(person: Person, name: str, value: str) -> None:
    person.measure(f"document.documentElement.dataset.{name} = {value!r}")


@pytest.mark.parametrize("system", ["light", "dark"])
def test_the_theme_is_the_systems_until_one_chooses(sign_up: Newcomer, system: str) -> None:
    alice = sign_up("alice", color_scheme=system)
    assert ground(alice) == (LIGHT if system == "light" else DARK)
    attribute(alice, "theme", "light")
    assert ground(alice) == LIGHT
    attribute(alice, "theme", "dark")
    assert ground(alice) == DARK
    scheme = "getComputedStyle(document.querySelector('#draft')).colorScheme"
    assert alice.measure(scheme) == "dark"


def test_compact_puts_more_on_the_screen_and_leaves_fingers_their_room(sign_up: Newcomer) -> None:
    alice = sign_up("alice")
    finger = sign_up("bob", viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    before = row_height(alice), row_height(finger)
    for person in (alice, finger):
        attribute(person, "density", "compact")
    assert row_height(alice) < before[0]
    assert row_height(finger) == before[1] >= 44


def row_height(person: Person) -> float:
    return float(
        person.measure("document.querySelector('.room-row').getBoundingClientRect().height")
    )


def test_text_follows_the_size_set_in_the_browser(sign_up: Newcomer) -> None:
    alice = sign_up("alice")
    alice.say("hello")
    alice.sees("hello")
    size = "parseFloat(getComputedStyle(document.querySelector('.message__text')).fontSize)"
    assert alice.measure(size) == 15
    alice.measure("document.documentElement.style.fontSize = '32px'")
    assert alice.measure(size) == 30
    assert alice.overflow() <= 0


def test_with_forced_colours_the_open_room_is_still_marked(sign_up: Newcomer) -> None:
    alice = sign_up("alice", forced_colors="active")
    current = alice.page.locator("#room-list a[aria-current]")
    expect(current).to_be_visible()
    assert style(alice, "#room-list a[aria-current]", "outlineStyle") == "solid"


def test_with_less_motion_nothing_moves(sign_up: Newcomer) -> None:
    alice = sign_up("alice", reduced_motion="reduce")
    alice.say("hello")
    alice.sees("hello")
    assert style(alice, ".composer__send", "transitionDuration") == "0s"


def style(person: Person, selector: str, name: str) -> Any:
    return person.measure(f"getComputedStyle(document.querySelector({selector!r})).{name}")
