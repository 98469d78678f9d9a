"""Every command, done to every thing by everybody, over the wire."""

from collections.abc import Iterator

import pytest

from chat.protocol.codes import CLOSE_BANNED, CLOSE_SIGNED_OUT
from chat.protocol_docs.catalogue import command_types, tag_of

from .roles import OUTSIDE, ROLES, STRANGER
from .served import turn
from .socket_table import LINES, Line
from .sockets import Sockets, opened
from .world import Place, World

HIDDEN = ("private", "direct", "absent")

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def sockets(world: World) -> Iterator[Sockets]:
    with opened(world) as sockets:
        yield sockets


def name_of(line: Line) -> str:
    return f"{line.verb} {line.target}".replace(" ", "-")


def test_every_command_has_its_lines() -> None:
    """A command that fails here is new: it needs lines in tests/authorisation/socket_table.py."""
    assert {line.verb for line in LINES} == {tag_of(kind) for kind in command_types()}


def test_no_line_is_there_twice() -> None:
    names = [name_of(line) for line in LINES]
    assert len(set(names)) == len(names)


def test_everybody_is_who_their_session_says(sockets: Sockets, world: World) -> None:
    assert {role: sockets.who(role) for role in ROLES} == {
        role: world.people[role].pk for role in ROLES
    }


@pytest.mark.parametrize(
    ("role", "code"),
    [(STRANGER, CLOSE_SIGNED_OUT), ("closed", CLOSE_SIGNED_OUT), ("exiled", CLOSE_BANNED)],
)
def test_who_has_no_place_here_is_sent_away(sockets: Sockets, role: str, code: int) -> None:
    assert turn(sockets.goodbye(role)) == code


@pytest.mark.parametrize("line", LINES, ids=name_of)
def test_everybody_is_answered_as_the_table_says(
    sockets: Sockets, world: World, line: Line
) -> None:
    answers = {
        (role, kind): sockets.answer_to(line, Place(world, role, kind))
        for kind in line.kinds
        for role in ROLES
    }
    told = {cell: answer.code for cell, answer in answers.items()}
    assert told == {cell: line.rule(*cell) for cell in answers}
    for role in OUTSIDE:  # to the last word
        assert len({answers[role, kind] for kind in HIDDEN if kind in line.kinds}) <= 1
