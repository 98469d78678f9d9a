"""The nodes of rich text: what `Message.content` is made of.

A tree holds data only, never markup. A client builds it with DOM calls from the types it knows and, of a
node whose type it does not know, shows the text inside. A link's `href` begins with `http://`,
`https://` or `mailto:`; no other scheme ever appears.
"""

from typing import Annotated

from msgspec import Meta, Struct


class Node(Struct, frozen=True, gc=False, tag_field="t"):
    pass


class Text(Node, frozen=True, tag="text"):
    text: str


class Code(Node, frozen=True, tag="code"):
    """A few characters of code inside a line."""

    text: str


class Break(Node, frozen=True, tag="br"):
    """A line ends here, the paragraph does not."""


class Bold(Node, frozen=True, tag="b"):
    c: "list[Inline]"


class Italic(Node, frozen=True, tag="i"):
    c: "list[Inline]"


class Strike(Node, frozen=True, tag="s"):
    c: "list[Inline]"


class Spoiler(Node, frozen=True, tag="spoiler"):
    """Hidden until the reader asks for it. It holds no further spoiler."""

    c: "list[Inline]"


class Link(Node, frozen=True, tag="link"):
    href: Annotated[str, Meta(pattern="^(https?://|mailto:)[!-~]+$")]
    c: "list[Inline]"


class Mention(Node, frozen=True, tag="mention"):
    """Somebody in the room, by id: show their present name. `user` is null where all in the room are meant.

    `text` is what was typed, for whoever does not know the name.
    """

    user: int | None
    text: str


class Paragraph(Node, frozen=True, tag="p"):
    c: "list[Inline]"


class CodeBlock(Node, frozen=True, tag="code_block"):
    """`lang` is the word after the opening fence, or empty."""

    lang: str
    text: str


class Quote(Node, frozen=True, tag="quote"):
    c: "list[Block]"


class Item(Node, frozen=True, tag="item"):
    c: "list[Block]"


class List(Node, frozen=True, tag="list"):
    """`start` is the first item's number where `ordered`, else 1."""

    ordered: bool
    start: int
    c: list[Item]


Inline = Text | Code | Break | Bold | Italic | Strike | Spoiler | Link | Mention
Block = Paragraph | CodeBlock | Quote | List
