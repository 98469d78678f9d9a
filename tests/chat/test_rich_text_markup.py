from typing import Any

import pytest

from chat import richtext
from chat.protocol.shapes import User
from chat.templatetags.timeline import rich_text

OUTWARD = 'target="_blank" rel="noopener noreferrer nofollow"'


@pytest.mark.parametrize(
    ("source", "markup"),
    [
        ("**bold** and *italic*", "<p><strong>bold</strong> and <em>italic</em></p>"),
        ("~~gone~~", "<p><s>gone</s></p>"),
        ("a `<b>` here", "<p>a <code>&lt;b&gt;</code> here</p>"),
        ("```py\nx < 1\n```", '<pre tabindex="0"><code>x &lt; 1</code></pre>'),
        (
            "||hid||",
            (
                '<p><span class="spoiler" role="button" tabindex="0"'
                ' aria-label="Hidden text. Press to show it.">'
                '<span class="spoiler__text" inert>hid</span></span></p>'
            ),
        ),
        ("> quoted", '<blockquote dir="auto"><p>quoted</p></blockquote>'),
        ("3. three", '<ol dir="auto" start="3"><li><p>three</p></li></ol>'),
        ("- item", '<ul dir="auto"><li><p>item</p></li></ul>'),
        ("*a*\nb", "<p><em>a</em><br>b</p>"),
        (
            "[there](https://example.org/?a=1&b=2)",
            f'<p><a href="https://example.org/?a=1&amp;b=2" {OUTWARD}>there</a></p>',
        ),
    ],
)
def test_a_source_becomes_markup(source: str, markup: str) -> None:
    tree = richtext.parse(source)
    assert tree is not None
    assert rich_text(tree) == markup


def test_people_stand_under_their_present_names() -> None:
    bob = User(2, "bob", "Bob <3", None, "", "person")
    tree = richtext.parse("**@bob** @carol @room", {"bob": 2, "carol": 3, "room": None})
    assert tree is not None
    assert rich_text(tree, {2: bob}, 3) == (
        '<p><strong><bdi class="mention" title="@bob">@Bob &lt;3</bdi></strong> '
        '<bdi class="mention mention--me">@carol</bdi> '
        '<bdi class="mention mention--me">@room</bdi></p>'
    )


@pytest.mark.parametrize(
    "href", ["javascript:alert(1)", " javascript:x", "data:x", "//x", "/x", ""]
)
def test_only_addresses_elsewhere_are_linked(href: str) -> None:
    link = {"t": "link", "href": href, "c": [{"t": "text", "text": "there"}]}
    assert rich_text([link]) == "there"


@pytest.mark.parametrize("tag", ["script", "img", "style", "__class__", "sparkle"])
def test_what_is_not_known_is_shown_as_its_text(tag: str) -> None:
    node = {"t": tag, "text": "<x>", "c": [{"t": "text", "text": "inside"}]}
    assert rich_text([node]) == "&lt;x&gt;inside"


@pytest.mark.parametrize(
    "node", [None, 3, "x", [], {"t": 5}, {"t": "p", "c": "x"}, {"t": "list", "ordered": True}]
)
def test_nonsense_is_taken_calmly(node: Any) -> None:
    assert "<script" not in rich_text([node])
