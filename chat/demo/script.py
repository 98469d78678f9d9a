"""Reads conversations.txt: scenes of lines, for speakers A to D.

    ## name of the part
    A: Is the build green? {👀2 pin}
    B^1: Since this morning. {was Since yesterday.}

`^1` replies to one line before. In braces at the end: how many react with what, `pin`, `gone` (deleted), and
`was` with what the line said before it was edited. «word» is filled in from `cast.WORDS`.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import NamedTuple

from .cast import WORDS

_SPEECH = re.compile(r"([A-D])(?:\^(\d))?: ")
_BETWEEN_SCENES = re.compile(r"\n\n(?=[A-D]: )")
_NOTES = re.compile(r" \{([^{}]+)\}\Z")
_REACTION = re.compile(r"(\D+)(\d)\Z")
_WORD = re.compile(r"«(\w+)»")
_NAME = re.compile(r"@([A-D])\b")


class Line(NamedTuple):
    speaker: str
    text: str
    replies_to: int | None
    reactions: tuple[tuple[str, int], ...]
    pinned: bool
    gone: bool
    before: str


Scene = tuple[Line, ...]


def read_scenes() -> dict[str, list[Scene]]:
    """The scenes of each part."""
    text = (Path(__file__).parent / "conversations.txt").read_text(encoding="utf-8")
    parts = re.split(r"^## (.+)\n\n?", text, flags=re.MULTILINE)[1:]
    return {
        title: [_scene(block) for block in _BETWEEN_SCENES.split(body.strip())]
        for title, body in zip(parts[::2], parts[1::2], strict=True)
    }


def language_of(part: str) -> str:
    return part.rsplit(" ", 1)[1]


def choose_words(random: Random, part: str) -> dict[str, str]:
    words = {name: random.choice(choices) for name, choices in WORDS.items()}
    if language_of(part) == "zh":
        words["day"] = words["dayzh"]
    return words


def fill_in(text: str, words: Mapping[str, str], usernames: Mapping[str, str]) -> str:
    text = _WORD.sub(lambda found: words[found[1]], text)
    return _NAME.sub(lambda found: f"@{usernames[found[1]]}", text)


def _scene(block: str) -> Scene:
    speeches: list[list[str]] = []
    for line in block.split("\n"):
        if _SPEECH.match(line):
            speeches.append([line])
        else:
            speeches[-1].append(line)
    return tuple(_line("\n".join(speech), at) for at, speech in enumerate(speeches))


def _line(speech: str, at: int) -> Line:
    head = _SPEECH.match(speech)
    if head is None:
        raise ValueError(f"Nobody says {speech!r}.")
    text = speech[head.end() :]
    notes = _NOTES.search(text)
    marks = notes[1] if notes else ""
    before = marks.removeprefix("was ") if marks.startswith("was ") else ""
    words = [] if before else marks.split()
    return Line(
        speaker=head[1],
        text=_NOTES.sub("", text),
        replies_to=at - int(head[2]) if head[2] else None,
        reactions=tuple(
            (found[1], int(found[2])) for word in words if (found := _REACTION.match(word))
        ),
        pinned="pin" in words,
        gone="gone" in words,
        before=before,
    )
