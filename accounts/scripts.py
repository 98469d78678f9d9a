"""What Unicode says of single characters, as far as names need it.

Python's `unicodedata` has no script property, but a letter's official name begins with its script
("CYRILLIC SMALL LETTER A", "CJK UNIFIED IDEOGRAPH-5F20"), and that is all we ask for.
"""

import unicodedata

# Those who write with Han characters mix these in one name, so they count as one script.
HAN = "HAN"
_HAN_WORDS = frozenset(
    {"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "HANGUL", "BOPOMOFO", "IDEOGRAPHIC"}
)
# The scripts of today's everyday writing: "Recommended" in Unicode Standard Annex 31, table 5. The
# others (Cherokee, Lisu, Coptic, runes ...) are full of letters that look like Latin ones.
EVERYDAY = frozenset(
    {"LATIN", "GREEK", "CYRILLIC", HAN, "ARMENIAN", "HEBREW", "ARABIC", "THAANA", "DEVANAGARI"}
    | {"BENGALI", "GURMUKHI", "GUJARATI", "ORIYA", "TAMIL", "TELUGU", "KANNADA", "MALAYALAM"}
    | {"SINHALA", "THAI", "LAO", "TIBETAN", "MYANMAR", "GEORGIAN", "ETHIOPIC", "KHMER"}
)
# Letters, marks and symbols that draw nothing.
BLANK = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0\ufffc"
    "\U00016fe4\U0001d159"
)

ZERO_WIDTH_JOINER = "\u200d"
EMOJI_STYLE = "\ufe0f"


def script(character: str) -> str:
    """The script of a letter or mark in capitals, "HAN" for all that is written with Han."""
    word = unicodedata.name(character, "").partition(" ")[0]
    return HAN if word in _HAN_WORDS else word


def is_letter(character: str) -> bool:
    return unicodedata.category(character)[0] == "L" and character not in BLANK


def is_digit(character: str) -> bool:
    return unicodedata.category(character) == "Nd"


def is_mark(character: str) -> bool:
    return unicodedata.category(character)[0] == "M" and character not in BLANK


def is_ideograph(character: str) -> bool:
    return unicodedata.name(character, "").startswith("CJK UNIFIED IDEOGRAPH")


def is_pictograph(character: str) -> bool:
    """Whether the character may begin or continue an emoji sequence."""
    return (
        "\U0001f000" <= character <= "\U0001faff"
        or unicodedata.category(character) == "So"
        or character in "\u203c\u2049\u2194\u2195\u21a9\u21aa\u25fd\u25fe"
    )


def is_ideographic_variant(character: str) -> bool:
    """A selector that picks one of the drawings of a Han character; family names need it."""
    return "\U000e0100" <= character <= "\U000e01ef"
