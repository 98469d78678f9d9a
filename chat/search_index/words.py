"""What a text consists of for the search: the same for what is stored and for what is asked.

A text becomes a row of atoms. Letters and digits make words. Scripts that are written without spaces, and
pictographs, are taken character by character: a glyph is an atom of its own, which knows whether it stands
right after the glyph before it.

What differs only to the eye is the same: width, case, ligatures (NFKC, case folding), accents on Latin and
Greek letters. Marks that make another letter stay, such as the dots of が or the breve of й. What is not seen
at all, such as joiners and the selectors of emoji, does not count.

The index holds `terms` of the atoms: words, glyphs, and pairs of neighbouring glyphs. A row of glyphs that is
asked for is looked up by its pairs, so the index answers with too much (it knows no order) and never with too
little; `find` tells.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from operator import add
from typing import NamedTuple

# A term of the index is cut here: PostgreSQL takes 2 KiB at most, and nobody types more.
MAX_TERM = 64

_GLYPH = (
    "\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff"  # Thai, Lao, Burmese, Hangul, Khmer
    "\u2190-\u21ff\u2300-\u23ff\u25a0-\u27bf\u2900-\u297f\u2b00-\u2bff"  # signs
    "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3031-\u3035\u3041-\u3098\u309d-\u30fa\u30fc-\u318f"
    "\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\ua4cf\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff"
    "\U00016fe0-\U00018aff\U0001aff0-\U0001b2ff\U0001f000-\U0001faff\U00020000-\U0003ffff"
)
# What belongs to the character before it: combining marks, how it is to look, Hangul's vowels and finals,
# half-width voicing.
_MARKS = "".join(
    chr(code) for code in range(0x300, 0x3100) if unicodedata.category(chr(code)).startswith("M")
)
_EXTENDING = f"{_MARKS}\u1160-\u11ff\ufe00-\ufe0f\ufe20-\ufe2f\uff9e\uff9f\U0001f3fb-\U0001f3ff"
# All but what only its capital letters make another: ASCII, Han, kana and their punctuation. Of these only
# ASCII's letters make words.
_ODD = re.compile(
    "[^\x00-\x7f\u2010-\u2027\u3000-\u3029\u3030-\u3035\u3041-\u3096\u309d-\u309e\u30a1-\u30fe"
    "\u3400-\u4dbf\u4e00-\u9fff\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65]"
)
# No script piles up more (Unicode's stream-safe text neither): to sort thousands takes long, to remember
# them much memory.
_CLUSTER = re.compile(f".[{_EXTENDING}]{{0,30}}", re.DOTALL)
_UNSEEN = re.compile(
    "[\u00ad\u034f\u200c-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff"
    "\U0001f3fb-\U0001f3ff\U000e0000-\U000e0fff]"
)
_ACCENTED = re.compile(r"([a-z\u00df-\u024f\u0370-\u03ff])[\u0300-\u036f]+")
_LETTER = rf"[^\W_{_GLYPH}]"
_GLYPHS = re.compile(f"[{_GLYPH}]+")
_WORD = re.compile(f"{_LETTER}(?:{_LETTER}|[{_MARKS}])*")
_RUN = re.compile(f"(?P<glyphs>{_GLYPHS.pattern})|{_WORD.pattern}")
_ATOM = re.compile(f"[{_GLYPH}]|{_WORD.pattern}")
_ASCII_WORD = re.compile("[a-z0-9]+")


class Atom(NamedTuple):
    """A word, or a glyph; `start` and `end` are code points of the text it was found in."""

    text: str
    start: int
    end: int
    is_glyph: bool = False
    is_joined: bool = False  # a glyph right after a glyph


Phrase = Sequence[Atom]


def terms(text: str) -> set[str]:
    """What a text is to be found by."""
    if text.isascii():
        return _cut(_ASCII_WORD.findall(text.lower()))
    folded = _folded(text)
    if _ODD.search(folded) is None:
        found = _cut(_ASCII_WORD.findall(folded))
    else:
        found = _cut(_WORD.findall(_GLYPHS.sub(" ", folded)))
    for glyphs in _GLYPHS.findall(folded):
        found.update(glyphs, map(add, glyphs, glyphs[1:]))
    return found


def atoms(text: str) -> list[Atom]:
    """The text's atoms, in its order."""
    if text.isascii():
        return [Atom(word.group(), *word.span()) for word in _ASCII_WORD.finditer(text.lower())]
    folded, places = _placed(text)
    found: list[Atom] = []
    for run in _RUN.finditer(folded):
        start, end = run.span()
        if run.lastgroup:
            found.extend(
                Atom(folded[at], *places[at], is_glyph=True, is_joined=at > start)
                for at in range(start, end)
            )
        else:
            found.append(Atom(folded[start:end], places[start][0], places[end - 1][1]))
    return found


