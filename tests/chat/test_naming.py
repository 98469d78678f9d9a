"""What rooms may be called, and what addresses that gives."""

import pytest

from accounts.models import User
from chat import errors
from chat.actions import rooms
from chat.models import Room
from chat.naming import fit_name, fit_topic, slugify
from chat.protocol.commands import RoomCreate
from chat.protocol.limits import MAX_NAME, MAX_TOPIC


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("  设计  评审 ", "设计-评审"),
        ("تصميم المنتج", "تصميم-المنتج"),
        ("می\u200cخواهم", "میخواهم"),
        ("हिन्दी चर्चा", "हिन्दी-चर्चा"),
        ("ภาษาไทย", "ภาษาไทย"),
        ("Cafe\u0301 & Bar!", "café-bar"),
        ("🎉", "party-popper"),
        ("☕️ 🥐", "hot-beverage-croissant"),
        ("Launch 🚀", "launch"),
    ],
)
def test_names_of_any_script_have_an_address(name: str, slug: str) -> None:
    assert slugify(fit_name(name)) == slug


def test_the_longest_name_of_emoji_has_an_address_that_fits() -> None:
    assert 1 <= len(slugify(fit_name("🎉" * MAX_NAME))) <= MAX_NAME


@pytest.mark.parametrize(
    "hidden",
    [
        "\u202e",
        "\u2066",
        "\u200e",
        "\u200b",
        "\u2060",
        "\u00ad",
        "\u200d",
        "\u200c",
        "\x07",
        "\u3164",
    ],
    ids=lambda one: f"U+{ord(one):04X}",
)
def test_nothing_hides_in_a_name_or_topic(hidden: str) -> None:
    for fit in (fit_name, fit_topic):
        with pytest.raises(errors.BadRequest, match="invisible or control"):
            fit(f"gen{hidden}eral")


def test_accents_do_not_pile_up() -> None:
    with pytest.raises(errors.BadRequest, match="accents"):
        fit_name("a" + "\u0301" * 4)


@pytest.mark.parametrize("letter", ["\u0958", "\ufb2c"])
def test_what_grows_beyond_the_bound_when_it_is_made_normal_is_too_long(letter: str) -> None:
    assert fit_name(letter * 20)
    with pytest.raises(errors.TooLong):
        fit_name(letter * MAX_NAME)
    with pytest.raises(errors.TooLong):
        fit_topic(letter * MAX_TOPIC)


def test_a_topic_is_one_line() -> None:
    assert fit_topic(" Ideas,\n and \t more ") == "Ideas, and more"


def test_an_emoji_with_a_joiner_in_it_is_no_secret() -> None:
    assert fit_name("👩🏾\u200d💻 team") == "👩🏾\u200d💻 team"


def test_two_rooms_of_the_same_emoji_are_the_same_name(alice: User) -> None:
    rooms.create_room(kind=Room.Kind.PUBLIC, name="🎉")
    with pytest.raises(errors.Conflict):
        rooms.create_room(kind=Room.Kind.PUBLIC, name="🎉")


def test_a_private_room_of_emoji_is_not_found_by_its_name(alice: User) -> None:
    command = RoomCreate(id="1", kind="private", name="🎉")
    slug = rooms.open_room(alice.pk, command).room.slug
    assert slug is not None
    assert slug.startswith("party-popper-")
