"""Files that mean harm: each is refused in a word, or becomes something that can do none."""

from pathlib import Path

import pytest
from PIL import Image

from accounts.models import User
from chat import errors
from chat.models import Attachment, Room
from files.kinds import SHOWN
from files.names import NAME_MAX
from tests.chat.uploading import (
    PNG_HEAD,
    animation,
    bomb,
    encoded,
    photo,
    picture,
    read,
    stored_files,
    upload,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.png", b"<!doctype html><script>alert(1)</script>"),
        ("drawing.jpg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("program.gif", b"MZ\x90\x00"),
        ("song.mp3", b"<script>"),
        ("cut.png", PNG_HEAD),
        ("junk.png", PNG_HEAD + b"junk" * 1000),
        ("half.jpg", photo((300, 300))[:3000]),
        ("endless.gif", animation(3000, (2, 2))),
        ("script.gif", b"GIF89a=1;alert(1)//"),
    ],
)
def test_what_lies_about_its_type_is_never_shown(
    alice: User, room: Room, name: str, content: bytes
) -> None:
    row = upload(alice, room, content, name)
    assert row.type not in SHOWN
    assert (row.width, row.height, str(row.thumb)) == (None, None, "")


def test_a_picture_under_a_false_name_is_a_picture(alice: User, room: Room) -> None:
    row = upload(alice, room, picture("PNG"), "page.html")
    assert (row.name, row.type) == ("page.png", "image/png")


def test_a_bomb_is_refused(alice: User, room: Room, media: Path) -> None:
    with pytest.raises(errors.TooLong):
        upload(alice, room, bomb(), "bomb.png")
    assert stored_files(media) == []
    assert not Attachment.objects.exists()


def test_nothing_follows_a_picture(alice: User, room: Room) -> None:
    row = upload(alice, room, picture("JPEG") + b"PK\x03\x04<script>alert(1)</script>", "a.jpg")
    assert b"script" not in Path(row.file.path).read_bytes()


def test_a_picture_tells_nothing_of_its_maker(alice: User, room: Room) -> None:
    row = upload(alice, room, photo(), "a.jpg")
    assert (row.width, row.height) == (30, 40)
    assert not read(row).getexif()


def test_a_picture_without_end_is_small(alice: User, room: Room) -> None:
    flat = encoded(Image.new("L", (30_000, 2)), "PNG")
    row = upload(alice, room, flat, "line.png")
    assert (row.width, row.height) == (30_000, 2)


@pytest.mark.parametrize(
    "name",
    [
        "a" + "\u0337" * 10_000,
        "../../../etc/passwd",
        "..\\..\\boot.ini",
        "a\x00.png",
        "exe.\u202egnp",
        "\r\nSet-Cookie: a=b",
        "字" * 5_000,
        "",
        "/",
        "\ud800",
    ],
)
def test_no_name_does_harm(alice: User, room: Room, media: Path, name: str) -> None:
    row = upload(alice, room, b"hello", name)
    assert 0 < len(row.name) <= NAME_MAX
    assert not set(row.name) & {*"/\\\x00\u202e\r\n"}
    [stored] = stored_files(media)
    assert stored.startswith("attachments/")
