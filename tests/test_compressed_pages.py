"""Pages come compressed, and nothing else does: the rest has its own ways."""

import gzip

import pytest
from django.test import Client

from accounts.models import User
from chat.models import Room
from tests.chat.sending import say
from tests.chat.uploading import upload

pytestmark = pytest.mark.usefixtures("media")  # a folder where static files would be
INFLATES = {"accept-encoding": "gzip, deflate, br"}


@pytest.mark.django_db
def test_a_page_comes_compressed_to_who_can_inflate(client: Client) -> None:
    answer = client.get("/accounts/login/", headers=INFLATES)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert gzip.decompress(answer.content).lstrip().startswith(b"<!doctype html>")


@pytest.mark.django_db
def test_who_cannot_gets_it_as_it_is(client: Client) -> None:
    answer = client.get("/accounts/login/")
    assert "Content-Encoding" not in answer.headers
    assert answer.content.lstrip().startswith(b"<!doctype html>")


@pytest.mark.django_db(transaction=True)
def test_what_was_uploaded_is_sent_as_it_is(client: Client, alice: User, room: Room) -> None:
    row = upload(alice, room, b"the same again " * 1000, "page.html")
    say(alice, room, "look", attachments=[row.pk])
    client.force_login(alice)
    answer = client.get(f"/files/{row.pk}/page.html", headers=INFLATES)
    assert answer.status_code == 200
    assert "Content-Encoding" not in answer.headers
