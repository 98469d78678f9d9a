import json
from pathlib import Path

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts import avatars
from accounts.models import User
from accounts.registration import register
from accounts.sessions import identify
from chat import search_index
from chat.actions import messages, pacing
from chat.actions.blocks import set_block
from chat.actions.messages import edit_message, pin_message
from chat.actions.reactions import add_reaction
from chat.models import AuditEntry, Block, Membership, Message, MessageEdit, Reaction, Room
from chat.protocol import commands
from tests.chat.operating import interrupting, refusal, run
from tests.chat.sending import say
from tests.chat.told import Told
from tests.chat.uploading import picture, stored_files, upload
from tests.chat.verifying import verify
from tests.client import PASSWORD, PROVE
from tests.people import make_direct, make_room

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("media")]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pacing, "PAUSE_SECONDS", 0)


@pytest.fixture
def talk(room: Room, alice: User, bob: User) -> Room:
    """Bob has said two things between two of Alice's, and hung something on one of hers."""
    say(alice, room, "hello @bob")
    file = upload(bob, room)
    say(bob, room, "hello @alice", attachments=[file.pk])
    say(bob, room, "secrets")
    say(alice, room, "hm")
    edit_message(bob.pk, commands.MessageEdit(id="1", room=room.pk, seq=3, body="secret"))
    add_reaction(bob.pk, commands.ReactionAdd(id="1", room=room.pk, seq=1, emoji="👍"))
    pin_message(alice.pk, commands.MessagePin(id="1", room=room.pk, seq=3))
    return room


def erase(*arguments: str) -> str:
    return run("erase_user", "bob", "--go", *arguments)


def test_at_first_it_only_says_what_would_go(talk: Room, bob: User) -> None:
    assert run("erase_user", "bob") == (
        "Would go: 2 messages, 1 reaction, 1 file, memberships in 2 rooms. Erase bob with --go.\n"
    )
    bob.refresh_from_db()
    assert (bob.is_active, bob.name) == (True, "Bob")


def test_what_they_said_goes_and_its_place_stays(talk: Room, bob: User, media: Path) -> None:
    ids = list(Message.objects.filter(author=bob).values_list("pk", flat=True))
    assert erase().endswith(f"The account is erased-{bob.pk} now.\n")
    rows = Message.objects.filter(room=talk).order_by("seq")
    said = [(row.seq, row.body, row.deleted_at is None) for row in rows if row.kind == "text"]
    assert said == [(1, "hello @bob", True), (2, "", False), (3, "", False), (4, "hm", True)]
    assert not MessageEdit.objects.exists()
    assert not Reaction.objects.exists()
    assert not Message.objects.filter(pinned_at__isnull=False).exists()
    assert search_index.read(ids) == {}
    assert stored_files(media) == []
    assert verify()[0] == 0


def test_nor_can_it_be_guessed_from_what_is_kept(
    talk: Room, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pacing, "FIRST", 1)
    assert any(Message.objects.filter(author=bob).values_list("draft_hash", flat=True))
    erase()
    kept = list(Message.objects.filter(author=bob).values_list("draft_hash", flat=True))
    assert (len(kept), any(kept)) == (2, False)


def test_the_account_is_nobodys(talk: Room, alice: User, bob: User, client: Client) -> None:
    client.force_login(bob)
    set_block(bob.pk, commands.BlockSet(id="1", user=alice.pk))
    photo = SimpleUploadedFile("me.png", picture())
    avatars.set_avatar(bob.pk, photo)
    User.objects.filter(pk=bob.pk).update(email="bob@example.org", status_text="out")
    erase()
    bob.refresh_from_db()
    assert (bob.username, bob.name) == (f"erased-{bob.pk}", "Erased account")
    assert (bob.email, bob.status_text, str(bob.avatar)) == (None, "", "")
    assert not bob.is_active
    assert not bob.has_usable_password()
    assert identify(client.session.session_key or "") is None
    assert not Block.objects.exists()
    assert not Membership.objects.active().filter(user=bob).exists()


