"""What may stand inside a line: marks, code, links, line breaks, and a backslash that takes a mark away.

The rules replace those of markdown-it where chat differs from documents: marks work beside Chinese and
Japanese punctuation, nothing that is dropped is lost from view, and each rule is linear in the text.
"""

# ruff: noqa: FBT001 (markdown-it hands `silent` over by position)

import re
from unicodedata import category

from markdown_it.parser_inline import ParserInline
from markdown_it.rules_inline.state_inline import Delimiter, StateInline

from .links import bare_url, safe_href, scheme_before
from .names import find

_MAX_RUN = 3  # `****` and longer are ornament
_MARKS = "*_~"
_ESCAPABLE = "*_~`|[]"
_TARGET = re.compile(r"\(([^\s()<>]*+(?:\([^\s()<>]*+\)[^\s()<>]*+)*+)\)")
_ANGLED = re.compile(r"<((?:https?://|mailto:)[^\s<>]++)>", re.IGNORECASE)
_BRACKET = re.compile(r"(?<!\\)[\[\]]")


# Two bars, not more; `a || b` is a condition, so what is hidden begins and ends with no space.
_BARS = re.compile(r"(?<![\\|])\|\|(?!\|)")


def use_rules(parser: ParserInline) -> None:
    parser.add_terminator_char("|")
    parser.ruler.before("emphasis", "spoiler", _spoiler)
    for name, rule in {
        "linkify": _bare_link,
        "newline": _newline,
        "escape": _escape,
        "emphasis": _marks,
        "link": _link,
        "autolink": _angled_link,
    }.items():
        parser.ruler.at(name, rule)
    parser.ruler.push("mention", _mention)
    parser.ruler.enableOnly(
        [
            *("text", "linkify", "newline", "escape", "backticks", "spoiler", "emphasis", "link"),
            *("autolink", "mention"),
        ]
    )
    parser.ruler2.enableOnly(["balance_pairs", "strikethrough", "emphasis", "fragments_join"])


def _newline(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] != "\n":
        return False
    state.push("softbreak", "br", 0)
    state.pos += 1
    return True


def _escape(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] != "\\" or state.pos + 1 >= state.posMax:
        return False
    character = state.src[state.pos + 1]
    if character not in _ESCAPABLE:
        return False
    if state.src[state.pos - 1 : state.pos] == "¯":  # the shrug ¯\_(ツ)_/¯ keeps its arm
        state.append_pending("\\" + character)
    else:
        state.push("escaped", "", 0).content = character
    state.pos += 2
    return True


def _marks(state: StateInline, silent: bool) -> bool:
    """Notes each `*`, `_` or `~~` as a mark that may open or close; markdown-it then pairs them."""
    source, start = state.src, state.pos
    marker = source[start]
    if marker not in _MARKS:
        return False
    end = start
    while end < state.posMax and source[end] == marker:
        end += 1
    length = end - start
    state.pos = end
    if length > _MAX_RUN or (marker == "~" and length != 2):
        state.append_pending(marker * length)
        return True
    opens, closes = _flanks(source, start, end, state.posMax)
    for text in ["~~"] if marker == "~" else marker * length:
        state.push("text", "", 0).content = text
        state.delimiters.append(
            Delimiter(
                marker=ord(marker),
                length=0 if marker == "~" else length,
                token=len(state.tokens) - 1,
                end=-1,
                open=opens,
                close=closes,
            )
        )
    return True


def _flanks(source: str, start: int, end: int, maximum: int) -> tuple[bool, bool]:
    """Whether a run of marks may open and may close.

    CommonMark 0.31 §6.2, with the difference that CJK punctuation counts as a letter and CJK text
    needs no space around a mark: in `**重点：**说明` the second `**` closes.
    """
    before = source[start - 1] if start else " "
    after = source[end] if end < maximum else " "
    punct_before = _is_punctuation(before) and not _is_cjk(before)
    punct_after = _is_punctuation(after) and not _is_cjk(after)
    left = not after.isspace() and (
        not punct_after or before.isspace() or punct_before or _is_cjk(before)
    )
    right = not before.isspace() and (
        not punct_before or after.isspace() or punct_after or _is_cjk(after)
    )
    if source[start] != "_":
        return left, right
    return (
        left and (not right or _is_punctuation(before)),
        right and (not left or _is_punctuation(after)),
    )


def _is_punctuation(character: str) -> bool:
    return category(character)[0] in "PS"


