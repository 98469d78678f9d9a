"""Writes static/data/emoji.json, which the page's picker and its `:codes:` search.

Rows are [emoji, codes, Chinese name]; the first code is the one that is shown. Tones of skin are left out.
"""

import json
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from chat.management.operating import ChatCommand

# Unicode's own order is not in the package's data; what people look for first stands first.
_FIRST = [
    *[(0x1F600, 0x1F64A), (0x1F910, 0x1F917), (0x1F920, 0x1F92F), (0x1F970, 0x1F97A)],
    *[(0x1F9D0, 0x1F9D0), (0x1FAE0, 0x1FAE9), (0x1F44A, 0x1F450), (0x1F918, 0x1F91F)],
    *[(0x1F64B, 0x1F64F), (0x270A, 0x270D), (0x1FAF0, 0x1FAF8), (0x2763, 0x2764)],
    *[(0x1F493, 0x1F49F), (0x1F389, 0x1F38A), (0x1F525, 0x1F525), (0x2705, 0x2705)],
]
_TONES = range(0x1F3FB, 0x1F400)
_FLAGS = range(0x1F1E6, 0x1F200)


class Command(ChatCommand):
    help = "Writes static/data/emoji.json anew, from the Python package `emoji`."
    examples = """example:
  manage.py emoji_names
"""
    requires_migrations_checks = False  # it needs no database

    def handle(self, *args: Any, **options: Any) -> None:
        if find_spec("emoji") is None:
            raise CommandError("Install the package `emoji` first: only this command needs it.")
        emoji = import_module("emoji")
        emoji.config.load_language("zh")
        rows = sorted(_rows(emoji), key=lambda row: _place(row[0]))
        path = Path(settings.BASE_DIR) / "static" / "data" / "emoji.json"
        lines = (json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in rows)
        path.write_text("[\n" + ",\n".join(lines) + "\n]\n")
        self.stdout.write(f"{len(rows)} emoji in {path}")


def _rows(emoji: Any) -> list[list[str]]:
    return [
        [character, " ".join(_codes(about)), about.get("zh", "").strip(":").replace("_", " ")]
        for character, about in emoji.EMOJI_DATA.items()
        if about["status"] == emoji.STATUS["fully_qualified"]
        and not any(ord(part) in _TONES for part in character)
    ]


def _codes(about: dict[str, Any]) -> list[str]:
    """The short ones that people know before the name."""
    codes = [*about.get("alias", []), about["en"]]
    return list(dict.fromkeys(code.strip(":").lower() for code in codes))


def _place(character: str) -> tuple[int, int, str]:
    first = ord(character[0])
    if first in _FLAGS:
        return len(_FIRST) + 1, first, character
    ranks = (rank for rank, (low, high) in enumerate(_FIRST) if low <= first <= high)
    return next(ranks, len(_FIRST)), first, character
