"""Where an `@name` is a mention, and whose."""

from typing import Any

import msgspec
import pytest

from chat import richtext
from chat.protocol.content import Block
from tests.chat.pace import FULL, is_quick

NAMES: richtext.Names = {
    "alice": 1,
    "bob.b": 2,
    "a-b": 3,
    "小明": 4,
    "小": 5,
    "josé": 6,
    "alice_": 7,
    "กขค": 8,
    "room": None,
    "所有人": None,
}


def people(source: str) -> list[int | None]:
    """Those whom the source mentions, in the order in which it does."""
    tree = richtext.parse(source, NAMES)
    msgspec.convert(tree or [], list[Block], strict=True)
    return [node["user"] for node in nodes(tree or []) if node["t"] == "mention"]


def nodes(tree: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one for node in tree for one in [node, *nodes(node.get("c", []))]]


def text(source: str) -> str:
    """All that the tree shows, without breaks."""
    tree = richtext.parse(source, NAMES) or [{"t": "text", "text": source}]
    return "".join(node.get("text", "") for node in nodes(tree))


@pytest.mark.parametrize(
    ("source", "mentioned"),
    [
        ("@alice", [1]),
        ("hi @alice, hi @bob.b.", [1, 2]),
        ("@Alice @ALICE @ａｌｉｃｅ", [1, 1, 1]),
        ("(@alice) “@alice” cc:@alice", [1, 1, 1]),
        ("@alice's", [1]),
        ("@alice.", [1]),
        ("@alice... @a-b-", [1, 3]),
        ("@José @Jose\u0301", [6, 6]),
        ("@小明你好", [4]),
        ("你好@小明，@小红", [4, 5]),
        ("你好@alice你好", [1]),
        ("@กขคสวัสดี", [8]),
        ("**@alice** _@bob.b_ ~~@alice~~", [1, 2, 1]),
        ("@alice_", [7]),
        ("> @alice\n- @bob.b", [1, 2]),
        ("@room @所有人", [None, None]),
        ("@alice\n@alice", [1, 1]),
    ],
)
def test_it_finds_those_who_are_mentioned(source: str, mentioned: list[int | None]) -> None:
    assert people(source) == mentioned


@pytest.mark.parametrize(
    "source",
    [
        "alice",
        "@alicexyz",
        "@alice.xyz",
        "@alice-xyz",
        "@nobody",
        "x@alice",
        "1@alice",
        "me@alice.example",
        "a_@alice.example",
        "alice@alice",
        "@alice@social.example",
        "@@alice",
        "`@alice`",
        "```\n@alice\n```",
        "https://example.org/@alice",
        "<https://example.org/@alice>",
        "example.org/@alice",
        "[@alice](https://example.org)",
        "mailto:x@alice.example",
        "@ alice",
        "#@alice",
    ],
)
def test_what_only_looks_like_a_mention_is_none(source: str) -> None:
    assert people(source) == []


def test_a_mention_keeps_what_was_typed() -> None:
    assert text("Hi, @Alice! 你好@小明你好") == "Hi, @Alice! 你好@小明你好"


def test_whom_nobody_knows_leaves_the_text_plain() -> None:
    assert richtext.parse("@alice") is None
    assert richtext.parse("hi @nobody", NAMES) is None


def test_it_says_whom_a_tree_mentions() -> None:
    tree = richtext.parse("> @alice **@bob.b** @room\n\n@alice", NAMES)
    assert richtext.mentioned(tree) == ({1, 2}, True)
    assert richtext.mentioned(None) == (set(), False)


def test_only_names_that_may_be_meant_are_candidates() -> None:
    assert richtext.candidates("hi @Alice.B, me@example.org") == {"alice.b"}
    assert richtext.candidates("@小明") == {"小明", "小"}
    assert richtext.candidates("no one") == set()


@pytest.mark.parametrize(
    "piece", ["@", "@a", "@小明", "@@a ", "_@a", "@" + "中" * 31, "@a\u0301\u0301 ", "@alice "]
)
def test_hostile_text_is_bounded(piece: str) -> None:
    source = (piece * FULL)[:FULL]
    assert len(richtext.candidates(source)) <= 1_000
    assert is_quick(lambda: richtext.candidates(source))
    assert is_quick(lambda: richtext.parse(source, NAMES))
