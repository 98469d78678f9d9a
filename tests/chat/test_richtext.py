"""What people type becomes a tree: the right nodes, nothing lost, nothing dangerous, always quickly."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chat import richtext
from chat.protocol.content import Block
from tests.chat.pace import FULL, ORDINARY, is_quick

PIECES = [
    *[
        "*",
        "**",
        "_",
        "~~",
        "`",
        "```",
        "[",
        "]",
        "](",
        "(",
        ")",
        "<",
        ">",
        "\\",
        "!",
        "#",
        "|",
        "||",
    ],
    *[
        "> ",
        "- ",
        "1. ",
        "  ",
        "\n",
        "\n\n",
        "\t",
        " ",
        "，",
        "。",
        "）",
        "“",
        "中文",
        "word",
        "\u202e",
    ],
    *[
        "https://a.example",
        "http://",
        "mailto:",
        "a@b.example",
        "javascript:",
        "data:",
        "&#106;",
        "¯",
    ],
]


def parsed(source: str) -> list[dict[str, Any]]:
    tree = richtext.parse(source)
    assert tree is not None
    msgspec.convert(tree, list[Block], strict=True)
    return tree


def brief(node: Any) -> Any:
    """A node as a tuple, its text alone where it is text: shorter to compare with."""
    if isinstance(node, list):
        return [brief(child) for child in node]
    match node:
        case {"t": "text", "text": text}:
            return text
        case {"t": "br"}:
            return "\n"
        case dict():
            return tuple(brief(value) for value in node.values())
    return node


def line(source: str) -> Any:
    """The inline nodes of a source that is one paragraph."""
    [paragraph] = parsed(source)
    assert paragraph["t"] == "p"
    return brief(paragraph["c"])


def text_of(node: Any) -> str:
    if isinstance(node, list):
        return "".join(text_of(child) for child in node)
    return str(node.get("text", "")) + text_of(node.get("c", []))


def depth_of(node: Any) -> int:
    if isinstance(node, list):
        return max((depth_of(child) for child in node), default=0)
    return 1 + depth_of(node.get("c", []))


def hrefs_of(node: Any) -> list[str]:
    if isinstance(node, list):
        return [href for child in node for href in hrefs_of(child)]
    own = [node["href"]] if "href" in node else []
    return own + hrefs_of(node.get("c", []))


@pytest.mark.parametrize(
    "source",
    [
        *[
            "Hello",
            "two\nlines",
            "two\n\nparagraphs",
            "你好，世界！",
            "snake_case_name",
            "5 * 3 * 2",
        ],
        *["# no heading", "| no | table |", "<b>no html</b>", "&amp; &lt;", "---", "a ~ b ~~~ c"],
        *[
            "-",
            "1.",
            "* * *",
            ">",
            ">_<",
            ">5 people",
            ">>> import this",
            "-5 °C",
            "+1",
            "2026.11 ok",
        ],
        *[
            r"¯\_(ツ)_/¯",
            r"C:\new\folder",
            r"\\server\share",
            "a `lone backtick",
            "**",
            "[a](b)",
            "@bob",
        ],
    ],
)
def test_plain_text_needs_no_tree(source: str) -> None:
    assert richtext.parse(source) is None


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a **b** c", ["a ", ("b", ["b"]), " c"]),
        ("__b__ _i_ *i*", [("b", ["b"]), " ", ("i", ["i"]), " ", ("i", ["i"])]),
        ("~~gone~~", [("s", ["gone"])]),
        ("**a *b* ~~c~~**", [("b", ["a ", ("i", ["b"]), " ", ("s", ["c"])])]),
        ("`a *b*`", [("code", "a *b*")]),
        ("*one\ntwo*", [("i", ["one", "\n", "two"])]),
        ("**b** x\n  kept", [("b", ["b"]), " x", "\n", "  kept"]),
        (r"\*not\* **b**", ["*not* ", ("b", ["b"])]),
    ],
)
def test_marks_become_nodes(source: str, expected: object) -> None:
    assert line(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("**重点：**说明", [("b", ["重点："]), "说明"]),
        ("他说**「好。」**然后走了", ["他说", ("b", ["「好。」"]), "然后走了"]),
        ("这是*强调*的话", ["这是", ("i", ["强调"]), "的话"]),
        ("これは~~古い。~~新しい", ["これは", ("s", ["古い。"]), "新しい"]),
    ],
)
def test_marks_work_beside_chinese_and_japanese_punctuation(source: str, expected: object) -> None:
    assert line(source) == expected


def test_an_escape_alone_hides_its_backslash() -> None:
    assert line(r"\*not bold\*") == ["*not bold*"]


def test_a_quote_ends_where_its_marks_end() -> None:
    assert brief(parsed("> asked\nanswered")) == [
        ("quote", [("p", ["asked"])]),
        ("p", ["answered"]),
    ]


def test_a_list_ends_where_its_marks_end() -> None:
    [items, after] = parsed("- milk\n- tea\nthanks")
    assert brief(items["c"]) == [("item", [("p", ["milk"])]), ("item", [("p", ["tea"])])]
    assert brief(after) == ("p", ["thanks"])


def test_lists_nest() -> None:
    [outer] = parsed("- a\n  1. b")
    assert brief(outer["c"]) == [
        ("item", [("p", ["a"]), ("list", True, 1, [("item", [("p", ["b"])])])])
    ]


def test_a_numbered_list_shows_the_numbers_that_were_typed() -> None:
    tree = parsed("3. three\n4. four\n9. nine")
    assert [(node["start"], len(node["c"])) for node in tree] == [(3, 2), (9, 1)]


@pytest.mark.parametrize(
    ("source", "lang", "text"),
    [
        ("```py\nx = 1\n\n    y\n```", "py", "x = 1\n\n    y"),
        ("~~~\n**raw** <b>\n~~~", "", "**raw** <b>"),
        ("```\nunclosed", "", "unclosed"),
        ("```SELECT 1;\nSELECT 2;```", "", "SELECT 1;\nSELECT 2;"),
        ("```two words\nx\n```", "", "two words\nx"),
    ],
)
def test_fenced_code_keeps_its_text(source: str, lang: str, text: str) -> None:
    assert parsed(source) == [{"t": "code_block", "lang": lang, "text": text}]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("||he did it||", [("spoiler", ["he did it"])]),
        ("说||他**死**了||。", ["说", ("spoiler", ["他", ("b", ["死"]), "了"]), "。"]),
        ("||a|| or ||b||", [("spoiler", ["a"]), " or ", ("spoiler", ["b"])]),
        ("||two\nlines||", [("spoiler", ["two", "\n", "lines"])]),
        ("**a ||b** c||", ["**a ", ("spoiler", ["b** c"])]),
    ],
)
def test_what_stands_between_bars_is_hidden(source: str, expected: list[Any]) -> None:
    assert line(source) == expected


@pytest.mark.parametrize(
    "source", ["a || b || c", "if (a ||\nb)", "||", "||||", "|||a|||", "|| a||", "||a", "a | b | c"]
)
def test_a_condition_hides_nothing(source: str) -> None:
    assert richtext.parse(source) is None


def test_a_backslash_or_code_keeps_bars() -> None:
    assert text_of(parsed("\\||a||")) == "||a||"
    assert line("`||a||`") == [("code", "||a||")]


@pytest.mark.parametrize(
    ("source", "href", "rest"),
    [
        ("(see https://a.example/x_(y)).", "https://a.example/x_(y)", ["(see ", ")."]),
        ("看https://a.example/好，谢谢", "https://a.example/%E5%A5%BD", ["看", "，谢谢"]),
        ("看https://a.example很好", "https://a.example", ["看", "很好"]),
        ("（https://a.example/）", "https://a.example/", ["（", "）"]),
        ("http://localhost:8000/?q=1#top!", "http://localhost:8000/?q=1#top", ["!"]),
        ("http://例え.jp/", "http://xn--r8jz45g.jp/", []),
        ("write bob@a.example.", "mailto:bob@a.example", ["write ", "."]),
        ("<https://a.example>", "https://a.example", []),
        ("[label](https://a.example/?a=1&copy=2)", "https://a.example/?a=1&copy=2", []),
    ],
)
def test_addresses_become_links(source: str, href: str, rest: list[str]) -> None:
    nodes = line(source)
    assert [node[1] for node in nodes if isinstance(node, tuple)] == [href]
    assert [node for node in nodes if isinstance(node, str)] == rest


def test_marks_around_an_address_are_not_part_of_it() -> None:
    assert line("**https://a.example/b**") == [
        ("b", [("link", "https://a.example/b", ["https://a.example/b"])])
    ]


@pytest.mark.parametrize("source", ["example.com", "README.md", "www.example.com", "//a.example/x"])
def test_what_only_resembles_an_address_stays_text(source: str) -> None:
    assert richtext.parse(source) is None


@pytest.mark.parametrize(
    "address",
    [
        *[
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            "java\tscript:alert(1)",
            "data:text/html,x",
        ],
        *["vbscript:msgbox(1)", "file:///etc/passwd", "//a.example", "/rooms/", "?q", "#top", ""],
        *[
            "&#106;avascript:alert(1)",
            "javascript&colon;alert(1)",
            "java\\script:alert(1)",
            "\u2028x:y",
        ],
        *[
            "\x01javascript:alert(1)",
            "\u200bjavascript:alert(1)",
            "ｊavascript:alert(1)",
            "blob:a",
        ],
        *["https://bank.example@evil.example/", "https:\\\\evil.example", "http:evil", "https://"],
    ],
)
@pytest.mark.parametrize("form", ["[x]({})", "<{}>", "{}", "[x](<{}>)", "![x]({})", "[x]: {}"])
def test_a_dangerous_address_never_becomes_a_link(form: str, address: str) -> None:
    source = form.format(address)
    tree = richtext.parse(source) or []
    assert all(href.startswith("mailto:") for href in hrefs_of(tree))
    assert not tree or text_of(tree) == source


def test_a_label_that_is_an_address_cannot_hide_another() -> None:
    nodes = line("[https://bank.example](https://evil.example/)")
    assert [node[1:] for node in nodes if isinstance(node, tuple)] == [
        ("https://bank.example", ["https://bank.example"]),
        ("https://evil.example/", ["https://evil.example/"]),
    ]


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script> **b**",
        "<img src=x onerror=alert(1)> **b**",
        "![alt](https://a.example/x.png)",
        "# title **b**",
        "| a | b |\n|---|---|\n| **c** | d |",
        "[ref]: https://a.example\n[ref]",
        "&lt;b&gt; &#x2a; **b**",
    ],
)
def test_what_is_not_understood_stays_visible(source: str) -> None:
    assert text_of(parsed(source)) == source.replace("**", "").replace("\n", "")


def test_line_ends_of_any_kind_are_one() -> None:
    assert line("*a*\r\nb\rc") == [("i", ["a"]), "\n", "b", "\n", "c"]


@given(st.text(st.characters(), max_size=300) | st.lists(st.sampled_from(PIECES)).map("".join))
@example("\ud800 **b** https://\ud800.example")
@example("[" * 50 + "](https://a.example)" + "]" * 50)
@example("- > " * 30 + "***~~x~~***")
def test_any_text_gives_a_sound_tree(source: str) -> None:
    tree = richtext.parse(source)
    if tree is not None:
        msgspec.convert(tree, list[Block], strict=True)
        assert depth_of(tree) <= 16
        assert all(href.startswith(("http://", "https://", "mailto:")) for href in hrefs_of(tree))


@given(
    st.lists(
        st.sampled_from([*"*_~`[]()<>\\!#- \n", "||", "abc", "，", "中", "> ", "1. ", "```\n"])
    ).map("".join)
)
def test_every_word_is_shown(source: str) -> None:
    tree = richtext.parse(source)
    if tree is not None:
        shown = text_of(tree) + "".join(node.get("lang", "") for node in _all(tree))
        assert sorted(c for c in shown if c in "abc，中") == sorted(
            c for c in source if c in "abc，中"
        )


@pytest.mark.parametrize(
    "unit",
    [
        *[
            "[",
            "*_",
            "*",
            "**a ",
            "> ",
            ">",
            "> > > a\n",
            "- ",
            "- a\n",
            "1. a\n",
            "`",
            "` ",
            "<",
            "![[[",
        ],
        *[
            "((((",
            "http://x/(",
            "http://",
            "https://a.b ",
            "](",
            "[a](https://b) ",
            "~~a",
            "a@",
            "a@b.c ",
        ],
        *[
            "\\*",
            "```\n",
            "a\n*b*\n",
            "\t- a\n",
            "`` ` ``` ",
            "**重点：**说",
            "[a](https://b/(",
            "é*",
            "a:",
            "|",
            "||",
            "||a ",
            "||a|| ",
            "||*a",
            "\\||",
        ],
    ],
)
def test_the_worst_text_is_parsed_quickly(unit: str) -> None:
    source = (unit * FULL)[:FULL]
    assert is_quick(lambda: richtext.parse(source))


def test_nesting_without_end_is_parsed_quickly() -> None:
    nested = "".join("  " * depth + "- a\n" for depth in range(86))
    quoted = "".join("> " * depth + "a\n" for depth in range(86))
    runs = " ".join("`" * length for length in range(1, 126))
    brackets = "[" * 3_980 + "](https://a.example)" + "]" * 3_980
    for source in (nested, quoted, runs, brackets):
        assert is_quick(partial(richtext.parse, source))


def test_what_the_pace_is_taken_from_is_all_marked_up() -> None:
    assert richtext.parse(ORDINARY) is not None


def test_too_many_marks_are_shown_as_plain_text() -> None:
    assert richtext.parse("**b** " * 1_300) is None


def test_marks_inside_code_do_not_count() -> None:
    code = "a_b[c]*d*<e>\n" * 600
    assert parsed(f"```py\n{code}```")[0]["text"] == code.rstrip("\n")


def test_threads_do_not_disturb_each_other() -> None:
    sources = [f"**{n}** [x](https://a{n}.example) `{n}`\n- {n}" for n in range(200)]
    expected = [richtext.parse(source) for source in sources]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(richtext.parse, sources)) == expected


def _all(nodes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [found for node in nodes for found in [node, *_all(node.get("c", []))]]
