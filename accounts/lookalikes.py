"""Skeletons: two texts that look alike have the same one (the idea of Unicode Technical Standard 39).

The standard's table has 6,000 rows. Usernames are lower case and keep to one script, one of today's
(`scripts.EVERYDAY`), so these few rows and the official names of the letters do most of its work.
What they merge wrongly costs somebody a second choice of username; what they miss is left to the eye.
Rows may be added, never changed: the stored skeletons were made with them.
"""

import re
import unicodedata

# Each pair is a character and what it looks like.
_PAIRS = (
    "0o 1l "  # digits that pass for letters
    "ıi ɩi ɪi ȷj ɑa əe ɛe ŋn ʌv ʋu ɯw æae œoe þp ðd ƿp "  # Latin, beyond what the names say
    "аa бb вb гr еe зe иu іi јj кk лn мm нh оo пn рp сc тt уy хx шw щw ьb ѕs һh ӏl ԁd ԍg ԛq ԝw "  # Cyrillic
    "ѵv ѡw үy өo ӕae ғf қk ңh ҳx "
    "αa βb γy εe ζz ηn ιi κk νv οo πn ρp σo ςc τt υu χx ωw ϲc ϳj "  # Greek
    "աw ցg զq հh յj ոn սu օo տu "  # Armenian
    "\u05d5l \u05dfl \u05e1o \u0627l \u0647o "  # Hebrew vav, final nun, samekh; Arabic alef, heh
    "\u0640 "  # the Arabic stretch, which says nothing
    "ロ口 囗口 カ力 エ工 ニ二 タ夕 ト卜 ハ八 チ千 ノ丿 ム厶 ー一 へヘ りリ 曰日"  # kana and Han
)
_LOOKS_LIKE = {pair[0]: pair[1:] for pair in _PAIRS.split()}
# "LATIN SMALL LETTER O WITH STROKE" and "LATIN LETTER SMALL CAPITAL B" look like o and b.
_LATIN = re.compile(r"LATIN (?:SMALL )?LETTER (?:SMALL CAPITAL |SCRIPT )?([A-Z])(?: WITH .+)?")


def skeleton(text: str) -> str:
    """The text with case, width, accents and look-alikes folded away; for comparison only."""
    return outline(text).replace("i", "l")  # a 1 passes for either


def outline(text: str) -> str:
    """A skeleton that tells i from l: for words so short that names would be taken for them."""
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    plain = "".join(_plain(character) for character in decomposed if not _is_accent(character))
    # What is left of Hangul and of voiced kana goes together again.
    return unicodedata.normalize("NFC", plain).replace("rn", "m").replace("vv", "w")


def _plain(character: str) -> str:
    if unicodedata.category(character) == "Nd":
        character = str(unicodedata.digit(character))
    if character.isascii() or character in _LOOKS_LIKE:
        return _LOOKS_LIKE.get(character, character)
    latin = _LATIN.fullmatch(unicodedata.name(character, ""))
    return latin[1].lower() if latin else character


def _is_accent(character: str) -> bool:
    """Whether it only decorates: Latin accents, Hebrew and Arabic points, but no Indic or Thai vowel."""
    place = unicodedata.combining(character)  # the canonical combining class
    return place >= 200 or 10 <= place <= 36
