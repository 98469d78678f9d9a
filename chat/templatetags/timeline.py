from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from ..protocol.shapes import Message, User
from ..strings import text

register = template.Library()

SAFE_SCHEMES = ("http://", "https://", "mailto:")
TINTS = 6


@register.filter
def initial(user: User) -> str:
    return user.name[:1].upper()


@register.filter
def tint(user: User) -> int:
    """One of the grounds that tell people apart; static/js/people.js chooses the same."""
    return user.id % TINTS + 1


@register.simple_tag
def message_text(message: Message, people: Mapping[int, User], reader_id: int) -> SafeString:
    """A message's text: its rich-text tree, or the plain body, whose line breaks CSS keeps."""
    if message.content is None:
        return format_html("{}", message.body)
    return rich_text(message.content, people, reader_id)


def rich_text(
    nodes: Iterable[Any], people: Mapping[int, User] | None = None, reader_id: int | None = None
) -> SafeString:
    """The tree as markup. What this version does not know is shown as the text it holds."""
    named = _named(nodes, people or {}, reader_id)
    return format_html_join("", "{}", ((_node(node),) for node in named))


def _named(
    nodes: Iterable[Any], people: Mapping[int, User], reader_id: int | None
) -> Iterator[Any]:
    """The nodes with those whom they mention under their present names."""
    for node in nodes:
        if isinstance(node, dict) and node.get("t") == "mention":
            user = people.get(node.get("user") or 0)
            known = {"name": user.name, "username": user.username} if user else {}
            yield node | known | {"is_reader": node.get("user") in (None, reader_id)}
        elif isinstance(node, dict) and isinstance(node.get("c"), list):
            yield node | {"c": list(_named(node["c"], people, reader_id))}
        else:
            yield node


def _node(node: Any) -> SafeString:
    if not isinstance(node, dict):
        return SafeString()
    render = _NODES.get(node.get("t", ""))
    if render is not None:
        return render(node)
    return format_html("{}{}", node.get("text", ""), _inside(node))


def _inside(node: dict[str, Any]) -> SafeString:
    children = node.get("c", [])
    if not isinstance(children, list):
        return SafeString()
    return format_html_join("", "{}", ((_node(child),) for child in children))


def _mention(node: dict[str, Any]) -> SafeString:
    kind = "mention mention--me" if node.get("is_reader") else "mention"
    if "name" not in node:
        return format_html('<bdi class="{}">{}</bdi>', kind, node.get("text", ""))
    return format_html(
        '<bdi class="{}" title="@{}">@{}</bdi>', kind, node["username"], node["name"]
    )


def _wrapped(tag: str) -> Callable[[dict[str, Any]], SafeString]:
    return lambda node: format_html("<{0}>{1}</{0}>", tag, _inside(node))


def _link(node: dict[str, Any]) -> SafeString:
    href = str(node.get("href", ""))
    if not href.lower().startswith(SAFE_SCHEMES):
        return _inside(node)
    return format_html(
        '<a href="{}" target="_blank" rel="noopener noreferrer nofollow">{}</a>',
        href,
        _inside(node),
    )


def _list(node: dict[str, Any]) -> SafeString:
    if not node.get("ordered"):
        return format_html('<ul dir="auto">{}</ul>', _inside(node))
    start = int(node.get("start", 1))
    return format_html('<ol dir="auto" start="{}">{}</ol>', start, _inside(node))


def _quote(node: dict[str, Any]) -> SafeString:
    """Its bar stands where its text begins, and so do a list's marks."""
    return format_html('<blockquote dir="auto">{}</blockquote>', _inside(node))


def _spoiler(node: dict[str, Any]) -> SafeString:
    """Closed; components/text-actions.js opens it."""
    return format_html(
        '<span class="spoiler" role="button" tabindex="0" aria-label="{}">'
        '<span class="spoiler__text" inert>{}</span></span>',
        text("spoiler"),
        _inside(node),
    )


_NODES: dict[str, Callable[[dict[str, Any]], SafeString]] = {
    "p": _wrapped("p"),
    "quote": _quote,
    "list": _list,
    "item": _wrapped("li"),
    "code_block": lambda node: format_html(
        '<pre tabindex="0"><code>{}</code></pre>', node.get("text", "")
    ),
    "text": lambda node: format_html("{}", node.get("text", "")),
    "b": _wrapped("strong"),
    "i": _wrapped("em"),
    "s": _wrapped("s"),
    "spoiler": _spoiler,
    "code": lambda node: format_html("<code>{}</code>", node.get("text", "")),
    "link": _link,
    "mention": _mention,
    "br": lambda _: SafeString("<br>"),
}
