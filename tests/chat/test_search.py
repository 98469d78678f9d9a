"""What the search finds: the same on SQLite and on PostgreSQL, since every test here runs on both."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from chat import errors, search_index
from chat.actions import messages, reactions
from chat.models import Block, Message, Room
from chat.protocol import commands
from chat.protocol.codec import encode
from chat.protocol.limits import MAX_REPLY_BYTES, SEARCH_PAGE
from chat.protocol.results import SearchResult
from chat.search import search
from chat.search import walk as walks
from chat.search_index.words import atoms, spaced
from tests.chat.searching import bodies, sent
from tests.chat.sending import say
from tests.chat.stored import store
from tests.chat.uploading import picture, upload
from tests.people import make_direct, make_room

pytestmark = pytest.mark.django_db(transaction=True)

CORPUS = [
    "The deploy finished at noon; dashboards look FINE.",
    "Deploying again after lunch, please wait",
    "部署已经完成，监控面板一切正常。",
    "今天下午部署 nginx 到生产环境",
    "東京タワーで会いましょう",
    "ﾃｽﾄ環境のデプロイは明日です",
    "I checked the logs again: 没有发现错误",
    "Party tonight 🎉🎉 who is in? 👍🏽",
    "see https://example.org/docs/setup?lang=en#top and README.md",
    "`let x = foo_bar(42);` // C++ isn't JS",
    "Café Müller, naïve résumé, Ελλάδα",
    "ＦＵＬＬ　ＷＩＤＴＨ１２３ and half ｶﾞ",
    "Straße und STRASSE",
    "don't panic, it's e-mail: bob@example.org",
    '"a" OR NEAR(b) * AND NOT -c',
    "のののの",
    "한국어 메시지도 찾을 수 있어요",
]


@pytest.fixture
def corpus(room: Room, alice: User) -> Room:
    store(room, alice, *CORPUS)
    return room


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("deploy", [0]),
        ("DEPLOY", [0]),
        ("fine", [0]),
        ("lunch deploying", [1]),
        ("部署", [3, 2]),
        ("部", [3, 2]),
        ("署 完", [2]),
        ("部署已经完成", [2]),
        ("署部", []),
        ("完成监控", []),  # punctuation is between them
        ('"完成 监控"', [2]),
        ("部署 nginx", [3]),
        ("nginx到", [3]),
        ("东京", []),
        ("東京", [4]),
        ("タワー", [4]),
        ("の", [15, 5]),
        ("のの", [15]),
        ("テスト", [5]),
        ("デプロイ", [5]),
        ("テフロイ", []),
        ("错误 logs", [6]),
        ('"again 没有"', [6]),
        ("🎉", [7]),
        ("🎉🎉", [7]),
        ("👍", [7]),
        ("https://example.org/docs/setup?lang=en#top", [8]),
        ("example.org", [13, 8]),
        ("README.md", [8]),
        ("foo_bar", [9]),
        ("foo_bar(42)", [9]),
        ("bar_foo", []),
        ("c++", [14, 9]),
        ("cafe muller", [10]),
        ("RÉSUMÉ", [10]),
        ("ελλαδα", [10]),
        ("full width123", [11]),
        ("ｆｕｌｌ", [11]),
        ("ガ", [11]),
        ("カ", []),
        ("strasse", [12]),
        ("don't", [13]),
        ("e-mail", [13]),
        ('"panic it"', [13]),
        ('"it panic"', []),
        ("bob@example.org", [13]),
        ("“dashboards look fine”", [0]),
        ('"dashboards look', [0]),  # a quote that does not end
        ('"a" OR NEAR(', [14]),
        ("near or not and", [14]),
        ("meſsage", []),
        ("메시지", [16]),
        ("찾을 있어요", [16]),
        ("the", [6, 0]),
        ("nowhere", []),
    ],
)
def test_it_finds(corpus: Room, alice: User, asked: str, expected: list[int]) -> None:
    assert bodies(search(alice.pk, asked)) == [CORPUS[number] for number in expected]


@pytest.mark.parametrize(
    ("asked", "marked"),
    [
        ("fine deploy", ["deploy", "FINE"]),
        ('"look fine"', ["look FINE"]),
        ("dashboards look", ["dashboards", "look"]),
    ],
)
def test_marks_are_what_was_found(corpus: Room, alice: User, asked: str, marked: list[str]) -> None:
    (hit,) = search(alice.pk, asked).hits
    assert [hit.message.body[start:end] for start, end in hit.marks] == marked


def test_marks_count_code_points_and_join_where_they_touch(room: Room, alice: User) -> None:
    store(room, alice, "😀 ののの, の " + "の x " * 50)
    (hit,) = search(alice.pk, "の のの").hits
    assert hit.marks[:2] == [(2, 5), (7, 8)]
    assert len(hit.marks) == walks.MAX_MARKS


# ---- filters


def test_from_names_authors(room: Room, alice: User, bob: User) -> None:
    store(room, alice, "tea")
    store(room, bob, "tea too")
    assert bodies(search(alice.pk, "from:bob tea")) == ["tea too"]
    assert bodies(search(alice.pk, "FROM:@Bob")) == ["tea too"]
    assert bodies(search(bob.pk, "tea from:me")) == ["tea too"]
    assert bodies(search(alice.pk, "tea from:bob from：alice")) == ["tea too", "tea"]


def test_in_names_rooms(room: Room, alice: User, bob: User) -> None:
    other, direct = make_room(alice, name="Lunch room"), make_direct(alice, bob)
    for where in (room, other, direct):
        store(where, alice, f"tea {where.pk}")
    for name in ("lunch-room", "#lunch-room", '"Lunch Room"'):
        assert bodies(search(alice.pk, f"tea in:{name}")) == [f"tea {other.pk}"]
    assert bodies(search(alice.pk, "tea in:@bob")) == [f"tea {direct.pk}"]
    assert len(search(alice.pk, "tea in:atelier in:lunch-room").hits) == 2
    assert bodies(search(alice.pk, "tea", room_id=room.pk)) == [f"tea {room.pk}"]


def test_before_and_after_leave_out_the_span_that_they_name(room: Room, alice: User) -> None:
    days = [(2025, 12, 31), (2026, 1, 31), (2026, 2, 1), (2026, 2, 2), (2026, 3, 1)]
    for day in days:
        store(room, alice, "tea", at=datetime(*day, 12, tzinfo=UTC))
    asked = {
        "before:2026": 1,
        "before:2026-02-01": 2,
        "before:2026-2": 2,
        "after:2026/02/01": 2,
        "after:2026-02": 1,
        "after:2025 before:2026-02-02": 2,
        "after:2026-01-31 after:2026": 0,
    }
    assert {text: len(search(alice.pk, f"tea {text}").hits) for text in asked} == asked


@time_machine.travel(datetime(2026, 2, 1, 15, tzinfo=UTC), tick=False)
def test_days_may_be_named(room: Room, alice: User) -> None:
    store(room, alice, "tea", at=datetime(2026, 1, 31, 12, tzinfo=UTC))
    store(room, alice, "more tea", at=datetime(2026, 2, 1, 12, tzinfo=UTC))
    assert bodies(search(alice.pk, "tea before:today")) == ["tea"]
    assert bodies(search(alice.pk, "tea after:yesterday")) == ["more tea"]


def test_has_names_what_is_with_a_message(room: Room, alice: User, bob: User) -> None:
    said = ["tea", "tea www https://example.org", "tea 3", "tea 4"]
    _, link, reacted, pinned = (sent(alice, room, body) for body in said)
    reactions.add_reaction(
        bob.pk, commands.ReactionAdd(id="1", room=room.pk, seq=reacted, emoji="🍵")
    )
    messages.pin_message(alice.pk, commands.MessagePin(id="1", room=room.pk, seq=pinned))
    found = {
        has: [hit.message.seq for hit in search(alice.pk, f"tea has:{has}").hits]
        for has in ("link", "Reactions", "pin", "file", "image")
    }
    assert found == {
        "link": [link],
        "Reactions": [reacted],
        "pin": [pinned],
        "file": [],
        "image": [],
    }
    assert len(search(alice.pk, "has:pin").hits) == 1


def test_what_is_sent_with_a_file_has_one_at_once(room: Room, alice: User, media: Path) -> None:
    say(alice, room, "tea", attachments=[upload(alice, room, picture()).id])
    say(alice, room, "tea", attachments=[upload(alice, room, b"leaves").id])
    found = [
        [hit.message.seq for hit in search(alice.pk, f"has:{has}").hits]
        for has in ("file", "image")
    ]
    assert found == [[2, 1], [1]]


@pytest.mark.parametrize(
    "asked",
    [
        *(
            "before:yesterdayish",
            "after:2026-13",
            "before:2026-02-30 tea",
            "after:99999",
            "after:9999",
        ),
        *("before:0000", "has:nothing", "has:", "from:", 'in:""', "from: ", "tea after:"),
        *("", "   ", "!!! …", "in:atelier", "before:2026", '""', "te\0a"),
    ],
)
def test_what_makes_no_sense_is_refused(room: Room, alice: User, asked: str) -> None:
    with pytest.raises(errors.BadRequest) as refusal:
        search(alice.pk, asked)
    assert refusal.value.detail


def test_what_is_too_long_is_refused(alice: User) -> None:
    with pytest.raises(errors.TooLong):
        search(alice.pk, "长" * 10_000)


def test_a_long_line_is_found_whole(room: Room, alice: User) -> None:
    line = "".join(chr(0x4E00 + number) for number in range(400))
    store(room, alice, line, line[:-1])
    assert bodies(search(alice.pk, line)) == [line]


def test_who_is_not_there_is_not_found(room: Room, alice: User) -> None:
    with pytest.raises(errors.NotFound):
        search(alice.pk, "from:nobody tea")


def test_what_looks_like_a_filter_in_quotes_is_words(room: Room, alice: User) -> None:
    store(room, alice, "a letter from: bob", "note:this")
    assert bodies(search(alice.pk, '"from:bob"')) == ["a letter from: bob"]
    assert bodies(search(alice.pk, "note:this")) == ["note:this"]


# ---- pages


def test_pages_follow_each_other_without_a_gap_or_a_double(room: Room, alice: User) -> None:
    store(room, alice, *(f"tea {number}" for number in range(SEARCH_PAGE * 2 + 5)))
    pages, before = [], None
    while True:
        page = search(alice.pk, "tea", before=before)
        pages.append(bodies(page))
        if page.more is None:
            break
        before = page.more
    assert [len(page) for page in pages] == [SEARCH_PAGE, SEARCH_PAGE, 5]
    assert list(chain.from_iterable(pages)) == [
        f"tea {number}" for number in reversed(range(SEARCH_PAGE * 2 + 5))
    ]


def test_a_full_last_page_knows_that_it_is_the_last(room: Room, alice: User) -> None:
    store(room, alice, *["tea"] * SEARCH_PAGE)
    assert search(alice.pk, "tea").more is None


def test_an_answer_is_bounded(room: Room, alice: User) -> None:
    store(room, alice, *["茶" * 7_990 + str(number) for number in range(SEARCH_PAGE)])
    first = search(alice.pk, "茶")
    assert len(encode(first)) < MAX_REPLY_BYTES
    rest = search(alice.pk, "茶", before=first.more)
    assert bodies(first)[-1].endswith(str(SEARCH_PAGE - len(first.hits)))
    assert bodies(rest)[0].endswith(str(SEARCH_PAGE - len(first.hits) - 1))


def test_a_search_that_takes_long_says_where_to_go_on(
    room: Room, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    store(room, alice, *["to or not be"] * 45, "to be", *["be not to"] * 45)
    monkeypatch.setattr(walks, "SECONDS", 0.0)
    pages, before = [], None
    while True:
        page = search(alice.pk, '"to be"', before=before)
        pages.append(bodies(page))
        before = page.more
        if before is None:
            break
        assert len(pages) < 100
    assert len(pages) > 1
    assert list(chain.from_iterable(pages)) == ["to be"]


def noting(look: Callable[[str], object], noted: list[str]) -> Callable[[str], object]:
    def look_and_note(text: str) -> object:
        noted.append(text)
        return look(text)

    return look_and_note


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("哈" * 499, ("哈" * 498 + "嗯") * 16),
        ("a " * 249, "a " * 3_990),
        (" ".join(map(chr, range(0x4E00, 0x4E00 + 249))), "".join(map(chr, range(0x4E00, 0x6D00)))),
    ],
)
def test_long_texts_are_looked_through_one_by_one(
    room: Room, alice: User, monkeypatch: pytest.MonkeyPatch, asked: str, said: str
) -> None:
    """However many there are, time is up after the one that took it."""
    store(room, alice, *[said[:8_000]] * 30)
    looked_at: list[str] = []

    for look in (atoms, spaced):
        monkeypatch.setattr(walks, look.__name__, noting(look, looked_at))
    monkeypatch.setattr(walks, "SECONDS", 0.0)
    assert search(alice.pk, asked).more
    assert len(looked_at) == 1


def test_what_lies_far_back_is_found(
    room: Room, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    store(room, alice, "tea")
    Message.objects.filter(room=room).update(id=77)
    search_index.write({77: f"{room.pk}.tea"})
    store(room, alice, "coffee")
    last = Message.objects.get(body="coffee")
    Message.objects.filter(pk=last.pk).update(id=3_000_000)
    assert bodies(search(alice.pk, "tea")) == ["tea"]


def test_the_people_of_the_hits_come_along(corpus: Room, alice: User) -> None:
    assert [user.name for user in search(alice.pk, "tonight").users] == ["Alice"]


def test_many_rooms_are_searched(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walks, "ROOMS", 2)
    for number in range(5):
        store(make_room(alice, name=f"Room {number}"), alice, f"tea {number}")
    assert bodies(search(alice.pk, "tea")) == [f"tea {number}" for number in (4, 3, 2, 1, 0)]


def test_those_one_blocks_are_not_found(room: Room, alice: User, bob: User) -> None:
    store(room, bob, "tea")
    Block.objects.create(user=alice, blocked=bob)
    assert search(alice.pk, "tea").hits == []
    assert search(alice.pk, "from:bob").hits == []
    assert len(search(bob.pk, "tea").hits) == 1


def test_an_index_that_is_behind_shows_nothing_wrong(corpus: Room, alice: User) -> None:
    Message.objects.filter(body__startswith="Party").update(body="", content=None, deleted_at=NOW)
    Message.objects.filter(body__startswith="Straße").update(body="changed")
    assert search(alice.pk, "tonight").hits == []
    assert search(alice.pk, "strasse").hits == []


@settings(max_examples=30, suppress_health_check=list(HealthCheck))
@given(st.text(max_size=60))
def test_nothing_that_is_asked_breaks_anything(corpus: Room, alice: User, asked: str) -> None:
    with suppress(errors.BadRequest, errors.NotFound):
        assert isinstance(search(alice.pk, asked), SearchResult)


NOW = datetime(2026, 2, 1, tzinfo=UTC)
