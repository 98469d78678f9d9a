"""`@name`: where a mention may stand, and how far its name reaches.

A username has no end mark, and in Chinese or Japanese not even a space behind it: in `@小明你好` the name may
be 小, 小明 or all of it. So the names that could be meant are looked up first (`candidates`), and the longest
that somebody has is taken. A name ends where its letters end, or where a script begins or ends that is
written without spaces; `.`, `-` and `_` behind it belong to the sentence if nobody is called so.

Nothing is a mention behind a letter, as in an e-mail address, or behind what an address may hold.
"""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from accounts.names import USERNAME_MAX, normal_username
from accounts.scripts import HAN, is_digit, is_letter, is_mark, script

# What stands for all members of a room, where its author may call them; nobody's username.
ROOM_NAMES = frozenset({"room", "所有人"})
MAX_CANDIDATES = 1_000

Names = Mapping[str, int | None]  # user ids by username; None for the room

_MAX_RUN = USERNAME_MAX * 2  # before it is normal, a letter may be followed by its accent
_SIGNS = "_-."
_MARKS = "_-*~"
_LOOK_BACK = 8
_UNSPACED = frozenset({HAN, "THAI", "LAO", "KHMER", "MYANMAR"})
_OF_ADDRESSES = frozenset(".%+/@&=#\\")
_AT = re.compile("@")


class Found(NamedTuple):
    user_id: int | None
    end: int


def candidates(source: str) -> set[str]:
    """The usernames that a text may mention, in normal form, and no more than MAX_CANDIDATES of them."""
    names: set[str] = set()
    for at in _AT.finditer(source):
        for name, _ in _names_at(source, at.start()):
            if len(names) >= MAX_CANDIDATES:
                return names
            names.add(name)
    return names


def find(source: str, start: int, names: Names) -> Found | None:
    """Whom the `@` at `start` mentions, and where that ends."""
    for name, end in _names_at(source, start):
        if name in names:
            return Found(names[name], end)
    return None


def _names_at(source: str, start: int) -> Iterator[tuple[str, int]]:
    """The names that may begin behind this `@`, and their ends; the longest first."""
    if not _may_begin(source, start):
        return
    end = start + 1
    while end < len(source) and end - start <= _MAX_RUN and _is_of_name(source[end]):
        end += 1
    run = source[start + 1 : end]
    if source[end : end + 1] == "@":  # the address of another network
        return
    for length in range(len(run), 0, -1):
        if _may_end(run, length):
            yield normal_username(run[:length]), start + 1 + length


def _may_begin(source: str, start: int) -> bool:
    """Behind marks it depends on what they stand behind: `_@bob_` is somebody, `a_@bob` is an address."""
    before = source[max(0, start - _LOOK_BACK) : start].rstrip(_MARKS)[-1:]
    return not before or _is_apart(before)


def _is_apart(character: str) -> bool:
    if is_letter(character) or is_mark(character):
        return script(character) in _UNSPACED
    return not is_digit(character) and character not in _OF_ADDRESSES


def _is_of_name(character: str) -> bool:
    return character in _SIGNS or is_letter(character) or is_mark(character) or is_digit(character)


def _may_end(run: str, length: int) -> bool:
    rest = run[length:]
    if not rest.strip(_SIGNS):
        return True
    if is_mark(rest[0]):
        return False
    return _is_unspaced(run[length - 1]) or _is_unspaced(rest[0])


def _is_unspaced(character: str) -> bool:
    return is_letter(character) and script(character) in _UNSPACED
