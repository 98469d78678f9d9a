"""What the style sheets keep to, all of them together: they are one in the end."""

import re
from collections import defaultdict
from pathlib import Path

import pytest

CSS = Path(__file__).parent.parent / "static" / "css"
SHEETS = {
    path.name: re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
    for path in sorted(CSS.glob("*.css"))
}
BLOCK = re.compile(r"^  @[^\n]+\{\n.*?^  \}\n", re.MULTILINE | re.DOTALL)
RULE = re.compile(r"^  (\.[\w-]+) \{$", re.MULTILINE)


@pytest.mark.parametrize("name", SHEETS)
def test_text_is_as_large_as_the_reader_has_set(name: str) -> None:
    assert re.findall(r"font-size: [\d.]+px", SHEETS[name]) == []


@pytest.mark.parametrize("name", SHEETS)
def test_a_sheet_says_nothing_twice(name: str) -> None:
    blocks = BLOCK.findall(SHEETS[name])
    assert sorted(blocks) == sorted(set(blocks))


def test_what_a_thing_looks_like_is_in_one_sheet() -> None:
    found = defaultdict(set)
    for name, sheet in SHEETS.items():
        for rule in RULE.findall(sheet):
            found[rule].add(name)
    assert {rule: names for rule, names in found.items() if len(names) > 1} == {}


def test_what_moves_stands_still_for_those_who_ask() -> None:
    """`--motion` is nothing under reduced motion; what is timed in another way has a rule there."""
    for name, sheet in SHEETS.items():
        values = re.findall(r"\b(?:transition|animation): ([^;]+);", sheet)
        others = [value for value in values if "var(--motion)" not in value]
        assert len(others) == sheet.count("animation-duration: 0s;"), name
        assert not re.search(r"\binfinite\b|\bsmooth\b", sheet), name


def test_only_what_moves_nothing_else_is_animated() -> None:
    every = "".join(SHEETS.values())
    frames = re.findall(r"@keyframes [\w-]+ \{(.*?)^  \}", every, re.MULTILINE | re.DOTALL)
    moved = set(re.findall(r"([\w-]+):", "".join(frames)))
    moved |= set(re.findall(r"\btransition: ([\w-]+)", every))
    assert moved <= {"opacity", "translate", "color", "background", "border-color"}


def test_shapes_of_what_is_on_its_way_wait_a_while_before_they_show() -> None:
    """What comes sooner is no blink."""
    every = "".join(SHEETS.values())
    shown = re.findall(
        r"(\.skeleton|\.loading) \{\n    display: grid;[^}]*?(animation: [^;]+;)", every
    )
    assert len(shown) == 3
    assert {animation for _, animation in shown} == {"animation: appear var(--motion) 300ms both;"}


def test_heights_are_of_what_is_seen_and_edges_leave_room_for_the_device() -> None:
    every = "".join(SHEETS.values())
    assert re.findall(r"\b\d+vh\b", every) == []  # which lie below a phone's bars
    for sheet in ("room.css", "people.css", "search.css", "account-menu.css", "lightbox.css"):
        assert "env(safe-area-inset-" in SHEETS[sheet], sheet


@pytest.mark.parametrize("name", SHEETS)
def test_what_safari_knows_by_another_name_is_said_by_both(name: str) -> None:
    for known in ("user-select", "text-size-adjust", "box-decoration-break"):
        plain = re.findall(rf"^ *{known}: (.+);", SHEETS[name], re.MULTILINE)
        assert re.findall(rf"-webkit-{known}: (.+);", SHEETS[name]) == plain
