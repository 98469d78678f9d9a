"""What a person asks of the search, taken apart. No database here.

    deploy "on friday" 部署      all of these; what is in quotes stands together, in this order
    from:alice in:general       by her, there; `me`, `#general`, `"Lunch room"` and `in:@bob` are understood
    before:2026-02 after:today  earlier than that year, month or day, later than it (in the site's time zone)
    has:link                    or file, image, reaction, pin

Quotes that do not end end with the text. Whatever else is not a filter is words, whatever it means elsewhere:
`NEAR(`, `OR`, `*`, `note:this`.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from chat.errors import BadRequest, TooLong
from chat.protocol.limits import MAX_QUERY
from chat.search_index import TRAITS
from chat.search_index.words import Phrase, atoms

_QUOTES = str.maketrans("“”„‟«»＂：", '"""""""' + ":")
_PART = re.compile(
    r"""(?:(?P<key>from|in|before|after|has):)?  # a filter's name
        (?:"(?P<quoted>[^"]*)"?|(?P<word>[^\s"]+))?  # what is asked for
        \s*""",
    re.IGNORECASE | re.VERBOSE,
)
_DATE = re.compile(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?")


@dataclass(slots=True)
class Asked:
    """`after` and `before` bound when it was said: from `after` on, before `before`."""

    phrases: list[Phrase] = field(default_factory=list)
    people: list[str] = field(default_factory=list)
    rooms: list[str] = field(default_factory=list)
    traits: list[str] = field(default_factory=list)
    after: datetime | None = None
    before: datetime | None = None


def read(text: str) -> Asked:
    """Raises `BadRequest` where a filter makes no sense, or where nothing is left that could be looked up."""
    if len(text) > MAX_QUERY:
        raise TooLong(f"A search holds at most {MAX_QUERY} characters.")
    if "\0" in text:
        raise BadRequest("A search holds no NUL.")
    asked = Asked()
    for part in _PART.finditer(text.translate(_QUOTES)):
        value = part["quoted"] if part["quoted"] is not None else part["word"] or ""
        if part["key"]:
            _take_filter(asked, part["key"].lower(), value.strip())
        elif phrase := atoms(value):
            asked.phrases.append(phrase)
    if not (asked.phrases or asked.people or asked.traits):
        raise BadRequest("Give a word to search for, or from: or has:.")
    return asked


def _take_filter(asked: Asked, name: str, value: str) -> None:
    if not value:
        raise BadRequest(f"{name}: needs something after it.")
    if name == "from":
        asked.people.append(value)
    elif name == "in":
        asked.rooms.append(value)
    elif name == "has":
        asked.traits.append(_trait(value))
    elif name == "before":
        start, _ = _span(name, value)
        asked.before = min(start, asked.before or start)
    else:
        _, end = _span(name, value)
        asked.after = max(end, asked.after or end)


def _trait(value: str) -> str:
    trait = value.casefold()
    trait = trait if trait in TRAITS else trait.removesuffix("s")
    if trait not in TRAITS:
        raise BadRequest(f"has: takes one of {', '.join(TRAITS)}.")
    return trait


def _span(name: str, value: str) -> tuple[datetime, datetime]:
    """When the named year, month or day begins, and when it is over."""
    try:
        first, next_one = _dates(unicodedata.normalize("NFKC", value).casefold())
    except (ValueError, OverflowError):
        raise BadRequest(f"{name}: takes a date such as 2026-01-31, 2026-01 or today.") from None
    return _midnight(first), _midnight(next_one)


def _dates(value: str) -> tuple[date, date]:
    """The first day of it and the first day after it."""
    today = timezone.localdate()
    named = {"today": today, "yesterday": today - timedelta(days=1)}
    if day := named.get(value):
        return day, day + timedelta(days=1)
    found = _DATE.fullmatch(value)
    if found is None:
        raise ValueError
    year, month, day_of_month = (int(part) if part else None for part in found.groups())
    first = date(year or 0, month or 1, day_of_month or 1)
    if day_of_month:
        return first, first + timedelta(days=1)
    if month:
        return first, (first.replace(day=28) + timedelta(days=4)).replace(day=1)
    return first, first.replace(year=first.year + 1)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
