"""Pages come compressed, and nothing else does: the rest has its own ways."""

import gzip

import brotli
import pytest
from django.test import Client

from accounts.models import User
from chat.models import Room
from tests.chat.sending import say
from tests.chat.uploading import upload

pytestmark = pytest.mark.usefixtures("media")  # a folder where static files would be
INFLATES = {"accept-encoding": "gzip, deflate"}
TAKES_BROTLI = {"accept-encoding": "gzip, deflate, br"}


@pytest.mark.django_db
def test_a_page_comes_compressed_to_who_can_inflate(client: Client) -> None:
    answer = client.get("/accounts/login/", headers=INFLATES)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert gzip.decompress(answer.content).lstrip().startswith(b"<!doctype html>")


@pytest.mark.django_db
def test_who_takes_brotli_gets_less(client: Client) -> None:
    answer = client.get("/accounts/login/", headers=TAKES_BROTLI)
    assert answer.headers["Content-Encoding"] == "br"
    assert answer.headers["Content-Length"] == str(len(answer.content))
    assert "Accept-Encoding" in answer.headers["Vary"]
    page = brotli.decompress(answer.content)
    assert page.lstrip().startswith(b"<!doctype html>")
    assert len(answer.content) < len(gzip.compress(page))


@pytest.mark.django_db
def test_the_same_page_has_another_length_each_time(client: Client) -> None:
    lengths = {len(client.get("/accounts/login/", headers=TAKES_BROTLI).content) for _ in range(8)}
    assert len(lengths) > 1


@pytest.mark.django_db
def test_what_is_empty_stays_empty(client: Client, alice: User, room: Room) -> None:
    row = upload(alice, room, b"not sent", "page.html")
    client.force_login(alice)
    answer = client.delete(f"/uploads/{row.pk}/", headers=TAKES_BROTLI)
    assert (answer.status_code, answer.content) == (204, b"")
    assert "Content-Encoding" not in answer.headers


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
    answer = client.get(f"/files/{row.pk}/page.html", headers=TAKES_BROTLI)
    assert answer.status_code == 200
    assert "Content-Encoding" not in answer.headers
