"""The name a person's file came with, made fit to be shown, stored and put into a header."""

import re
import unicodedata

NAME_MAX = 150
DISK_BYTES = 200  # most file systems take 255; a number may come before it, an ending behind
SUFFIX_MAX = 20
MARKS_MAX = 4
NAMELESS = "file"
# What joins letters and pictographs. It shows nothing and turns nothing around.
_JOINERS = "\u200c\u200d"
# Letters and signs that are drawn as nothing: fillers of Hangul, and Braille without a dot.
_BLANK = "\u115f\u1160\u3164\uffa0\u2800"
# Separators of paths, and what some systems take in no name.
_FORBIDDEN = str.maketrans(dict.fromkeys('/\\:*?"<>|', "_"))


def clean_name(given: str) -> str:
    """Never empty, at most NAME_MAX characters, the ending kept; no path, nothing invisible.

    What overrides the direction of writing could make "exe.gpj" of "jpg.exe", and goes with all the control
    and format characters.
    """
    name = given.replace("\\", "/").rpartition("/")[2]
    name = unicodedata.normalize("NFC", "".join(c for c in name if _is_seen(c)))
    name = _without_piles(re.sub(r"\s+", " ", name)).translate(_FORBIDDEN)
    name = name.strip(" .") or NAMELESS
    return _shortened(name)


def with_suffix(name: str, allowed: tuple[str, ...]) -> str:
    """The name, ending as what it is: with one of `allowed`, the first where it has none of them."""
    if not allowed or name.lower().endswith(allowed):
        return name
    stem, dot, suffix = name.rpartition(".")
    is_suffix = bool(stem and dot) and len(suffix) < SUFFIX_MAX and suffix.isalnum()
    return _shortened((stem if is_suffix else name) + allowed[0])


def fit_for_disk(name: str) -> str:
    """The name, its ending kept, in DISK_BYTES: what is short enough to be read may have thrice as many bytes
    as the name of a file."""
    stem, dot, suffix = name.rpartition(".")
    stem, suffix = (stem, dot + suffix) if dot else (suffix, "")
    room = DISK_BYTES - len(suffix.encode())
    if room < DISK_BYTES // 2:  # that is no ending
        stem, suffix, room = name, "", DISK_BYTES
    return stem.encode()[:room].decode(errors="ignore") + suffix


def _is_seen(character: str) -> bool:
    category = unicodedata.category(character)
    is_shown = category[0] != "C" or category == "Cn" or character in _JOINERS
    return is_shown and character not in _BLANK


def _without_piles(name: str) -> str:
    """A few marks stand on each character; ten thousand would reach through the whole page."""
    kept: list[str] = []
    pile = MARKS_MAX  # on nothing there may be none
    for character in name:
        pile = pile + 1 if unicodedata.combining(character) else 0
        if pile <= MARKS_MAX:
            kept.append(character)
    return "".join(kept)


def _shortened(name: str) -> str:
    if len(name) <= NAME_MAX:
        return name
    stem, dot, suffix = name.rpartition(".")
    if not dot or len(suffix) > SUFFIX_MAX:
        return name[:NAME_MAX]
    return stem[: NAME_MAX - len(suffix) - 1] + dot + suffix
