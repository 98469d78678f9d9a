from functools import cache

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from lucide.templatetags.lucide import lucide

register = template.Library()


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """A Lucide icon at the product's size and stroke; `label` for one that stands without text."""
    if not label:
        return _drawing(name)
    return format_html('{}<span class="spoken">{}</span>', _drawing(name), label)


@cache
def _drawing(name: str) -> SafeString:
    markup = lucide(
        name,
        size=18,
        stroke_width="1.75",
        aria_hidden="true",
        focusable="false",
        **{"class": "icon"},
    )
    return SafeString(markup)
