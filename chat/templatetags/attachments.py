"""How a file is shown; static/js/attachments.js says the same for what the browser draws."""

from typing import Literal

from django import template
from django.utils.formats import number_format

from ..protocol.shapes import Attachment
from ..strings import counted, number, text

register = template.Library()

Kind = Literal["picture", "video", "audio", "file"]

# A picture alone fits into this box, in pixels of the page.
BOX_WIDTH, BOX_HEIGHT = 400, 300
LEAST = 40
KIB = 1024
_ARCHIVES = {"application/zip", "application/gzip", "application/x-7z-compressed"}
_TEXTS = {"application/pdf", "text/plain"}


@register.filter
def kind(file: Attachment | None) -> Kind | Literal[""]:
    if file is None:
        return ""
    if file.width and file.height:
        return "picture"
    if file.type.startswith("video/"):
        return "video"
    return "audio" if file.type.startswith("audio/") else "file"


@register.filter
def sort(file: Attachment | None) -> str:
    """Which icon its card has."""
    if file is None:
        return ""
    if file.type in _ARCHIVES:
        return "archive"
    return "text" if file.type in _TEXTS else str(kind(file))


@register.filter
def preview(file: Attachment) -> str:
    return file.thumb or file.url


@register.filter
def shown_width(file: Attachment) -> int:
    return _shown_size(file)[0]


@register.filter
def shown_height(file: Attachment) -> int:
    return _shown_size(file)[1]


@register.filter
def size_text(size: int | str) -> str:
    """As people say it: two digits are enough."""
    if not isinstance(size, int):
        return ""
    if size < KIB:
        return counted("size_bytes", size)
    if size < KIB * KIB:
        return text("size_kib", n=_brief(size / KIB))
    return text("size_mib", n=_brief(size / KIB / KIB))


def _brief(amount: float) -> str:
    tenths = round(amount * 10)
    if tenths >= 100 or tenths % 10 == 0:
        return number(round(amount))
    return number_format(tenths / 10, 1)


def _shown_size(file: Attachment) -> tuple[int, int]:
    """The space that is reserved for a picture, before any of it has come."""
    width, height = file.width or LEAST, file.height or LEAST
    scale = min(1, BOX_WIDTH / width, BOX_HEIGHT / height)
    return max(LEAST, round(width * scale)), max(LEAST, round(height * scale))