def _is_cjk(character: str) -> bool:
    code = ord(character)
    return (
        0x2E80 <= code <= 0xD7FF
        or 0xF900 <= code <= 0xFAFF
        or 0xFE30 <= code <= 0xFE4F
        or 0xFF00 <= code <= 0xFFEF
        or 0x20000 <= code <= 0x3FFFF
    )


def _link(state: StateInline, silent: bool) -> bool:
    """`[label](address)`. With an image, a title or another scheme it stays text as it was typed."""
    source, start = state.src, state.pos
    if source[start] != "[" or state.linkLevel or source[start - 1 : start] == "!":
        return False
    close = _brackets(state).get(start, -1)
    target = _TARGET.match(source, close + 1, state.posMax) if close >= 0 else None
    href = safe_href(target[1]) if target else None
    if target is None or href is None or not _is_honest(source[start + 1 : close], target[1]):
        return False
    maximum = state.posMax
    state.push("link_open", "a", 1).attrs = {"href": href}
    state.pos, state.posMax = start + 1, close
    state.linkLevel += 1
    state.md.inline.tokenize(state)
    state.linkLevel -= 1
    state.push("link_close", "a", -1)
    state.pos, state.posMax = target.end(), maximum
    return True


def _is_honest(label: str, address: str) -> bool:
    """A label shows something, and one that looks like an address is the address."""
    label = label.strip()
    return bool(label) and ("://" not in label or label == address)


def _brackets(state: StateInline) -> dict[int, int]:
    """Where each `[` of this text is closed; found once, because searching from each is quadratic."""
    known: dict[int, int] | None = state.env.get("brackets")
    if known is None:
        known, opened = {}, []
        for found in _BRACKET.finditer(state.src):
            if found[0] == "[":
                opened.append(found.start())
            elif opened:
                known[opened.pop()] = found.start()
        state.env["brackets"] = known
    return known


def _spoiler(state: StateInline, silent: bool) -> bool:
    """`||hidden||`."""
    close = -1 if state.env.get("in_spoiler") else _bars(state).get(state.pos, -1)
    if not state.pos < close < state.posMax:
        return False
    maximum = state.posMax
    state.push("spoiler_open", "span", 1)
    state.pos, state.posMax = state.pos + 2, close
    state.env["in_spoiler"] = True
    state.md.inline.tokenize(state)
    state.env["in_spoiler"] = False
    state.push("spoiler_close", "span", -1)
    state.pos, state.posMax = close + 2, maximum
    return True


def _bars(state: StateInline) -> dict[int, int]:
    """Where the bars of this text close that may open; found once, from the end."""
    known: dict[int, int] | None = state.env.get("bars")
    if known is None:
        known, close = {}, -1
        source = state.src
        for start in [found.start() for found in _BARS.finditer(source)][::-1]:
            if close > start + 2 and source[start + 2 : start + 3].strip():
                known[start] = close
            if start and not source[start - 1].isspace():
                close = start
        state.env["bars"] = known
    return known


def _angled_link(state: StateInline, silent: bool) -> bool:
    found = _ANGLED.match(state.src, state.pos, state.posMax)
    href = safe_href(found[1]) if found and not state.linkLevel else None
    if found is None or href is None:
        return False
    _push_link(state, href, found[1])
    state.pos = found.end()
    return True


def _bare_link(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] != ":" or state.linkLevel:
        return False
    scheme = scheme_before(state.src, state.pos)
    if not scheme or not state.pending.endswith(scheme):
        return False
    start = state.pos - len(scheme)
    url = bare_url(state.src, start, state.posMax)
    href = safe_href(url)
    if href is None:
        return False
    state.pending = state.pending[: -len(scheme)]
    _push_link(state, href, url)
    state.pos = start + len(url)
    return True


def _mention(state: StateInline, silent: bool) -> bool:
    """`@name`, of those names that were given to the parser; not within the label of a link."""
    if state.src[state.pos] != "@" or state.linkLevel:
        return False
    found = find(state.src, state.pos, state.env["names"])
    if found is None or found.end > state.posMax:
        return False
    token = state.push("mention", "", 0)
    token.content = state.src[state.pos : found.end]
    token.meta = {"user": found.user_id}
    state.pos = found.end
    return True


def _push_link(state: StateInline, href: str, text: str) -> None:
    state.push("link_open", "a", 1).attrs = {"href": href}
    state.push("text", "", 0).content = text
    state.push("link_close", "a", -1)
