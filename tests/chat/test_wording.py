"""A refusal says the same on the wire, in English, and on a page in the reader's language."""

from django.utils import translation

from chat.errors import TooLong
from chat.wording import in_words


def test_numbers_are_filled_into_both() -> None:
    refusal = TooLong("A reason has at most %(most)d characters.", most=1_000)
    with translation.override("zh-hans"):
        assert refusal.detail == str(refusal) == "A reason has at most 1000 characters."
        assert in_words(refusal) == "理由最多 1000 个字符。"


def test_what_nobody_translated_stays_as_it_is() -> None:
    refusal = TooLong("100 % of it is too long.")
    assert in_words(refusal) == refusal.detail == "100 % of it is too long."
