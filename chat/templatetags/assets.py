"""How the browser finds our modules: an import map, because there is no build step.

Django's own rewriting of JavaScript imports is unsafe (it misses forms of import and breaks on cycles),
so modules import each other as "chat/store.js" and the map leads each name to its hashed address.
"""

import json
from functools import cache
from pathlib import Path

import msgspec
from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from ..protocol.codec import encode

register = template.Library()


@register.simple_tag(takes_context=True)
def module_map(context: template.Context) -> SafeString:
    """The import map, and a hint to fetch every module at once instead of link by link."""
    modules = _modules() if settings.DEBUG else _modules_once()
    # Our own file names: nothing in them could end the element.
    names = SafeString(json.dumps({"imports": modules}))
    hints = format_html_join("", '<link rel="modulepreload" href="{}">', zip(modules.values()))
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


def _modules() -> dict[str, str]:
    """Specifier -> address of every module under static/js."""
    static_root = Path(settings.BASE_DIR) / "static"
    paths = sorted((static_root / "js").rglob("*.js"))
    return {
        f"chat/{path.relative_to(static_root / 'js').as_posix()}": static(
            path.relative_to(static_root).as_posix()
        )
        for path in paths
    }


_modules_once = cache(_modules)
