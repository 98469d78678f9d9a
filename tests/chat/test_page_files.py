"""Files on the page as the server draws it; tests/js/attachments_test.js has the same figures."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from chat.models import Room
from chat.protocol.shapes import Attachment
from chat.templatetags.attachments import kind, shown_height, shown_width, size_text, sort
from tests.chat.sending import say
from tests.chat.uploading import photo, upload


def file(type_: str = "image/png", **fields: Any) -> Attachment:
    return Attachment(id=1, name="a", type=type_, size=1, url="/files/1/a", **fields)


def test_a_file_is_shown_as_what_it_is() -> None:
    assert kind(file(width=4, height=3)) == "picture"
    assert [kind(file(of)) for of in ("video/mp4", "audio/mpeg", "image/png")] == [
        "video",
        "audio",
        "file",
    ]
    assert [sort(file(of)) for of in ("application/pdf", "application/zip")] == ["text", "archive"]


@pytest.mark.parametrize(
    ("size", "shown"),
    [
        ((4000, 3000), (400, 300)),
        ((1000, 3000), (100, 300)),
        ((100, 50), (100, 50)),
        ((30_000, 2), (400, 40)),
    ],
)
def test_a_picture_has_its_space_before_it_comes(
    size: tuple[int, int], shown: tuple[int, int]
) -> None:
    picture = file(width=size[0], height=size[1])
    assert (shown_width(picture), shown_height(picture)) == shown


def test_a_size_is_said_in_two_digits() -> None:
    sizes = [1, 1023, 1024, 5000, 10_200, 1_047_000, 1024 * 1024, 26_214_400]
    assert [size_text(size) for size in sizes] == [
        *("1 byte", "1,023 bytes", "1 KB", "4.9 KB"),
        *("10 KB", "1,022 KB", "1 MB", "25 MB"),
    ]


@pytest.mark.django_db(transaction=True)
def test_the_page_has_them_before_any_script(
    client: Client, alice: User, room: Room, media: Path
) -> None:
    rows = [upload(alice, room, photo((1600, 900)), "山.jpg"), upload(alice, room, b"a", "<b>.txt")]
    say(alice, room, "look", attachments=[row.pk for row in rows])
    client.force_login(alice)
    page = client.get("/rooms/atelier/").content.decode()
    timeline = page[page.index('id="timeline"') : page.index('id="composer"')]
    assert f'src="/thumbs/{rows[0].pk}" width="169" height="300"' in timeline
    assert 'alt="山.jpg"' in timeline
    assert "_b_.txt" in timeline
    assert "1 byte<" in timeline
