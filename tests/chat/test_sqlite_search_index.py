import pytest
from django.db import connection

from accounts.models import User
from chat import search_index
from chat.models import Message, Room
from tests.chat.stored import store

pytestmark = pytest.mark.django_db(transaction=True)


def test_not_even_the_vocabulary_remembers_a_deleted_word(room: Room, alice: User) -> None:
    store(room, alice, "secret")
    pk = Message.objects.get(room=room).pk
    search_index.write({pk: "1.secret"})
    search_index.write({pk: None})
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab(main, chat_searchentry, row)"
        )
        cursor.execute("SELECT term FROM vocabulary")
        assert cursor.fetchall() == []
        cursor.execute("DROP TABLE temp.vocabulary")