def spaced(text: str) -> str:
    """The text's atoms, a space around each: a tenth of the work of `atoms`."""
    found = _ASCII_WORD.findall(text.lower()) if text.isascii() else _ATOM.findall(_folded(text))
    return f" {' '.join(found)} "


def spaced_phrase(phrase: Phrase) -> str:
    """What stands in the `spaced` of each text in which `find` finds the phrase, and in few others."""
    return f" {' '.join(atom.text for atom in phrase)} "


def phrase_terms(phrase: Phrase) -> list[str]:
    """What a text that holds the phrase is certainly indexed under."""
    found: list[str] = []
    for place, atom in enumerate(phrase):
        following = phrase[place + 1] if place + 1 < len(phrase) else None
        if not atom.is_glyph:
            found.append(atom.text[:MAX_TERM])
        elif following is not None and following.is_joined:
            found.append(atom.text + following.text)
        elif not (atom.is_joined and place):
            found.append(atom.text)
    return found


def find(phrase: Phrase, text: Sequence[Atom]) -> Iterator[tuple[int, int]]:
    """Where the phrase stands in a text: (start, end) in code points, for each time it does.

    Atoms become characters, so that Python's own search does the work, which takes no longer where a long
    phrase nearly stands everywhere: 500 times 哈 in 8,000 of them.
    """
    letters = {atom.text: chr(number) for number, atom in enumerate(phrase, 1)}
    asked = "".join(letters[atom.text] for atom in phrase)
    said = "".join([letters.get(atom.text, "\0") for atom in text])
    joined = [place for place, atom in enumerate(phrase) if place and atom.is_joined]
    at = said.find(asked)
    while at >= 0:
        if all(text[at + place].is_joined for place in joined):
            yield text[at].start, text[at + len(phrase) - 1].end
        at = said.find(asked, at + 1)


def _cut(words: list[str]) -> set[str]:
    return {word[:MAX_TERM] for word in words}


def _folded(text: str) -> str:
    """Character by character costs more than the database's part, so not where it makes no difference."""
    if _ODD.search(text) is None:
        return text.lower()
    return "".join(map(_fold, _CLUSTER.findall(text)))


def _placed(text: str) -> tuple[str, Sequence[tuple[int, int]]]:
    """The folded text, and from where to where of the text each of its characters comes."""
    folded: list[str] = []
    places: list[tuple[int, int]] = []
    for cluster in _CLUSTER.finditer(text):
        part = _fold(cluster.group())
        folded.append(part)
        places.extend([cluster.span()] * len(part))
    return "".join(folded), places


@lru_cache(maxsize=16_384)
def _fold(cluster: str) -> str:
    """One character with its marks, in the form in which it is compared."""
    folded = unicodedata.normalize("NFKC", cluster).casefold()
    bare = _ACCENTED.sub(r"\1", unicodedata.normalize("NFD", folded))
    return _UNSEEN.sub("", unicodedata.normalize("NFKC", bare))
