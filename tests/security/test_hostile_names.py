"""Names that lie: whatever somebody may call something, it is refused, or it is stored as what one sees."""

import re
import unicodedata
from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils.http import content_disposition_header

from accounts.models import User
from accounts.names import checked_name, checked_status, normal_username, validate_username
from chat.errors import ChatError
from chat.models import Room
from chat.naming import fit_name, fit_topic, slugify
from chat.protocol.limits import MAX_NAME, MAX_TOPIC
from files.names import NAME_MAX, clean_name
from tests.chat.stored import store
from tests.people import make_person

HOSTILE = {
    "right to left": "ann\u202egpj.exe",
    "isolate": "\u2066ann",
    "zero width": "an\u200bn",
    "joiner": "an\u200dn",
    "soft hyphen": "an\u00adn",
    "byte order mark": "\ufeffann",
    "tag": "ann\U000e0041",
    "blank that is a letter": "\u3164",
    "filler": "\u115f\u1160",
    "braille blank": "\u2800",
    "header": "ann\r\nSet-Cookie: a=b",
    "line separator": "ann\u2028bob",
    "nul": "ann\0",
    "bell": "ann\x07",
    "escape": "\x1b[31mann",
    "pile of accents": "a" + "\u0337" * 40,
    "endless": "a" * 100_000,
    "endless accents": "\u0337" * 100_000,
    "nothing": "",
    "spaces": " \u3000 ",
    "half a character": "\ud800",
    "path": "../../etc/passwd",
    "markup": "<script>alert(1)</script>",
    "quotes": "\"'><img src=x onerror=alert(1)>",
    "template": "{{ 7-7 }}{% debug %}",
    "formula": "=cmd|'/c calc'!A1",
}
BLANK = set("\u115f\u1160\u3164\uffa0\u2800")
INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


def username(text: str) -> str:
    normal = normal_username(text)
    validate_username(normal)
    return normal


DOORS: dict[str, tuple[Callable[[str], str], int]] = {
    "username": (username, 32),
    "name": (checked_name, 50),
    "status": (checked_status, 100),
    "room": (fit_name, MAX_NAME),
    "topic": (fit_topic, MAX_TOPIC),
    "file": (clean_name, NAME_MAX),
}


@pytest.mark.parametrize("door", DOORS)
def test_what_is_let_in_hides_nothing(door: str) -> None:
    let_in, most = DOORS[door]
    for kind, text in HOSTILE.items():
        try:
            stored = let_in(text)
        except (ValidationError, ChatError):
            continue
        hidden = {one for one in stored if unicodedata.category(one) in INVISIBLE}
        assert hidden <= ({"\u200d", "\u200c"} if door == "file" else set()), kind
        assert len(stored) <= most, kind
        assert not set(stored) & BLANK, kind


@pytest.mark.parametrize("door", ["username", "name", "room"])
@pytest.mark.parametrize(
    "kind", ["right to left", "zero width", "nul", "endless", "spaces", "pile of accents"]
)
def test_these_are_refused_wherever_somebody_is_named(door: str, kind: str) -> None:
    with pytest.raises((ValidationError, ChatError)):
        DOORS[door][0](HOSTILE[kind])


@pytest.mark.parametrize("kind", HOSTILE)
def test_an_address_of_a_room_is_one_part_of_a_path(kind: str) -> None:
    try:
        slug = slugify(fit_name(HOSTILE[kind]))
    except ChatError:
        return
    assert not set(slug) & set("/\\?#%.\r\n<>\"'& ")


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_file_s_name_is_one_line_of_a_header(kind: str) -> None:
    name = clean_name(HOSTILE[kind])
    header = content_disposition_header(as_attachment=True, filename=name)
    assert header is not None
    assert re.fullmatch(r'attachment; filename(="[^"\r\n]*"|\*=utf-8\'\'[^"\r\n]*)', header)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("taken", "given"),
    [
        ("alice", "a1ice"),
        ("alice", "ALICE"),
        ("alice", "ａｌｉｃｅ"),
        ("alice", "аlice"),
        ("paul", "pаul"),
        ("rnike", "mike"),
    ],
)
def test_nobody_is_called_what_looks_like_another(taken: str, given: str) -> None:
    make_person(taken)
    with pytest.raises(ValidationError):
        make_person(given)


@pytest.mark.django_db
@pytest.mark.usefixtures("media")
def test_a_page_shows_them_as_text(client: Client, alice: User, bob: User, room: Room) -> None:
    """Past every rule: as a database might hold them that other hands have written."""
    markup = HOSTILE["quotes"] + HOSTILE["markup"]
    User.objects.filter(pk=alice.pk).update(name=markup[:50], status_text=markup)
    Room.objects.filter(pk=room.pk).update(name=markup, topic=markup)
    store(room, bob, markup)
    client.force_login(bob)
    for path in (f"/rooms/{room.slug}/", "/accounts/profile/"):
        page = client.get(path).text
        assert "<script>alert" not in page
        assert "<img src=x" not in page
