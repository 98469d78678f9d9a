"""What is an emoji, by Unicode's grammar; their names are in static/data/emoji.json, for browsers."""

import re

MAX_FEW = 3 * 64  # characters

# One emoji as Unicode builds them (UTS #51, ED-13 to ED-16). Which of those sequences a font can draw is
# the font's matter and grows every year, so pictographs are known by their place: a whole block outside the
# Basic Multilingual Plane, inside it those with the property Extended_Pictographic.
_PICTOGRAPH = (
    "[\U0001f000-\U0001f1e5\U0001f200-\U0001f3fa\U0001f400-\U0001faff"
    "\u00a9\u00ae\u203c\u2049\u2122\u2139\u2194-\u2199\u21a9\u21aa\u231a\u231b\u2328\u2388\u23cf"
    "\u23e9-\u23f3\u23f8-\u23fa\u24c2\u25aa\u25ab\u25b6\u25c0\u25fb-\u25fe\u2600-\u2605\u2607-\u2612"
    "\u2614-\u2685\u2690-\u2705\u2708-\u2712\u2714\u2716\u271d\u2721\u2728\u2733\u2734\u2744\u2747"
    "\u274c\u274e\u2753-\u2755\u2757\u2763-\u2767\u2795-\u2797\u27a1\u27b0\u27bf\u2934\u2935"
    "\u2b05-\u2b07\u2b1b\u2b1c\u2b50\u2b55\u3030\u303d\u3297\u3299]"
)
_DRAWN = f"{_PICTOGRAPH}(?:\ufe0f|[\U0001f3fb-\U0001f3ff])?"  # in colour, or with a tone of skin
_JOINED = f"{_DRAWN}(?:\u200d{_DRAWN})*"  # families and professions
_REGION = f"{_PICTOGRAPH}[\U000e0020-\U000e007e]+\U000e007f"  # the flag of Scotland
_FLAG = "[\U0001f1e6-\U0001f1ff]{2}"
_KEY = "[0-9#*]\ufe0f?\u20e3"
_EMOJI = re.compile(f"{_JOINED}|{_REGION}|{_FLAG}|{_KEY}")
_FEW = re.compile(rf"(?:(?:{_EMOJI.pattern})\s*+){{1,3}}+")


def is_emoji(text: str) -> bool:
    """Whether it is one emoji, and nothing else."""
    return _EMOJI.fullmatch(text) is not None


def is_few_emoji(text: str) -> bool:
    """Whether it is one to three emoji and nothing else: shown larger (static/js/few-emoji.js agrees)."""
    return len(text) <= MAX_FEW and _FEW.fullmatch(text.strip()) is not None
