"""What people may call themselves.

A **username** signs in and is mentioned. It is stored in its normal form (NFKC, lower case, so that a
capital I never passes for an l) and has
- 2 to 32 code points; one is enough where it is an ideograph (`张`);
- letters of one everyday script (the scripts written with Han count as one, and Latin may join them),
  decimal digits of one kind, and `_`, or inside `-` and `.`;
- a skeleton that no other user has (`lookalikes`) and no reserved word has.

A **name** is what people read. It is stored in NFC with single spaces and has 1 to 50 code points of any
script, emoji included. It need not be unique, so it may not hide anything: no control, bidirectional
or zero-width characters, no pile of marks, no reserved word.

A **status** stands beside a name, in up to 100 code points or none, and hides nothing either.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from .lookalikes import outline, skeleton
from .scripts import (
    BLANK,
    EMOJI_STYLE,
    EVERYDAY,
    HAN,
    ZERO_WIDTH_JOINER,
    is_digit,
    is_ideograph,
    is_ideographic_variant,
    is_letter,
    is_mark,
    is_pictograph,
    script,
)

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

USERNAME_MIN, USERNAME_MAX = 2, 32
NAME_MAX = 50
STATUS_MAX = 100
# Enough for every script in use; piles of marks reach into the lines above and below.
MARKS_MAX = 3

# Words of authority: nobody carries one, as a username or as a name.
_AUTHORITY = (
    "admin administrator mod moderator root staff superuser support sysadmin system security "
    "official operator helpdesk "
    "管理员 管理員 系统管理员 系統管理員 系统 系統 版主 客服 官方 管理者 運営 관리자 운영자"
)
# Words that a mention, a path or a mail system gives another meaning: no username. As "Ali" is somebody
# and "all" is not, i and l are told apart here.
_MEANING = (
    "all anyone channel everybody everyone here nobody online room somebody someone team "
    "anonymous deleted false guest me nan nil none null self true undefined unknown you "
    "abuse hostmaster mailerdaemon noreply postmaster webmaster "
    "about accounts api direct files help login logout media rooms session settings setup signup "
    "static uploads ws www "
    "所有人 全体成员 全體成員 全员 全員 大家 在线 我 你 匿名 모두"
)


class Refusal(StrEnum):
    LENGTH = "length"
    CHARACTERS = "characters"
    ENDS = "ends"
    SCRIPTS = "scripts"
    MARKS = "marks"
    RESERVED = "reserved"


# What is longer has no normal form that fits: a letter comes out of four code points at the most. To bring a
# long pile of marks into one would take seconds.
_RAW_PER_CHARACTER = 4

_USERNAME_MESSAGES: dict[Refusal, "StrPromise"] = {
    Refusal.LENGTH: _("A username has 2 to 32 characters."),
    Refusal.CHARACTERS: _("A username has only letters, digits and the signs _ - and . in it."),
    Refusal.ENDS: _("A username neither begins nor ends with - or a full stop."),
    Refusal.SCRIPTS: _("This username mixes letters of different scripts that can be confused."),
    Refusal.MARKS: _("This username has accents that don't belong to its letters."),
    Refusal.RESERVED: _("This username is reserved. Please choose another."),
}
_STATUS_MESSAGES: dict[Refusal, "StrPromise"] = {
    Refusal.LENGTH: _("A status has at most 100 characters."),
    Refusal.CHARACTERS: _("This status has invisible or control characters in it."),
    Refusal.MARKS: _("This status has too many accents on one letter."),
}
_NAME_MESSAGES: dict[Refusal, "StrPromise"] = {
    Refusal.LENGTH: _("A name has 1 to 50 characters."),
    Refusal.CHARACTERS: _("This name has invisible or control characters in it."),
    Refusal.MARKS: _("This name has too many accents on one letter."),
    Refusal.RESERVED: _("This name is reserved. Please choose another."),
}


def normal_username(text: str) -> str:
    """The form in which a username is stored, compared and mentioned."""
    lower = unicodedata.normalize("NFKC", text).strip().replace("İ", "i").lower()
    return unicodedata.normalize("NFKC", lower)


def normal_name(text: str) -> str:
    """The form in which a name is stored: NFC, one plain space for each run of spaces."""
    return re.sub(
        r"[^\S\x00-\x1f\x7f-\x9f\u2028\u2029]+", " ", unicodedata.normalize("NFC", text.strip())
    )


def username_refusal(username: str) -> Refusal | None:
    """Why a username in normal form may not be used; whether it is free is another question."""
    if len(username) > USERNAME_MAX or not username:
        return Refusal.LENGTH
    if not all(is_letter(c) or is_mark(c) or is_digit(c) or c in "_-." for c in username):
        return Refusal.CHARACTERS
    if username[0] in "-." or username[-1] in "-.":
        return Refusal.ENDS
    if _has_stray_marks(username):
        return Refusal.MARKS
    if _mixes_scripts(username):
        return Refusal.SCRIPTS
    if len(username) < USERNAME_MIN and not is_ideograph(username):
        return Refusal.LENGTH
    return Refusal.RESERVED if _is_reserved(username) else None


def name_refusal(name: str) -> Refusal | None:
    """Why a name in normal form may not be used."""
    if not 1 <= len(name) <= NAME_MAX:
        return Refusal.LENGTH
    if refusal := appearance_refusal(name):
        return refusal
    return Refusal.RESERVED if skeleton(_bare(name)) in _AUTHORITY_SKELETONS else None


def appearance_refusal(text: str) -> Refusal | None:
    """Why a line that all read may not be shown: it hides something, or piles up what it shows."""
    if not all(_may_stand_in_name(text, at) for at in range(len(text))):
        return Refusal.CHARACTERS
    return Refusal.MARKS if _piles_marks(text) else None


def status_refusal(status: str) -> Refusal | None:
    """Why a status in the normal form of names may not be used."""
    return Refusal.LENGTH if len(status) > STATUS_MAX else appearance_refusal(status)


def checked_name(text: str) -> str:
    """A name in the form in which it is stored. Raises `ValidationError`."""
    return _checked(text, NAME_MAX, name_refusal, _NAME_MESSAGES)


def checked_status(text: str) -> str:
    """A status in the form in which it is stored. Raises `ValidationError`."""
    return _checked(text, STATUS_MAX, status_refusal, _STATUS_MESSAGES)


def validate_username(value: str) -> None:
    if refusal := username_refusal(value):
        raise ValidationError(_USERNAME_MESSAGES[refusal], code=refusal)


def validate_name(value: str) -> None:
    if refusal := name_refusal(value):
        raise ValidationError(_NAME_MESSAGES[refusal], code=refusal)


def _checked(
    text: str,
    most: int,
    refusal_of: Callable[[str], Refusal | None],
    messages: Mapping[Refusal, "StrPromise"],
) -> str:
    is_endless = len(text) > most * _RAW_PER_CHARACTER
    normal = "" if is_endless else normal_name(text)
    if refusal := Refusal.LENGTH if is_endless else refusal_of(normal):
        raise ValidationError(messages[refusal], code=refusal)
    return normal


def _bare(text: str) -> str:
    return re.sub(r"[\W_]+", "", text)


_AUTHORITY_SKELETONS = frozenset(skeleton(word) for word in _AUTHORITY.split())
_MEANING_OUTLINES = frozenset(outline(word) for word in _MEANING.split())


def _is_reserved(username: str) -> bool:
    bare = _bare(username)
    return skeleton(bare) in _AUTHORITY_SKELETONS or outline(bare) in _MEANING_OUTLINES


def _mixes_scripts(username: str) -> bool:
    scripts = {script(c) for c in username if is_letter(c) or is_mark(c)}
    zeros = {ord(c) - unicodedata.digit(c) for c in username if is_digit(c)}
    one_script = len(scripts) <= 1 or scripts == {"LATIN", HAN}
    return not (one_script and scripts <= EVERYDAY and len(zeros) <= 1)


def _has_stray_marks(username: str) -> bool:
    """Marks that stand on nothing, on a letter of another script, or in a pile.

    NFKC has joined nearly every Latin, Greek and Cyrillic letter with its accent, so a mark whose name
    is of no script ("COMBINING ...") counts as a stray.
    """
    if _piles_marks(username):
        return True
    return any(is_mark(mark) and script(mark) != script(base) for base, mark in pairwise(username))


def _piles_marks(text: str) -> bool:
    """Whether a mark stands on nothing, or more than MARKS_MAX stand on one character."""
    pile = MARKS_MAX
    for character in unicodedata.normalize("NFD", text):
        if not is_mark(character):
            pile = MARKS_MAX if character == " " else 0
        elif not _is_selector(character):
            pile += 1
        if pile > MARKS_MAX:
            return True
    return False


def _may_stand_in_name(name: str, at: int) -> bool:
    character, before, after = name[at], name[at - 1 : at], name[at + 1 : at + 2]
    if character == ZERO_WIDTH_JOINER:
        return _is_emoji(before) and _is_emoji(after)
    if character == EMOJI_STYLE:
        return _is_emoji(before) or (before in {*"0123456789#*"} and after == "\u20e3")
    if is_ideographic_variant(character):
        return bool(before) and is_ideograph(before)
    if character == " ":
        return True
    if is_pictograph(character):  # those newer than this Python's Unicode included
        return character not in BLANK
    return unicodedata.category(character)[0] in "LMNPS" and not _is_blank(character)


def _is_emoji(character: str) -> bool:
    return bool(character) and (is_pictograph(character) or character == EMOJI_STYLE)


def _is_selector(character: str) -> bool:
    return character == EMOJI_STYLE or is_ideographic_variant(character)


def _is_blank(character: str) -> bool:
    return character in BLANK or "\ufe00" <= character <= "\ufe0e"
