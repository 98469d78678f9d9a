"""Which addresses become links, and where a bare one ends.

Bare addresses are found here and not by linkify-it: that takes time quadratic in the text's length on
`http://x/(` repeated, and reads on through `，` and `）`.
"""

import re

from markdown_it.common.normalize_url import normalizeLink

MAX_HREF = 2_000

# Nobody needs user:password@ in a chat, and it makes https://bank.example@evil.example look right.
_ALLOWED = re.compile(
    r"(?:https?://[^/?#@\\\s]+(?:[/?#][^\\\s]*)?|mailto:[^\s@/]+@[^\s@/]+)\Z", re.IGNORECASE
)
_PLAIN = re.compile(r"[a-z]+:[\w/.-]+\Z", re.IGNORECASE | re.ASCII)
_NORMALISED = re.compile(r"(?:https?://|mailto:)[!-~]+\Z")

_SCHEME = re.compile(r"(?<![a-zA-Z0-9])(?:https?|mailto)\Z", re.IGNORECASE)
# An address ends at a space, a control or format character, a quote, or punctuation of full width.
_RUN = re.compile(
    r"[^\x00-\x20\x7f-\xa0\u00ad\u061c\u1680\u2000-\u200f\u2028-\u202f\u205f-\u206f\ufeff"
    r"<>\"`|“”‘’「」『』【】《》〈〉〔〕，。、；：！？（）…—\u3000｜]+"
)
_HOST_THEN_CJK = re.compile(
    r"(https?://[a-z0-9.-]*\.[a-z]{2,})(?=[\u2e80-\ud7ff\uf900-\ufaff])", re.IGNORECASE
)
_TRAILING = ".,:;!?'*_~&([{"
_PAIRS = {")": "(", "]": "[", "}": "{"}
_BRACKETS = re.compile(r"[()\[\]{}]")

EMAIL = re.compile(
    r"(?<![\w.+%/:@-])[a-z0-9_][a-z0-9._%+-]{0,63}@(?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,24}(?![\w@-])",
    re.IGNORECASE,
)


def safe_href(url: str) -> str | None:
    """The address as an `href` of printable ASCII, or None where it must not become a link."""
    if len(url) > MAX_HREF or not _ALLOWED.match(url):
        return None
    scheme, rest = url.split(":", 1)
    if _PLAIN.match(url):
        return f"{scheme.lower()}:{rest}"
    try:
        href: str = normalizeLink(f"{scheme.lower()}:{rest}")
    except ValueError:
        return None
    return href if _NORMALISED.match(href) else None


def scheme_before(source: str, colon: int) -> str:
    """The scheme of an address that ends at this colon, or nothing."""
    found = _SCHEME.search(source[max(0, colon - 7) : colon])
    return found[0] if found else ""


def bare_url(source: str, start: int, end: int) -> str:
    """The address that begins at `start`, without the punctuation of the sentence around it."""
    found = _RUN.match(source, start, min(end, start + MAX_HREF + 1))
    url = found[0] if found else ""
    if len(url) > MAX_HREF:
        return ""
    if in_host := _HOST_THEN_CJK.match(url):  # 看https://example.org很好: the last word is no host
        url = in_host[1]
    return url[: _first_stray_bracket(url)].rstrip(_TRAILING)


def _first_stray_bracket(url: str) -> int:
    """Where a bracket closes that the address did not open: it belongs to the text around."""
    opened = dict.fromkeys(_PAIRS.values(), 0)
    for found in _BRACKETS.finditer(url):
        bracket = found[0]
        if bracket in opened:
            opened[bracket] += 1
        elif opened[_PAIRS[bracket]]:
            opened[_PAIRS[bracket]] -= 1
        else:
            return found.start()
    return len(url)
