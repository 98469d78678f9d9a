from datetime import UTC, datetime
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from accounts.registration import register
from chat import errors, queries
from chat.models import Attachment, Membership, Message, MessageEdit, Reaction, Room
from chat.protocol.codec import encode
from chat.protocol.limits import MAX_PAGE, MAX_REPLY_BYTES
from tests.chat.filling import fill, seqs
from tests.people import make_crowd, make_room

pytestmark = pytest.mark.django_db


class TestHistory:
    def test_it_begins_with_the_latest(self, alice: User, room: Room) -> None:
        fill(room, alice, 60)
        page = queries.history(alice.pk, room.pk)
        assert seqs(page.messages) == list(range(11, 61))
        assert (page.first_seq, page.last_seq, page.rev) == (1, 60, room.last_rev)

    @pytest.mark.parametrize(
        ("mark", "expected"),
        [
            ({"before": 5}, [1, 2, 3, 4]),
            ({"before": 30, "limit": 3}, [27, 28, 29]),
            ({"after": 57}, [58, 59, 60]),
            ({"after": 10, "limit": 2}, [11, 12]),
            ({"after": 60}, []),
            ({"around": 30, "limit": 5}, [28, 29, 30, 31, 32]),
            ({"around": 1, "limit": 5}, [1, 2, 3]),
            ({"around": 10_000, "limit": 5}, [58, 59, 60]),
            ({"before": 10_000, "limit": 2}, [59, 60]),
            ({"before": 1}, []),
        ],
    )
    def test_it_gives_the_page_at_a_mark(
        self, alice: User, room: Room, mark: dict[str, Any], expected: list[int]
    ) -> None:
        fill(room, alice, 60)
        assert seqs(queries.history(alice.pk, room.pk, **mark).messages) == expected

    def test_an_empty_room_has_an_empty_page(self, alice: User, room: Room) -> None:
        page = queries.history(alice.pk, room.pk)
        assert (page.messages, page.last_seq, page.first_seq) == ([], 0, 1)

    def test_what_retention_removed_is_not_looked_for(self, alice: User, room: Room) -> None:
        fill(room, alice, 10)
        Room.objects.filter(pk=room.pk).update(first_seq=8)
        assert seqs(queries.history(alice.pk, room.pk).messages) == [8, 9, 10]

    def test_two_marks_or_a_page_too_long_mean_nothing(self, alice: User, room: Room) -> None:
        with pytest.raises(errors.BadRequest):
            queries.history(alice.pk, room.pk, before=3, after=1)
        with pytest.raises(errors.BadRequest):
            queries.history(alice.pk, room.pk, limit=MAX_PAGE + 1)

    def test_an_outsider_learns_nothing(self, carol: User, room: Room) -> None:
        with pytest.raises(errors.NotFound):
            queries.history(carol.pk, room.pk)

    def test_the_outsider_of_a_public_room_is_told_so(self, alice: User, carol: User) -> None:
        square = make_room(alice, kind=Room.Kind.PUBLIC, name="Square")
        with pytest.raises(errors.Forbidden):
            queries.history(carol.pk, square.pk)

    def test_reply_targets_outside_the_page_come_with_it(self, alice: User, room: Room) -> None:
        fill(room, alice, 10)
        Message.objects.filter(room=room, seq=9).update(reply_to=2)
        Message.objects.filter(room=room, seq=10).update(reply_to=9)
        page = queries.history(alice.pk, room.pk, limit=3)
        assert seqs(page.replied) == [2]

    @pytest.mark.parametrize("mark", [{}, {"after": 0}, {"around": 60}])
    def test_a_reply_holds_no_more_than_its_bound_and_no_hole(
        self, alice: User, room: Room, mark: dict[str, Any]
    ) -> None:
        fill(room, alice, 120, body="字" * 2000)
        page = queries.history(alice.pk, room.pk, limit=120, **mark)
        got = seqs(page.messages)
        assert len(encode(page)) <= MAX_REPLY_BYTES
        assert 10 < len(got) < 120
        assert got == list(range(got[0], got[-1] + 1))
        assert {"after": 1, "around": 60}.get(next(iter(mark), ""), 120) in got

    def test_a_reply_names_no_more_people_than_fit_and_its_authors_first(
        self, alice: User, room: Room
    ) -> None:
        fill(room, alice, 2)
        crowd = make_crowd(400, name="𠮷" * 50, status_text="𠮷" * 100)
        Reaction.objects.bulk_create(
            Reaction(message=message, user=user, emoji=chr(0x1F600 + number // 20))
            for message in Message.objects.filter(room=room)
            for number, user in enumerate(crowd)
        )
        page = queries.history(alice.pk, room.pk)
        assert len(encode(page)) <= MAX_REPLY_BYTES
        assert page.users[0].id == alice.pk

    def test_of_those_who_reacted_it_names_as_many_as_a_page_does(
        self, alice: User, room: Room
    ) -> None:
        fill(room, alice, 1)
        message = Message.objects.get(room=room)
        crowd = make_crowd(30)
        Reaction.objects.bulk_create(
            Reaction(message=message, user=user, emoji="👍") for user in crowd
        )
        page = queries.history(alice.pk, room.pk)
        [(_, reacted)] = page.messages[0].reactions
        assert len(reacted) == 30
        assert [user.id for user in page.users] == [alice.pk, *reacted[:20]]

    def test_its_queries_do_not_grow_with_the_page(
        self, alice: User, room: Room, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        fill(room, alice, 100)
        with django_assert_num_queries(7):
            queries.history(alice.pk, room.pk, limit=100)


class TestMembersAndUsers:
    def test_members_come_by_user_id_in_pages(self, alice: User, bob: User, room: Room) -> None:
        first = queries.members(alice.pk, room.pk, limit=1)
        rest = queries.members(alice.pk, room.pk, after=first.members[-1].user)
        assert [(one.user, one.role) for one in first.members] == [(alice.pk, "owner")]
        assert [(one.user, one.role) for one in rest.members] == [(bob.pk, "member")]
        assert (first.more, rest.more) == (True, False)

    def test_one_who_left_is_no_member(self, alice: User, bob: User, room: Room) -> None:
        Membership.objects.filter(user=bob, room=room).update(left_at=datetime.now(UTC))
        assert [one.user for one in queries.members(alice.pk, room.pk).members] == [alice.pk]

    def test_an_outsider_learns_nothing(self, carol: User, room: Room) -> None:
        with pytest.raises(errors.NotFound):
            queries.members(carol.pk, room.pk)

    def test_who_waits_to_be_let_in_is_not_there_yet(self, alice: User) -> None:
        eve = register(username="eve", password=None, waits=True)
        assert queries.users([eve.pk, alice.pk]).users == queries.users([alice.pk]).users

    def test_users_are_public_profiles_and_unknown_ids_are_left_out(self, alice: User) -> None:
        result = queries.users([alice.pk, 999])
        assert [(user.id, user.name) for user in result.users] == [(alice.pk, "Alice")]


class TestMessages:
    def test_they_come_by_number_and_unknown_ones_are_left_out(
        self, alice: User, room: Room
    ) -> None:
        fill(room, alice, 5)
        assert seqs(queries.messages(alice.pk, room.pk, [4, 2, 99]).messages) == [2, 4]

    def test_an_outsider_learns_nothing(self, carol: User, room: Room) -> None:
        with pytest.raises(errors.NotFound):
            queries.messages(carol.pk, room.pk, [1])

    def test_a_message_comes_with_all_that_hangs_on_it(
        self, alice: User, bob: User, room: Room
    ) -> None:
        fill(room, alice, 1)
        message = Message.objects.get(room=room)
        Reaction.objects.create(message=message, user=bob, emoji="👍")
        Reaction.objects.create(message=message, user=alice, emoji="👍")
        MessageEdit.objects.create(message=message, body="before")
        Attachment.objects.create(
            room=room, message=message, uploader=alice, name="图 1.png", type="image/png", size=3
        )
        result = queries.messages(alice.pk, room.pk, [1])
        [shown] = result.messages
        assert shown.reactions == [("👍", [bob.pk, alice.pk])]
        assert shown.attachments[0].url.endswith("/%E5%9B%BE%201.png")
        assert {user.id for user in result.users} == {alice.pk, bob.pk}


class TestAddresses:
    def test_a_slug_leads_its_members_to_the_room(self, bob: User, room: Room) -> None:
        assert queries.room_id_of_slug(bob.pk, "atelier") == room.pk

    def test_a_hidden_room_and_none_answer_alike(self, carol: User, room: Room) -> None:
        with pytest.raises(errors.NotFound) as hidden:
            queries.room_id_of_slug(carol.pk, "atelier")
        with pytest.raises(errors.NotFound) as missing:
            queries.room_id_of_slug(carol.pk, "nowhere")
        assert hidden.value.detail == missing.value.detail
