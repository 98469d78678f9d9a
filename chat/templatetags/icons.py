from functools import cache
from importlib.resources import files
from io import BytesIO
from zipfile import ZipFile

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

_HEAD = (
    '<svg width="18" height="18" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75"'
    ' stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false" class="icon">'
)


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """A Lucide icon at the product's size and stroke; `label` for one that stands without text."""
    if not label:
        return _drawing(name)
    return format_html('{}<span class="spoken">{}</span>', _drawing(name), label)


@cache
def _drawing(name: str) -> SafeString:
    _, _, lines = _drawings().read(f"{name}.svg").decode().partition(">")
    return mark_safe(_HEAD + lines.strip())  # noqa: S308 - of the package


@cache
def _drawings() -> ZipFile:
    """Opened once: the package's own tag reads the archive's long table of contents for each icon."""
    return ZipFile(BytesIO(files("lucide").joinpath("lucide.zip").read_bytes()))
