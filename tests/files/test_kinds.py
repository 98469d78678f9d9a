import pytest

from files.kinds import HEAD_BYTES, SHOWN, UNKNOWN, kind_of
from tests.chat.uploading import animation, picture

HEADS = {
    "image/png": picture("PNG"),
    "image/jpeg": picture("JPEG"),
    "image/gif": animation(2),
    "image/webp": picture("WEBP"),
    "image/avif": picture("AVIF"),
    "application/pdf": b"%PDF-1.7\n",
    "application/zip": b"PK\x03\x04rest",
    "audio/wav": b"RIFF\x00\x00\x00\x00WAVEfmt ",
    "audio/mpeg": b"ID3\x04",
    "audio/mp4": b"\x00\x00\x00\x20ftypM4A ",
    "video/mp4": b"\x00\x00\x00\x20ftypisom",
    "video/webm": b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01B\xf2\x81\x04B\xf3\x81\x08B\x82\x84webm",
    "text/plain": "你好, world\n".encode(),
}


@pytest.mark.parametrize("kind", HEADS)
def test_it_knows_a_file_by_its_beginning(kind: str) -> None:
    assert kind_of(HEADS[kind][:HEAD_BYTES]) == kind


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"<!doctype html><script>alert(1)</script>",
        b"<?xml version='1.0'?><x:script xmlns:x='http://www.w3.org/1999/xhtml'/>",
        b"MZ\x90\x00\x03",
        b"RIFF\x00\x00\x00\x00EVIL",
        b"\x00\x00\x00\x20ftypevil",
        b"\x1aE\xdf\xa3matroska",
        b"\xff\xfe<\x00s\x00",
        b"a\x00b",
        b" " + picture("PNG"),
    ],
)
def test_nothing_else_is_ever_shown(head: bytes) -> None:
    assert kind_of(head) not in SHOWN


def test_a_head_that_ends_within_a_character_is_text() -> None:
    assert kind_of(("字" * HEAD_BYTES).encode()[:HEAD_BYTES]) == "text/plain"


def test_half_a_character_at_the_end_of_a_file_is_none() -> None:
    assert kind_of("字".encode()[:2]) == UNKNOWN
