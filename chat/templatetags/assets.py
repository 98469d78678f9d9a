"""What a page fetches beside itself: its style sheet and its modules.

There is no build step. Django's own rewriting of JavaScript imports is unsafe (it misses forms of import
and breaks on cycles), so modules import each other as "chat/store.js" and an import map leads each name
to its hashed address.
"""

import json
from functools import cache

import msgspec
from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from ..modules import all_modules, first_load
from ..protocol.codec import encode
from ..styles import ALL, FILES

register = template.Library()


@register.simple_tag
def stylesheets() -> SafeString:
    """One sheet for all pages; while one works on them, the files that it is made of."""
    names = FILES if settings.DEBUG else [ALL]
    return format_html_join(
        "\n    ", '<link rel="stylesheet" href="{}">', ([static(name)] for name in names)
    )


@register.simple_tag(takes_context=True)
def module_map(context: template.Context) -> SafeString:
    """The import map, and a hint to fetch at once what a page starts with instead of link by link."""
    modules = _addresses() if settings.DEBUG else _addresses_once()
    first = first_load() if settings.DEBUG else _first_load_once()
    # Our own file names: nothing in them could end the element.
    names = SafeString(json.dumps({"imports": modules}, separators=(",", ":")))
    hints = format_html_join(
        "", '<link rel="modulepreload" href="{}">', ([modules[name]] for name in first)
    )
    return format_html(
        '<script type="importmap" nonce="{}">{}</script>{}', context["CSP_NONCE"], names, hints
    )


@register.simple_tag
def data_block(element_id: str, data: dict[str, object] | msgspec.Struct) -> SafeString:
    """Wire structs for the client as a block of JSON, which no content security policy executes."""
    text = encode(data).decode()
    for character, escape in {"<": "\\u003C", ">": "\\u003E", "&": "\\u0026"}.items():
        text = text.replace(character, escape)
    return format_html(
        '<script type="application/json" id="{}">{}</script>', element_id, SafeString(text)
    )


def _addresses() -> dict[str, str]:
    """Specifier -> address of every module: what can wait is looked up when it is wanted."""
    return {name: static(f"js/{name.removeprefix('chat/')}") for name in all_modules()}


_addresses_once = cache(_addresses)
_first_load_once = cache(first_load)
