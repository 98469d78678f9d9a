"""One page that holds the whole timeline, for people. It loads nothing and runs nothing: what users wrote
reaches it through `format_html` alone, and its own policy keeps a browser from everything else."""

import base64
import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import ClassVar
from urllib.parse import quote

from django.template.defaultfilters import filesizeformat
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from chat.export.timeline import Page, Row
from chat.models import Attachment, Room
from chat.protocol import shapes
from chat.strings import system_text
from chat.templatetags.timeline import rich_text

STYLE = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0 auto; max-width: 46rem; padding: 1.5rem 1rem; }
header { border-block-end: 1px solid; margin-block-end: 1.5rem; }
article { margin-block: 1rem; overflow-wrap: anywhere; }
article:target { outline: 2px solid; outline-offset: 0.4rem; }
p, ul, blockquote, pre { margin-block: 0.2rem; }
time, .aside { opacity: 0.7; font-size: 0.85em; }
.text { white-space: pre-wrap; }
.text:has(> p, > ul, > ol, > blockquote, > pre) { white-space: normal; }
blockquote { border-inline-start: 3px solid; margin-inline: 0; padding-inline-start: 0.8rem; }
pre { overflow-x: auto; }
a { color: inherit; }
"""
_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
DAY, MINUTES = len("2026-01-31"), len("2026-01-31T12:00")
POLICY = f"default-src 'none'; style-src 'sha256-{_HASH}'; base-uri 'none'; form-action 'none'"
HEAD = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{}">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{}</title>
<style>{}</style>
</head>
<body>
<header>
<h1>{}</h1>
<p>{}</p>
</header>
<main>
"""
ARTICLE = '<article id="m{0}">\n<p>{1} <a href="#m{0}">{2}</a>{3}</p>\n{4}%s\n{6}</article>\n'
SAID, ASIDE = ARTICLE % '<div class="text">{5}</div>', ARTICLE % '<p class="aside">{5}</p>'


class HtmlPage:
    suffix: ClassVar[str] = "html"

    def __init__(self, paths: Mapping[int, str]) -> None:
        """`paths` are those of copied files, by attachment."""
        self._paths = paths
        self._authors: dict[int, SafeString] = {}  # as each stands above what they wrote

    def head(self, room: Room) -> bytes:
        style = mark_safe(STYLE)  # noqa: S308 - our own words
        return format_html(HEAD, POLICY, room, style, room, room.topic).encode()

    def page(self, page: Page) -> bytes:
        return "".join(self._article(row, page) for row in page.rows).encode()

    def tail(self, messages: int) -> bytes:
        end = "</main>\n<footer><p>{} messages.</p></footer>\n</body>\n</html>\n"
        return format_html(end, f"{messages:,}").encode()

    def _article(self, row: Row, page: Page) -> SafeString:
        files = self._files(page.files.get(row.pk, []))
        return format_html(
            SAID if row.deleted_at is None and row.event is None else ASIDE,
            SafeString(row.seq),
            self._author(row, page),
            _time(row.at),
            _marks(row),
            _reply(row),
            _text(row, page),
            files + _reactions(row, page) + _edits(page.edits.get(row.pk)),
        )

    def _author(self, row: Row, page: Page) -> SafeString:
        author_id = row.author_id or 0
        if author_id not in self._authors:
            self._authors[author_id] = _author(page.people.get(author_id))
        return self._authors[author_id]

    def _files(self, files: list[Attachment]) -> SafeString:
        if not files:
            return SafeString()
        items = ((self._file(file), file.type, filesizeformat(file.size)) for file in files)
        listed = format_html_join("", '<li>{} <span class="aside">{}, {}</span></li>\n', items)
        return format_html("<ul>{}</ul>\n", listed)

    def _file(self, file: Attachment) -> SafeString:
        path = self._paths.get(file.pk)
        if path is None:
            return format_html("<bdi>{}</bdi>", file.name)
        return format_html('<a href="{}" download><bdi>{}</bdi></a>', quote(path), file.name)


def _author(user: shapes.User | None) -> SafeString:
    if user is None:
        return SafeString()
    return format_html(
        '<b><bdi>{}</bdi></b> <span class="aside">@{}</span>', user.name, user.username
    )


def _time(at: datetime) -> SafeString:
    exact = at.isoformat()
    return SafeString(f'<time datetime="{exact}">{exact[:DAY]} {exact[DAY + 1 : MINUTES]}</time>')


def _marks(row: Row) -> SafeString:
    if row.edited_at is None and row.pinned_at is None:
        return SafeString()
    marks = [name for name, at in (("edited", row.edited_at), ("pinned", row.pinned_at)) if at]
    return format_html_join("", ' <span class="aside">({})</span>', ((mark,) for mark in marks))


def _text(row: Row, page: Page) -> str:
    if row.deleted_at is not None:
        return "This message was deleted."
    if row.event is not None:
        return system_text(row.event, page.people) or ""
    return row.body if row.content is None else rich_text(row.content, page.people)


def _reply(row: Row) -> SafeString:
    if row.reply_to is None or row.deleted_at is not None:
        return SafeString()
    return format_html('<p class="aside">in reply to <a href="#m{0}">{0}</a></p>\n', row.reply_to)


def _reactions(row: Row, page: Page) -> SafeString:
    found = page.reactions.get(row.pk)
    if not found:
        return SafeString()
    named = ((emoji, ", ".join(_names(ids, page))) for emoji, ids in found.items())
    return format_html('<p class="aside">{}</p>\n', format_html_join(" · ", "{} {}", named))


def _names(ids: list[int], page: Page) -> Iterator[str]:
    return (page.people[one].name for one in ids if one in page.people)


def _edits(edits: list[tuple[datetime, str]] | None) -> SafeString:
    if not edits:
        return SafeString()
    rows = ((_time(at), body) for at, body in edits)
    return format_html_join(
        "", '<details><summary>until {}</summary><div class="text">{}</div></details>\n', rows
    )
