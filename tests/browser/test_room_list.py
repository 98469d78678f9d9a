"""The list of rooms: its sections, its filter, and the keyboard's way through it."""

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Newcomer
from tests.browser.person import Person
from tests.browser.rooms import make_room
from tests.browser.test_rooms import pick
from tests.server import Server

SIZES = {"wide": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}


def field(person: Person) -> Locator:
    return person.page.get_by_label("Go to a room")


def shown(person: Person) -> list[str]:
    return person.page.locator("#room-list a:visible .room-row__name").all_inner_texts()


def title(person: Person) -> Locator:
    return person.page.get_by_role("main").get_by_role("heading", level=1)


@pytest.mark.parametrize("size", SIZES)
def test_a_name_is_typed_and_entered(sign_up: Newcomer, server: Server, size: str) -> None:
    alice = sign_up("alice", viewport=SIZES[size])
    names = [
        make_room(server, alice, name=f"{word}{alice.username}") for word in ("茶水间", "Café")
    ]
    if size == "phone":
        alice.page.get_by_role("link", name="Back to rooms").click()
    for typed, name in (("茶水", names[0]), ("cafe", names[1])):
        field(alice).fill(typed)
        expect(alice.page.locator("#room-list a:visible")).to_have_count(1)
        assert shown(alice) == [name]
    field(alice).press("Enter")
    expect(title(alice)).to_have_text(names[1])
    expect(field(alice)).to_have_value("")


def test_the_arrows_walk_and_escape_clears(sign_up: Newcomer, server: Server) -> None:
    alice = sign_up("alice")
    first, second = sorted(make_room(server, alice) for _ in range(2))
    for name in (first, second):
        expect(alice.page.locator("#room-list").get_by_role("link", name=name)).to_be_visible()
    field(alice).fill("atelier")
    field(alice).press("ArrowDown")
    alice.page.keyboard.press("ArrowDown")
    expect(alice.page.locator("#room-list").get_by_role("link", name=second)).to_be_focused()
    alice.page.keyboard.press("Escape")
    expect(field(alice)).to_be_focused()
    expect(field(alice)).to_have_value("")
    assert {first, second, "general"} <= set(shown(alice))
    field(alice).fill("no such room")
    expect(alice.page.get_by_text("No room by that name.")).to_be_visible()


def test_what_an_input_method_has_not_finished_filters_nothing(
    sign_up: Newcomer, server: Server
) -> None:
    alice = sign_up("alice")
    make_room(server, alice, name=f"茶水间{alice.username}")
    field(alice).focus()
    cdp = alice.context.new_cdp_session(alice.page)
    cdp.send("Input.imeSetComposition", {"text": "cha", "selectionStart": 3, "selectionEnd": 3})
    expect(field(alice)).to_have_value("cha")
    another = make_room(server, alice)  # the list is drawn anew
    expect(alice.page.locator("#room-list").get_by_role("link", name=another)).to_be_visible()
    assert "general" in shown(alice)
    cdp.send("Input.insertText", {"text": "茶"})
    expect(alice.page.locator("#room-list a:visible")).to_have_count(1)


def test_direct_rooms_stand_by_who_wrote_last(sign_up: Newcomer) -> None:
    alice, bob, carol = (sign_up(name) for name in ("alice", "bob", "carol"))
    for other in (bob, carol, bob):
        write_to(alice, other)
    direct = alice.page.locator("[data-section=direct] .room-row__name")
    expect(direct).to_have_text([bob.username, carol.username])
    alice.page.reload()
    alice.arrives()
    expect(direct).to_have_text([bob.username, carol.username])


def write_to(person: Person, other: Person) -> None:
    person.page.get_by_role("button", name="New conversation").click()
    pick(person, other)
    person.page.get_by_role("dialog").get_by_role("button", name="Open").click()
    expect(title(person)).to_have_text(other.username)
    person.say("hello")
    person.sees("hello")


def test_who_has_written_to_nobody_is_invited_to(sign_up: Newcomer) -> None:
    alice = sign_up("alice")
    alice.page.get_by_role("button", name="Write to somebody").click()
    expect(alice.page.get_by_role("dialog", name="New conversation")).to_be_visible()


MAKE_MANY = """
from accounts.models import User
from chat.actions.rooms import create_room
owner = User.objects.get(username={username!r})
for number in range(30):
    create_room(kind="private", name=f"hall {{number:02}}", owner=owner)
"""


def test_the_open_room_is_in_sight_in_a_long_list(sign_up: Newcomer, server: Server) -> None:
    alice = sign_up("alice", viewport={"width": 1280, "height": 600})
    server.run(MAKE_MANY.format(username=alice.username))
    for name in ("hall 29", "hall 00"):
        alice.page.keyboard.press("Control+k")
        alice.page.keyboard.type(name)
        expect(alice.page.get_by_role("option", selected=True)).to_contain_text(name)
        alice.page.keyboard.press("Enter")
        row = alice.page.locator("#room-list").get_by_role("link", name=name)
        expect(row).to_be_in_viewport(ratio=1)
