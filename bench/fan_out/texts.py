"""What is said: made of the demo's conversations, so no two messages are alike, as in life.

A third is Chinese, some have markup. It matters to a server that compresses, and to one that parses.
"""

import re
from random import Random

from .programs import HERE

CONVERSATIONS = HERE.parent.parent / "chat" / "demo" / "conversations.txt"
DIFFERENT = 2_000
_SPEECH = re.compile(r"^[A-D](?:\^\d)?: (.+?)(?: \{[^{}]+\})?$", re.MULTILINE)


def messages(size: int) -> list[str]:
    """Texts of so many characters, the same in every run, each beginning with the load's tag."""
    random = Random(1)
    lines = [_plain(line) for line in _SPEECH.findall(CONVERSATIONS.read_text("utf-8"))]
    return [f"@TAG@ {_text(random, lines, size - len('@TAG@ '))}" for _ in range(DIFFERENT)]


def _text(random: Random, lines: list[str], size: int) -> str:
    text = random.choice(lines)
    while len(text) < size:
        text += f" {random.choice(lines)}"
    return text[: max(size, 0)].strip()


def _plain(line: str) -> str:
    """Without what the demo fills in, and without mentions: nobody here has these names."""
    return re.sub(r"[«»]|@(?=[A-D]\b)", "", line)
