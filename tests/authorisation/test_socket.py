"""Every command, done to every thing by everybody."""

import pytest

from chat.protocol_docs.catalogue import command_types, tag_of

from .asking import answer_to
from .roles import OUTSIDE, ROLES
from .socket_table import LINES, Line
from .world import Place, World

HIDDEN = ("private", "direct", "absent")

pytestmark = pytest.mark.django_db


def name_of(line: Line) -> str:
    return f"{line.verb} {line.target}".replace(" ", "-")


def test_every_command_has_its_lines() -> None:
    """A command that fails here is new: it needs lines in tests/authorisation/socket_table.py."""
    assert {line.verb for line in LINES} == {tag_of(kind) for kind in command_types()}


def test_no_line_is_there_twice() -> None:
    names = [name_of(line) for line in LINES]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("line", LINES, ids=name_of)
def test_everybody_is_answered_as_the_table_says(world: World, line: Line) -> None:
    answers = {
        (role, kind): answer_to(line, Place(world, role, kind))
        for kind in line.kinds
        for role in ROLES
    }
    told = {cell: answer.code for cell, answer in answers.items()}
    assert told == {cell: line.rule(*cell) for cell in answers}
    for role in OUTSIDE:  # to the last word
        assert len({answers[role, kind] for kind in HIDDEN if kind in line.kinds}) <= 1
