import pytest

from accounts.names import Refusal, normal_username, username_refusal


@pytest.mark.parametrize(
    "username",
    [
        "al",
        "alice",
        "bob.smith",
        "user_1",
        "_x_",
        "r2-d2",
        "42nd",
        "张",
        "张伟",
        "张wei",
        "山田太郎",
        "さくら",
        "ベートーヴェン",
        "김철수",
        "иван",
        "γιώργος",
        "jürgen",
        "עמית",
        "عمر",
        "नमस्ते",
        "สมชาย",
        "a" * 32,
        "ali",
        "neil",
    ],
)
def test_it_accepts(username: str) -> None:
    assert normal_username(username) == username
    assert username_refusal(username) is None


@pytest.mark.parametrize(
    ("username", "reason"),
    [
        ("", Refusal.LENGTH),
        ("a", Refusal.LENGTH),
        ("7", Refusal.LENGTH),
        ("a" * 33, Refusal.LENGTH),
        ("two words", Refusal.CHARACTERS),
        ("at@sign", Refusal.CHARACTERS),
        ("smile😀", Refusal.CHARACTERS),
        ("nul\0", Refusal.CHARACTERS),
        ("zero\u200bwidth", Refusal.CHARACTERS),
        ("bi\u202edi", Refusal.CHARACTERS),
        ("ㅤㅤ", Refusal.CHARACTERS),  # Hangul fillers: letters that draw nothing
        ("\ud800x", Refusal.CHARACTERS),
        (".dot", Refusal.ENDS),
        ("dash-", Refusal.ENDS),
        ("q\u0301\u0301", Refusal.MARKS),
        ("\u0301abc", Refusal.MARKS),
        ("a\u0e31b", Refusal.MARKS),  # a Thai vowel on a Latin letter
        ("สี่่่่", Refusal.MARKS),
        ("аlice", Refusal.SCRIPTS),  # Cyrillic а
        ("αlice", Refusal.SCRIPTS),
        ("иванγ", Refusal.SCRIPTS),
        ("ᎪᎷᎥ", Refusal.SCRIPTS),  # Cherokee
        ("12٣٤", Refusal.SCRIPTS),
        ("me", Refusal.RESERVED),
        ("here", Refusal.RESERVED),
        ("all", Refusal.RESERVED),
        ("everyone", Refusal.RESERVED),
        ("room", Refusal.RESERVED),
        ("null", Refusal.RESERVED),
        ("system", Refusal.RESERVED),
        ("support", Refusal.RESERVED),
        ("moderator", Refusal.RESERVED),
        ("所有人", Refusal.RESERVED),
        ("管理员", Refusal.RESERVED),
    ],
)
def test_it_refuses(username: str, reason: Refusal) -> None:
    assert username_refusal(normal_username(username)) == reason


@pytest.mark.parametrize(
    "disguise",
    [
        "admin",
        "Admin",
        "ＡＤＭＩＮ",
        "adm1n",
        "admın",
        "àdmin",
        "adrnin",
        "a.d-m_in",
        "_admin_",
        "аԁміп",
    ],
)
def test_it_sees_through_a_disguised_reserved_word(disguise: str) -> None:
    assert username_refusal(normal_username(disguise)) == Refusal.RESERVED


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        ("Alice", "alice"),
        (" alice ", "alice"),
        ("ａｌｉｃｅ", "alice"),
        ("İbrahim", "ibrahim"),
        ("ΓΙΏΡΓΟΣ", "γιώργος"),
        ("e\u0301mile", "émile"),
        ("ﾔﾏﾀﾞ", "ヤマダ"),
    ],
)
def test_a_username_is_stored_in_one_form(typed: str, normal: str) -> None:
    assert normal_username(typed) == normal
    assert normal_username(normal) == normal
