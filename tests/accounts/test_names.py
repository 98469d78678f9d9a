from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError

from accounts.names import (
    Refusal,
    checked_name,
    checked_status,
    name_refusal,
    normal_name,
    status_refusal,
)


@pytest.mark.parametrize(
    "name",
    [
        "A",
        "张伟",
        "Alice Liddell",
        "O’Brien-Smith, Jr.",
        "葛\U000e0100城",  # a drawing of the character that families insist on
        "نور الدين",
        "ภัทรสุดา",
        "Nguyễn Thị Hồng",
        "Zoë 🎉",
        "👩‍👩‍👧",
        "❤️‍🔥",
        "🏳️‍🌈",
        "👍🏽",
        "1️⃣",
        "🇨🇳",
        "\U0001fae8",
        "a" * 50,
        "Ali",
    ],
)
def test_it_accepts(name: str) -> None:
    assert normal_name(name) == name
    assert name_refusal(name) is None


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("", Refusal.LENGTH),
        ("   ", Refusal.LENGTH),
        ("a" * 51, Refusal.LENGTH),
        ("two\nlines", Refusal.CHARACTERS),
        ("tab\tbed", Refusal.CHARACTERS),
        ("nul\0", Refusal.CHARACTERS),
        ("line\u2028separator", Refusal.CHARACTERS),
        ("\u202etxt.exe", Refusal.CHARACTERS),
        ("iso\u2067late", Refusal.CHARACTERS),
        ("zero\u200bwidth", Refusal.CHARACTERS),
        ("joined\u200dletters", Refusal.CHARACTERS),
        ("👩\u200d", Refusal.CHARACTERS),
        ("\u200d👩", Refusal.CHARACTERS),
        ("soft\u00adhyphen", Refusal.CHARACTERS),
        ("bom\ufeff", Refusal.CHARACTERS),
        ("a\ufe0f", Refusal.CHARACTERS),
        ("\ufe0f\u20e3", Refusal.CHARACTERS),
        ("a\U000e0100", Refusal.CHARACTERS),
        ("\u3164", Refusal.CHARACTERS),
        ("\u2800", Refusal.CHARACTERS),
        ("🏴\U000e0067\U000e007f", Refusal.CHARACTERS),
        ("\ue000", Refusal.CHARACTERS),
        ("\ufffe", Refusal.CHARACTERS),
        ("\ud83d", Refusal.CHARACTERS),
        ("\u0301\u0301", Refusal.MARKS),
        ("a \u0301", Refusal.MARKS),
        ("e" + "\u0301" * 4, Refusal.MARKS),
        ("ẹ" + "\u0335" * 3, Refusal.MARKS),
        ("Admin", Refusal.RESERVED),
        ("🛡 A d m i n 🛡", Refusal.RESERVED),
        ("Аdmin", Refusal.RESERVED),  # Cyrillic А
        ("OfficiaI", Refusal.RESERVED),  # ends with a capital I
        ("M0derator", Refusal.RESERVED),
        ("系统", Refusal.RESERVED),
    ],
)
def test_it_refuses(name: str, reason: Refusal) -> None:
    assert name_refusal(normal_name(name)) == reason


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        ("  Alice  ", "Alice"),
        ("山田\u3000太郎", "山田 太郎"),
        ("a \u00a0 b", "a b"),
        ("e\u0301", "é"),
        ("Ｗｉｄｅ", "Ｗｉｄｅ"),
    ],
)
def test_a_name_keeps_its_look_and_single_spaces(typed: str, normal: str) -> None:
    assert normal_name(typed) == normal


@pytest.mark.parametrize("status", ["", "在开会", "🏝️ until Monday", "admin", "x" * 100])
def test_a_status_may_be_nothing_or_any_words(status: str) -> None:
    assert checked_status(f" {status} ") == status


@pytest.mark.parametrize(
    ("status", "refusal"),
    [
        ("x" * 101, Refusal.LENGTH),
        ("two\nlines", Refusal.CHARACTERS),
        ("\u202eback", Refusal.CHARACTERS),
        ("zero\u200bwidth", Refusal.CHARACTERS),
        ("o" + "\u0301" * 5, Refusal.MARKS),
    ],
)
def test_a_status_hides_nothing(status: str, refusal: Refusal) -> None:
    assert status_refusal(status) is refusal


@pytest.mark.parametrize("checked", [checked_name, checked_status])
def test_what_is_endless_is_refused_before_it_is_put_in_order(
    checked: Callable[[str], str],
) -> None:
    """Half a million marks of two classes: their normal form would take minutes."""
    with pytest.raises(ValidationError) as refused:
        checked("o" + "\u0301\u0316" * 250_000)
    assert refused.value.code == Refusal.LENGTH
