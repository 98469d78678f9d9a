"""docs/security.md says of each item where and by which test, or that it is not so."""

import re
from pathlib import Path

import pytest

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "security.md"
ROWS = re.findall(
    r"^\| (\d+\.\d[\d., ]*) \| (.+?) \| (.*?) \| ?(.*?) ?\|$", DOCUMENT.read_text(), re.MULTILINE
)
HONEST = ("**not met**", "**in part**", "**does not apply**")
# Nothing runs that could show it: a document, and what no answer has.
BY_READING = {"5.1.1", "3.4.2"}


def test_it_has_items() -> None:
    assert len(ROWS) > 50


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_each_item_is_shown_or_honest(row: tuple[str, str, str, str]) -> None:
    item, _asks, where, shown = row
    assert shown or where.startswith(HONEST[::2]) or item in BY_READING
    assert where or shown
