r"""From what people type to a tree of nodes (chat/protocol/content.py), by a strict part of Markdown.

`**bold**  *italic*  _italic_  ~~struck~~  ||hidden||  `code`  [label](https://…)  > quote  - list  1. list`
and fenced code; `@name` mentions those whose names are given; bare addresses become links; a line break is
a line break. Headings, images, tables, HTML, entities and reference definitions are not part of it: their
source stays visible as text, and so does everything else that is not understood. A backslash before a mark
takes its meaning away.

Safe to call from any thread: parsers are made at import and keep no state between calls. Hostile text
costs no more than a few milliseconds, because what exceeds the bounds below is left as plain text.
"""

import re
from typing import Any

import msgspec
from markdown_it import MarkdownIt
from markdown_it.token import Token

from . import blocks, inline, tree
from .names import ROOM_NAMES, Names, candidates

__all__ = ["NOBODY", "ROOM_NAMES", "Names", "Node", "candidates", "mentioned", "parse"]

Node = dict[str, Any]
NOBODY: Names = {}

MAX_MARKS = 1_000  # characters outside code that may mean something
MAX_NODES = 1_200
MAX_BLOCK_LINES = 300  # lines that begin like a quote or a list

_MARKUP = re.compile(
    r"[*_~`]|\|\||\]\(|\\[\[\]]|(?:https?|mailto):|\w@\w"
    r"|^[ \t]*(?:>|[-+][ \t]|\d{1,9}[.)][ \t])",
    re.MULTILINE | re.IGNORECASE,
)
_MARK = re.compile(r"[*_~`|\[\\<:@\n]")
_BLOCK_LINE = re.compile(r"^[ \t]*(?:[-+*>]|\d{1,9}[.)])", re.MULTILINE)
_NEWLINE = re.compile(r"\r\n?")


def parse(source: str, names: Names = NOBODY) -> list[Node] | None:
    """The tree of a message's source, or None where it is plain text and says all by itself.

    `names` are the people whom it may mention, as found among `candidates`.
    """
    if not names and not _MARKUP.search(source):
        return None
    source = _NEWLINE.sub("\n", source)
    if len(_BLOCK_LINE.findall(source)) > MAX_BLOCK_LINES:
        return None
    tokens: list[Token] = []
    _parser.block.parse(source, _parser, {}, tokens)
    texts = [token for token in tokens if token.type == "inline"]
    if sum(len(_MARK.findall(token.content)) for token in texts) > MAX_MARKS:
        return None
    for token in texts:
        token.children = _parser.inline.parse(token.content, _parser, {"names": names}, [])
    if len(tokens) + sum(len(token.children or ()) for token in texts) > MAX_NODES:
        return None
    built = tree.build(tokens)
    escaped = any(child.type == "escaped" for token in texts for child in token.children or ())
    if not escaped and tree.is_plain(built):
        return None
    nodes: list[Node] = msgspec.to_builtins(built)
    return nodes


def mentioned(nodes: list[Node] | None) -> tuple[set[int], bool]:
    """The ids of those whom a tree mentions, and whether it mentions the whole room."""
    ids: set[int] = set()
    mentions_room = False
    rest = list(nodes or ())
    while rest:
        node = rest.pop()
        rest += node.get("c", ())
        if node["t"] == "mention" and node["user"] is None:
            mentions_room = True
        elif node["t"] == "mention":
            ids.add(node["user"])
    return ids, mentions_room


def _make_parser() -> MarkdownIt:
    parser = MarkdownIt("zero")
    blocks.use_rules(parser.block)
    inline.use_rules(parser.inline)
    # Compiled here, so that threads find them finished.
    for ruler in (parser.block.ruler, parser.inline.ruler, parser.inline.ruler2):
        ruler.getRules("")
    return parser


_parser = _make_parser()
