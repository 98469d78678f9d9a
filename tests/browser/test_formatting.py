"""Marks for what is selected in the composer, and how it will look."""

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.accessible import DESKTOP, PHONE
from tests.browser.conftest import Newcomer
from tests.browser.line import Line
from tests.browser.person import Person

SELECTED = "text => text.value.slice(text.selectionStart, text.selectionEnd)"


@pytest.fixture
def alice(sign_up: Newcomer) -> Person:
    alice = sign_up("alice")
    alice.waits_for_part("marking")
    return alice


def select(person: Person, start: int, end: int) -> None:
    person.composer.focus()
    person.composer.evaluate(f"text => text.setSelectionRange({start}, {end})")


def open_bar(person: Person) -> Locator:
    person.page.get_by_role("button", name="Formatting").click()
    bar = person.page.get_by_role("group", name="Formatting")
    expect(bar).to_be_visible()
    return bar


def preview(person: Person) -> Locator:
    return person.page.locator(".preview")


@pytest.mark.parametrize(
    ("keys", "marked"),
    [
        ("Control+b", "a **word** more"),
        ("Control+i", "a *word* more"),
        ("Control+Shift+X", "a ~~word~~ more"),
        ("Control+e", "a `word` more"),
        ("Control+Shift+K", "a [word]() more"),
    ],
)
def test_a_key_marks_what_is_selected_and_undo_takes_it_back(
    alice: Person, keys: str, marked: str
) -> None:
    alice.composer.press_sequentially("a word more")
    select(alice, 2, 6)
    alice.composer.press(keys)
    expect(alice.composer).to_have_value(marked)
    alice.composer.press("Control+z")
    expect(alice.composer).to_have_value("a word more")


def test_the_same_key_takes_the_marks_away(alice: Person) -> None:
    alice.composer.fill("a word more")
    select(alice, 2, 6)
    alice.composer.press("Control+b")
    assert alice.composer.evaluate(SELECTED) == "word"
    alice.composer.press("Control+b")
    expect(alice.composer).to_have_value("a word more")
    assert alice.composer.evaluate(SELECTED) == "word"


def test_one_writes_on_between_the_marks(alice: Person) -> None:
    alice.composer.press("Control+b")
    alice.page.keyboard.type("loud")
    alice.composer.press("Control+b")
    alice.page.keyboard.type(" and clear")
    alice.composer.press("Enter")
    expect(alice.messages.last.locator("strong")).to_have_text("loud")
    expect(alice.messages.last).to_contain_text("loud and clear")


def test_the_buttons_do_the_same_and_leave_the_focus_in_the_text(alice: Person) -> None:
    bar = open_bar(alice)
    alice.composer.fill("loud")
    select(alice, 0, 4)
    bar.get_by_role("button", name="Bold").click()
    expect(alice.composer).to_have_value("**loud**")
    expect(alice.composer).to_be_focused()
    expect(bar.get_by_role("button", name="Bold")).to_have_attribute(
        "aria-keyshortcuts", "Control+B"
    )
    alice.page.get_by_role("button", name="Formatting").click()
    expect(bar).to_be_hidden()


def test_the_keys_mean_nothing_outside_of_the_text(alice: Person) -> None:
    alice.composer.fill("a word")
    select(alice, 2, 6)
    alice.log.focus()
    alice.page.keyboard.press("Control+b")
    expect(alice.composer).to_have_value("a word")


def test_a_preview_follows_what_is_written_as_it_will_look(alice: Person) -> None:
    open_bar(alice).get_by_role("button", name="Preview").click()
    expect(preview(alice)).to_be_hidden()  # there is nothing to show
    alice.composer.fill("> quoted\n\n**bold** @nobody")
    expect(preview(alice).locator("blockquote")).to_have_text("quoted")
    expect(preview(alice).locator("strong")).to_have_text("bold")
    alice.composer.fill(f"*you*, @{alice.username}")
    expect(preview(alice).locator("em")).to_have_text("you")
    expect(preview(alice).locator(".mention--me")).to_have_text(f"@{alice.username}")
    alice.composer.press("Enter")
    expect(preview(alice)).to_be_hidden()
    expect(alice.messages.last.locator("em")).to_have_text("you")


def test_escape_closes_the_preview_and_keeps_the_words(alice: Person) -> None:
    button = open_bar(alice).get_by_role("button", name="Preview")
    button.click()
    alice.composer.fill("**bold**")
    expect(preview(alice)).to_be_visible()
    alice.composer.press("Escape")
    expect(preview(alice)).to_be_hidden()
    expect(button).to_have_attribute("aria-pressed", "false")
    expect(alice.composer).to_have_value("**bold**")


def test_a_preview_that_cannot_be_had_says_why(alice: Person) -> None:
    line = Line(alice.context)
    alice.page.reload()
    alice.arrives()
    line.refuse("message.preview", "forbidden")
    alice.composer.fill("**bold**")
    open_bar(alice).get_by_role("button", name="Preview").click()
    expect(preview(alice).get_by_role("status")).to_contain_text("Couldn't load this.")


def test_the_counter_counts_what_is_sent_in_characters(alice: Person) -> None:
    counter = alice.page.locator(".composer__counter")
    alice.composer.fill("👍" * 7_600 + "   ")
    expect(counter).to_have_text("400 characters left")
    alice.composer.fill("字" * 8_001)
    expect(counter).to_have_text("1 character too many")
    alice.composer.press("Enter")
    expect(alice.composer).to_have_value("字" * 8_001)


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_it_grows_to_two_fifths_of_the_height(sign_up: Newcomer, viewport: dict[str, int]) -> None:
    alice = sign_up("alice", viewport=viewport)
    alice.composer.fill("\n".join(str(number) for number in range(200)))
    height = alice.composer.evaluate("text => text.offsetHeight")
    assert abs(height - 0.4 * viewport["height"]) <= 2
    assert alice.overflow() <= 0
