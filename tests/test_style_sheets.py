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