def test_the_admins_history_forgets_the_name(talk: Room, alice: User, bob: User) -> None:
    User.objects.filter(pk=alice.pk).update(is_staff=True, is_superuser=True)
    owner = Client()
    owner.force_login(alice)
    owner.post(PROVE, {"password": PASSWORD})
    owner.post(f"/admin/accounts/user/{bob.pk}/change/", {"name": "Bobby"})
    assert LogEntry.objects.get().object_repr == "bob"
    erase()
    assert LogEntry.objects.get().object_repr == f"erased-{bob.pk}"


def test_who_is_only_called_erased_is_erased_as_well(bob: User) -> None:
    User.objects.filter(pk=bob.pk).update(username=f"erased-{bob.pk}", email="bob@example.org")
    run("deactivate_user", f"erased-{bob.pk}")
    run("erase_user", f"erased-{bob.pk}", "--go")
    bob.refresh_from_db()
    assert (bob.name, bob.email) == ("Erased account", None)


def test_the_username_is_free_again(talk: Room, bob: User) -> None:
    erase()
    assert register(username="bob", password=PASSWORD).pk != bob.pk


def test_open_pages_see_it(talk: Room, bob: User, told: Told) -> None:
    erase()
    gone = {event["message"]["seq"] for event in told.events if event["type"] == "message"}
    assert {2, 3} <= gone
    assert [event["user"] for event in told.events if event["type"] == "member"][-1] == bob.pk


def test_it_leaves_an_entry_in_the_audit_log(talk: Room, bob: User) -> None:
    erase()
    entry = AuditEntry.objects.get(action="user.erase")
    assert (entry.user_id, entry.details["messages"]) == (bob.pk, 2)


def test_to_erase_again_changes_nothing(talk: Room, bob: User) -> None:
    erase()
    talk.refresh_from_db()
    assert run("erase_user", f"erased-{bob.pk}", "--go").startswith("Erased: 0 messages")
    rev = talk.last_rev
    talk.refresh_from_db()
    assert talk.last_rev == rev
    assert AuditEntry.objects.filter(action="user.erase").count() == 1


def test_direct_conversations_stay_those_of_the_same_people(alice: User, bob: User) -> None:
    direct = make_direct(alice, bob)
    say(bob, direct, "psst")
    erase()
    assert Message.objects.get(room=direct, author=bob).body == ""
    assert verify()[0] == 0


def test_a_room_is_not_left_without_an_owner(alice: User, bob: User, carol: User) -> None:
    room = make_room(bob, carol, alice, name="Bob's")
    Membership.objects.filter(room=room, user=alice).update(role="moderator")
    erase()
    assert Membership.objects.get(room=room, user=alice).role == "owner"
    assert Membership.objects.get(room=room, user=carol).role == "member"


def test_what_was_interrupted_is_gone_on_with(
    talk: Room, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pacing, "FIRST", 1)
    with monkeypatch.context() as patch:
        once = interrupting(messages.empty_messages, 1)
        patch.setattr("chat.actions.erasure.empty_messages", once)
        assert refusal("erase_user", "bob", "--go")[0] == 1
    bob.refresh_from_db()
    assert (bob.is_active, bob.username) == (False, "bob")
    assert Message.objects.filter(author=bob, deleted_at=None).count() == 1
    erase()
    assert not Message.objects.filter(author=bob, deleted_at=None).exists()


def test_the_only_owner_of_the_site_stays(db: None) -> None:
    register(username="olga", password=PASSWORD, is_superuser=True, is_staff=True)
    code, line = refusal("erase_user", "olga", "--go")
    assert (code, line) == (1, "Make somebody else an owner first: this account is the only one.")


def test_an_unknown_account_is_refused(db: None) -> None:
    assert refusal("erase_user", "nobody") == (2, "There is no account 'nobody'.")


def test_json_is_one_object(talk: Room, bob: User) -> None:
    counts = {"messages": 2, "reactions": 1, "rooms": 2, "files": 1}
    assert json.loads(run("erase_user", "bob", "--json")) == (
        {"user": bob.pk, "username": "bob", "erased": False} | counts
    )
    assert json.loads(erase("--json"))["erased"] is True
