from collections.abc import Callable, Iterable
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
def message_text(message: Message) -> SafeString:
    """A message's text: its rich-text tree, or the plain body, whose line breaks CSS keeps."""
    if message.content is None:
        return format_html("{}", message.body)
    return rich_text(message.content)


def rich_text(nodes: Iterable[Any]) -> SafeString:
    """The tree as markup. What this version does not know is shown as the text it holds."""
    return format_html_join("", "{}", ((_node(node),) for node in nodes))


def _node(node: Any) -> SafeString:
    if not isinstance(node, dict):
        return SafeString()
    render = _NODES.get(node.get("t", ""))
    if render is not None:
        return render(node)
    return format_html("{}{}", node.get("text", ""), _inside(node))


def _inside(node: dict[str, Any]) -> SafeString:
    children = node.get("c", [])
    return rich_text(children) if isinstance(children, list) else SafeString()


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
        return format_html("<ul>{}</ul>", _inside(node))
    return format_html('<ol start="{}">{}</ol>', int(node.get("start", 1)), _inside(node))


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
    "quote": _wrapped("blockquote"),
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
    "br": lambda _: SafeString("<br>"),
}
