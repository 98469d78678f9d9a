"""What rooms are called, in any script, and the address that is made of a name.

A name or topic hides nothing from whoever reads it: no control, bidirectional or zero-width characters (but
for the joiners that Persian, Hindi and others are spelt with), no pile of marks.
"""

import re
import unicodedata

from django.utils.translation import gettext_noop as _

from accounts.names import Refusal, appearance_refusal
from accounts.scripts import is_letter, is_mark, is_pictograph, script
from chat.errors import BadRequest, TooLong
from chat.protocol.limits import MAX_NAME, MAX_TOPIC

_JOINERS = "\u200c\u200d"
_JOINED = frozenset(
    {
        "ARABIC",
        "SYRIAC",
        "DEVANAGARI",
        "BENGALI",
        "GURMUKHI",
        "GUJARATI",
        "ORIYA",
        "TAMIL",
        "TELUGU",
    }
    | {"KANNADA", "MALAYALAM", "SINHALA", "KHMER", "MYANMAR"}
)


def fit_name(name: str) -> str:
    """The name as it is stored: NFC, single spaces. Raises `BadRequest` and `TooLong`."""
    name = _fit(name)
    if not name:
        raise BadRequest(_("A room needs a name."))
    name = _normal(name, MAX_NAME, _("A room's name has at most %(most)d characters."))
    _refuse_hidden(name)
    return name


def fit_topic(topic: str) -> str:
    topic = _normal(_fit(topic), MAX_TOPIC, _("A room's topic has at most %(most)d characters."))
    _refuse_hidden(topic)
    return topic


def slugify(name: str) -> str:
    """The address of a name that fits; of one of emoji alone, what they are called. May be empty."""
    if slug := _slug(name):
        return slug
    pictures = (unicodedata.name(one, "") for one in name if is_pictograph(one))
    return _slug(" ".join(pictures))[:MAX_NAME].rstrip("-")


def _fit(text: str) -> str:
    return " ".join(text.split())


def _normal(text: str, most: int, refusal: str) -> str:
    """Length is judged before anything is normalised: Python sorts a long run of marks one by one. And after
    it: some letters of Hindi and Hebrew come out as two or three."""
    if len(text) > most or len(text := unicodedata.normalize("NFC", text)) > most:
        raise TooLong(refusal, most=most)
    return text


def _refuse_hidden(text: str) -> None:
    refusal = appearance_refusal(_without_joiners(text))
    if refusal == Refusal.CHARACTERS:
        raise BadRequest(_("There are invisible or control characters in it."))
    if refusal == Refusal.MARKS:
        raise BadRequest(_("There are too many accents on one of its letters."))


def _without_joiners(text: str) -> str:
    """Without those that stand within a word of a script that needs them."""
    return "".join(
        one
        for at, one in enumerate(text)
        if not (
            one in _JOINERS and _is_joined(text[at - 1 : at]) and _is_joined(text[at + 1 :][:1])
        )
    )


def _is_joined(one: str) -> bool:
    return bool(one) and (is_letter(one) or is_mark(one)) and script(one) in _JOINED


def _slug(text: str) -> str:
    """Django's own drops the marks that many scripts write their vowels with."""
    plain = unicodedata.normalize("NFKC", text).lower()
    kept = "".join(one for one in plain if one.isspace() or one in "-_" or _counts(one))
    return re.sub(r"[-\s]+", "-", kept).strip("-_")


def _counts(one: str) -> bool:
    is_selector = unicodedata.name(one, "").startswith("VARIATION SELECTOR")
    return unicodedata.category(one)[0] in "LN" or (is_mark(one) and not is_selector)
