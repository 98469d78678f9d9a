"""A room that is gained, lost and gained again while its page is open."""

import secrets

from playwright.sync_api import expect

from tests.browser.conftest import Newcomer
from tests.server import Server

PEOPLE = """
from accounts.models import User
from chat.actions.members import remove_member
from chat.actions.rooms import add_member, create_room
from chat.models import Room
from chat.protocol.commands import RoomRemove
owner, member = (User.objects.get(username=name) for name in ({owner!r}, {member!r}))
"""
MAKE = (
    "room = create_room(kind='private', name={name!r}, slug={name!r}, owner=owner);"
    "add_member(room.pk, member)"
)
ADD = "add_member(Room.objects.get(slug={name!r}).pk, member)"
REMOVE = (
    "room = Room.objects.get(slug={name!r});"
    "remove_member(owner.pk, RoomRemove(id='1', room=room.pk, user=member.pk))"
)


def test_a_room_can_be_used_as_soon_as_it_is_there_and_again(
    sign_up: Newcomer, server: Server
) -> None:
    alice, bob = sign_up("alice"), sign_up("bob")
    name = f"atelier{secrets.token_hex(3)}"

    def have(what: str) -> None:
        code = (PEOPLE + what).format(owner=bob.username, member=alice.username, name=name)
        server.run(code)

    have(MAKE)
    alice.page.get_by_role("link", name=name).click()
    beginning = alice.log.get_by_role("heading", name="This is the beginning of")
    expect(beginning).to_contain_text(name)
    alice.composer.fill("Half a senten")

    have(REMOVE)
    expect(alice.log).to_contain_text("You were removed from")
    expect(alice.page.get_by_role("button", name="Back to your rooms")).to_be_focused()
    expect(alice.page.get_by_role("link", name=name)).to_be_hidden()
    expect(alice.composer).to_be_hidden()

    have(ADD)
    expect(beginning).to_contain_text(name)
    expect(alice.composer).to_have_value("Half a senten")
    expect(alice.page.get_by_role("complementary", name="People")).to_contain_text(bob.username)

    have(REMOVE)
    expect(alice.log).to_contain_text("You were removed from")
    alice.measure("globalThis.isSamePage = true")
    alice.page.set_viewport_size({"width": 390, "height": 844})
    alice.page.get_by_role("link", name="Back to rooms").click()
    alice.page.get_by_role("link", name="general").click()
    assert alice.measure("globalThis.isSamePage")
    alice.say("The other room is not affected.")
    alice.sees("The other room is not affected.")
