"""From markdown-it's flat tokens to a tree of nodes."""

from markdown_it.token import Token

from ..protocol.content import (
    Block,
    Bold,
    Break,
    Code,
    CodeBlock,
    Inline,
    Italic,
    Item,
    Link,
    List,
    Mention,
    Paragraph,
    Quote,
    Spoiler,
    Strike,
    Text,
)
from .links import EMAIL, safe_href

_MARKS: dict[str, type[Bold | Italic | Strike | Spoiler]] = {
    "strong": Bold,
    "em": Italic,
    "s": Strike,
    "spoiler": Spoiler,
}


def build(tokens: list[Token]) -> list[Block]:
    """The blocks of a text whose inline tokens have been parsed into `children`."""
    levels: list[list[Block]] = [[]]  # of open quotes and items, the innermost last
    lists: list[list[tuple[int, Item]]] = []
    for token in tokens:
        match token.type:
            case "inline":
                levels[-1].append(Paragraph(_line(token.children or [])))
            case "fence":
                levels[-1].append(CodeBlock(lang=token.info, text=token.content))
            case "quote_open":
                levels.append([])
                levels[-2].append(Quote(levels[-1]))
            case "list_item_open":
                levels.append([])
                lists[-1].append((int(token.info or 0), Item(levels[-1])))
            case "quote_close" | "list_item_close":
                levels.pop()
            case "bullet_list_open" | "ordered_list_open":
                lists.append([])
            case "bullet_list_close":
                levels[-1].append(List(False, 1, [item for _, item in lists.pop()]))
            case "ordered_list_close":
                levels[-1] += _numbered(lists.pop())
    return levels[0]


def is_plain(blocks: list[Block]) -> bool:
    """Whether the source reads the same without a tree."""
    return all(
        isinstance(block, Paragraph) and all(isinstance(node, Text | Break) for node in block.c)
        for block in blocks
    )


def _numbered(items: list[tuple[int, Item]]) -> list[List]:
    """Ordered lists that show the numbers as they were typed: a jump begins a new list."""
    runs: list[List] = []
    expected = -1
    for number, item in items:
        if number != expected:
            runs.append(List(ordered=True, start=number, c=[]))
        runs[-1].c.append(item)
        expected = number + 1
    return runs


def _line(tokens: list[Token]) -> list[Inline]:
    root: list[Inline] = []
    levels = [root]
    open_marks: list[str] = []
    in_link = False
    for token in tokens:
        match token.type:
            case "text" | "escaped":
                _append_text(levels[-1], token, find_emails=not in_link)
            case "softbreak":
                levels[-1].append(Break())
            case "code_inline":
                levels[-1].append(Code(token.content))
            case "mention":
                levels[-1].append(Mention(token.meta["user"], token.content))
            case "link_open":
                in_link = True
                levels.append([])
                levels[-2].append(Link(str(token.attrs["href"]), levels[-1]))
            case "link_close":
                in_link = False
                levels.pop()
            case opening if opening.endswith("_open"):
                _open_mark(levels, open_marks, opening.removesuffix("_open"))
            case _:
                open_marks.pop()
                levels.pop()
    return root


def _open_mark(levels: list[list[Inline]], open_marks: list[str], name: str) -> None:
    """A mark inside the same mark changes nothing: leaving it out bounds the depth of the tree."""
    if name in open_marks:
        levels.append(levels[-1])
    else:
        levels.append([])
        levels[-2].append(_MARKS[name](levels[-1]))
    open_marks.append(name)


def _append_text(children: list[Inline], token: Token, *, find_emails: bool) -> None:
    text, end = token.content, 0
    if find_emails and "@" in text:
        for found in EMAIL.finditer(text):
            href = safe_href(f"mailto:{found[0]}")
            if href is not None:
                _append(children, text[end : found.start()])
                children.append(Link(href=href, c=[Text(found[0])]))
                end = found.end()
    _append(children, text[end:])


def _append(children: list[Inline], text: str) -> None:
    if text and children and isinstance(children[-1], Text):
        children[-1] = Text(children[-1].text + text)
    elif text:
        children.append(Text(text))
