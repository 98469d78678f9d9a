import unicodedata

import pytest

from accounts.lookalikes import skeleton
from accounts.models import User
from accounts.names import USERNAME_MAX


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("alice", "a1ice"),
        ("alice", "al1ce"),
        ("alice", "aIice"),
        ("bob", "b0b"),
        ("carol", "саrоl"),
        ("modern", "modem"),
        ("wave", "vvave"),
        ("rené", "rene"),
        ("łukasz", "lukasz"),
        ("søren", "soren"),
        ("strauß", "STRAUSS"),
        ("ɢoogle", "google"),
        ("сосо", "coco"),
        ("ονο", "ovo"),
        ("ロイ", "口イ"),
        ("ト一", "卜ー"),
        ("ヘン", "へン"),
        ("عـلي", "علي"),
        ("user1", "userl"),
        ("١٢", "12"),
    ],
)
def test_lookalikes_share_a_skeleton(one: str, other: str) -> None:
    assert skeleton(one) == skeleton(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("alice", "alise"),
        ("か", "が"),
        ("กิน", "กัน"),
        ("कि", "की"),
        ("a.b", "a_b"),
        ("张", "章"),
        ("김", "긴"),
        ("user1", "user2"),
    ],
)
def test_what_readers_tell_apart_has_skeletons_apart(one: str, other: str) -> None:
    assert skeleton(one) != skeleton(other)


def test_every_skeleton_fits_its_column() -> None:
    room = User._meta.get_field("username_skeleton").max_length or 0
    letters = (chr(c) for c in range(0x30000) if unicodedata.category(chr(c))[0] in "LMN")
    stored = (unicodedata.normalize("NFKC", letter.lower()) for letter in letters)
    longest = max(len(skeleton(letter)) for letter in stored if len(letter) == 1)
    assert longest * USERNAME_MAX <= room
