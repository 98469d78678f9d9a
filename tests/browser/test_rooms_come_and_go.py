"""A room that is gained, lost and gained again while its page is open."""

import secrets

from playwright.sync_api import expect

from tests.browser.conftest import Newcomer
from tests.browser.line import Line
from tests.server import Server

MAKE = """
from accounts.models import User
from chat.actions.rooms import add_member, create_room
owner, member = (User.objects.get(username=name) for name in ({owner!r}, {member!r}))
room = create_room(kind="private", name={name!r}, owner=owner)
add_member(room.pk, member)
print(room.pk)
"""


def test_a_room_can_be_used_as_soon_as_it_is_there_and_again(
    sign_up: Newcomer, server: Server
) -> None:
    alice, bob = sign_up("alice"), sign_up("bob")
    line = Line(alice.context)
    alice.page.reload()
    alice.arrives()
    alice.say("The line is open.")
    alice.sees("The line is open.")
    name = f"atelier{secrets.token_hex(3)}"
    code = MAKE.format(owner=bob.username, member=alice.username, name=name)
    room = {"id": int(server.manage("shell", "--verbosity=0", "--command", code)), "name": name}
    room |= {"slug": name, "kind": "private", "topic": "", "role": "member", "notify": "all"}
    room |= {"first_seq": 1, "last_seq": 0, "last_rev": 2, "members": 2, "last_at": None}
    room |= {"archived_at": None, "slow_mode": 0, "read_seq": 0, "mentions": 0}

    line.tell(type="membership", room=room, users=[])
    alice.page.get_by_role("link", name=name).click()
    beginning = alice.log.get_by_role("heading", name="This is the beginning of")
    expect(beginning).to_contain_text(name)
    alice.composer.fill("Half a senten")

    line.tell(type="room_left", room=room["id"], reason="removed")
    expect(alice.log).to_contain_text("You are no longer in")
    expect(alice.page.get_by_role("button", name="Back to your rooms")).to_be_focused()
    expect(alice.page.get_by_role("link", name=name)).to_be_hidden()
    expect(alice.composer).to_be_hidden()

    line.tell(type="membership", room=room, users=[])
    expect(beginning).to_contain_text(name)
    expect(alice.composer).to_have_value("Half a senten")
    expect(alice.page.get_by_role("complementary", name="People")).to_contain_text(bob.username)

    line.tell(type="room_left", room=room["id"], reason="removed")
    alice.page.get_by_role("link", name="general").click()
    alice.say("The other room is not affected.")
    alice.sees("The other room is not affected.")
