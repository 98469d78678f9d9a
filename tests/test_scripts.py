"""What the page's scripts keep to, all of them together."""

import re
from pathlib import Path

from chat.modules import all_modules, late_imports, static_imports

SOURCES = {name: path.read_text() for name, path in all_modules().items()}
UNIT_TESTS = sorted((Path(__file__).parent / "js").glob("*_test.js"))
COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)
# Without a browser none of these is there.
DOM = re.compile(
    r"\b(?:document|window|navigator|location|localStorage|sessionStorage|indexedDB|matchMedia"
    r"|querySelector\w*|addEventListener|requestAnimationFrame|classList|dataset|textContent"
    r"|HTML\w*Element|Element|XMLHttpRequest|Notification|CSS)\b"
)
MOVES = re.compile(r"\bscrollTop (?:[+-])?= |\.scroll(?:To|By|IntoView)\(")
# Each of these scrolls a list of its own, which is not the timeline.
LISTS = {
    "completion",
    "emoji-picker",
    "room-links",
    "room-list",
    "search-panel",
    "switcher",
    "tray",
}


def imports(source: str) -> list[str]:
    return static_imports(source) + late_imports(source)


def with_dom() -> set[str]:
    """Those that speak of it, and those that lead to one that does."""
    found = {name for name, source in SOURCES.items() if DOM.search(COMMENT.sub("", source))}
    while more := {name for name, source in SOURCES.items() if found & {*imports(source)}} - found:
        found |= more
    return found


def loaded_by_unit_tests() -> set[str]:
    found = [name for test in UNIT_TESTS for name in static_imports(test.read_text())]
    for name in found:  # which grows meanwhile
        found += [one for one in imports(SOURCES[name]) if one not in found]
    return set(found)


def test_every_module_without_dom_is_loaded_by_a_unit_test() -> None:
    without = SOURCES.keys() - with_dom()
    assert len(without) > 60
    assert sorted(without - loaded_by_unit_tests()) == []


def test_one_part_alone_moves_the_timeline() -> None:
    moving = {name for name, source in SOURCES.items() if MOVES.search(source)}
    assert moving - {f"chat/components/{name}.js" for name in LISTS} == {
        "chat/components/scroll.js"
    }


def test_what_people_write_is_never_taken_for_markup() -> None:
    ways = re.compile(r"\b(?:inner|outer)HTML\b|insertAdjacentHTML|document\.write|DOMParser")
    assert [name for name, source in SOURCES.items() if ways.search(source)] == []
