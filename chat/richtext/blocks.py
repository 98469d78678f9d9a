"""What may stand on lines of its own: paragraphs, quotes, lists, fenced code.

Lists are markdown-it's. The rest differs from CommonMark where chat does: a quote or a list ends where
its marks end (no lazy continuation: the line below a quote is the answer to it), `>_<`, `>5` and `>>>`
quote nothing, and a fence that ends on a line of code ends there.
"""

# ruff: noqa: FBT001 (markdown-it hands `silent` over by position)

import re

from markdown_it.parser_block import ParserBlock
from markdown_it.rules_block import list_block
from markdown_it.rules_block.state_block import StateBlock

_MAX_LEVEL = 7  # of open quotes, lists and items; deeper marks stay text

_BLOCK_START = frozenset(">-+*`~0123456789")
_QUOTE = re.compile(r">(?:[ \t]+(?=\S)|(?=[^\W\d_]))")
_EMPTY_LIST = re.compile(r"(?:[-+*]|\d{1,9}[.)]|\s)+\Z")
_FENCE = re.compile(r"(`{3,}|~{3,})([^`]*)\Z")
_LANG = re.compile(r"[A-Za-z0-9_+#.-]{1,32}\Z")


def use_rules(parser: ParserBlock) -> None:
    for name, rule in {
        "fence": _fence,
        "blockquote": _quote,
        "list": _list,
        "paragraph": _paragraph,
    }.items():
        alternatives = [] if name == "paragraph" else ["paragraph", "list"]
        parser.ruler.at(name, rule, {"alt": [a for a in alternatives if a != name]})
    parser.ruler.enableOnly(["fence", "blockquote", "list", "paragraph"])


def _fence(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    opening = _FENCE.match(_line(state, start))
    if opening is None or silent:
        return opening is not None
    marker, info = opening[1], opening[2].strip()
    lines: list[str] = []
    line, closed_by_code = start + 1, False
    while line < end and (state.sCount[line] >= state.blkIndent or state.isEmpty(line)):
        text = state.getLines(line, line + 1, state.sCount[start], False)
        line += 1
        if text.rstrip().endswith(marker):
            code = text.rstrip().removesuffix(marker)
            closed_by_code = bool(code.strip().strip(marker[0]))
            lines += [code] if closed_by_code else []
            break
        lines.append(text)
    token = state.push("fence", "code", 0)
    # ```SELECT 1 … done``` begins with code, not with a language.
    if _LANG.match(info) and not closed_by_code:
        token.info = info
    elif info:
        lines.insert(0, opening[2])
    token.content = "\n".join(lines)
    state.line = line
    return True


def _quote(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    if state.level >= _MAX_LEVEL or not _QUOTE.match(_line(state, start)):
        return False
    if silent:
        return True
    lines: list[str] = []
    line = start
    while line < end and state.sCount[line] >= state.blkIndent:
        text = _line(state, line)
        if not text.startswith(">"):
            break
        lines.append(text[1:].removeprefix(" "))
        line += 1
    state.push("quote_open", "blockquote", 1)
    inner = StateBlock("\n".join(lines), state.md, state.env, state.tokens)
    inner.level = state.level
    state.md.block.tokenize(inner, 0, inner.lineMax)
    state.push("quote_close", "blockquote", -1)
    state.line = line
    return True


def _list(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    if state.level >= _MAX_LEVEL or _EMPTY_LIST.match(_line(state, start)):
        return False  # a lone `-` or `1.` is a message, not an empty list
    return list_block(state, start, end, silent)


def _paragraph(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    rules = state.md.block.ruler.getRules("paragraph")
    parent, state.parentType = state.parentType, "paragraph"
    line = start + 1
    while line < end and not state.isEmpty(line) and state.sCount[line] >= state.blkIndent:
        first = state.src[state.bMarks[line] + state.tShift[line]]
        if first in _BLOCK_START and any(rule(state, line, end, True) for rule in rules):
            break
        line += 1
    state.parentType = parent
    state.push("paragraph_open", "p", 1)
    token = state.push("inline", "", 0)
    token.content = state.getLines(start, line, state.blkIndent, False).strip()
    state.push("paragraph_close", "p", -1)
    state.line = line
    return True


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]
