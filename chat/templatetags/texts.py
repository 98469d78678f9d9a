"""Numbers and names as static/js/strings.js writes them, so that scripts draw what the server did."""

from django import template

from .. import strings

register = template.Library()
register.filter("isolated", strings.isolated)
register.filter("isolated_if_turning", strings.isolated_if_turning)


@register.filter
def number(n: int | str) -> str:
    return strings.number(n) if isinstance(n, int) else ""  # a <template> has none


@register.filter
def counted(n: int, name: str) -> str:
    """So many of what the texts of the page have by this name."""
    return strings.counted(name, n)
