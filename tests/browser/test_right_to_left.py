"""Hebrew and Arabic among Latin letters: each reads in its own direction, and turns nothing else."""

from typing import cast

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.accessible import DESKTOP
from tests.browser.conftest import Newcomer
from tests.browser.person import Person
from tests.browser.rooms import make_room, say_all
from tests.browser.test_files import choose as choose_files
from tests.browser.test_files import file, has_arrived, send, tray
from tests.browser.test_message_actions import choose
from tests.browser.test_search import field, hits, open_search
from tests.server import Server

NAME, ROOM, FILE = "דנה לוי (2)", "חדר 7!", "קובץ 3.txt"
NAMED = """
from accounts.models import User
from chat.models import Room
User.objects.filter(username={username!r}).update(name={name!r})
Room.objects.filter(slug={slug!r}).update(name={room!r})
"""
# Where in the element a text begins on the screen.
LEFT_OF = """(element, text) => {
  const nodes = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  while (nodes.nextNode()) {
    const at = nodes.currentNode.data.indexOf(text);
    if (at < 0) continue;
    const range = document.createRange();
    range.setStart(nodes.currentNode, at);
    range.setEnd(nodes.currentNode, at + text.length);
    return range.getBoundingClientRect().left;
  }
  throw new Error(`${text} is not in ${element.textContent}`);
}"""
# The texts from right to left of which the toolbar that is shown covers something.
COVERED = """() => {
  const bar = document.querySelector(".message-tools").getBoundingClientRect();
  const range = document.createRange();
  const isCovered = (text) => {
    range.selectNodeContents(text);
    return [...range.getClientRects()].some(({ left, right, top, bottom }) =>
      left < bar.right && right > bar.left && top < bar.bottom && bottom > bar.top);
  };
  return [...document.querySelectorAll(".message__text:dir(rtl)")].filter(isCovered)
    .map(({ textContent }) => textContent);
}"""
# What is said, and the pieces of it as they stand on the screen from left to right.
SAID = {
    "שלום, מה שלומך?": ("?", ",", "שלום"),
    "مرحبا 12:30؟": ("؟", "12:30", "مرحبا"),
    "Hello שלום!": ("Hello", "שלום", "!"),
    "Done!\nגמור?": ("Done", "!"),
    "So!\nככה?": ("?", "ככה"),
    "ראה https://example.org/a/ היום": ("היום", "https", "org", "a/", "ראה"),
    "הרץ `f(x);` עכשיו": ("עכשיו", "f", "x", ";", "הרץ"),
    "קוד:\n```\nf(x);\n```": ("f", "x", ";"),
    "First:\n\n> ציטוט!": ("!", "ציטוט"),
}


def reads(element: Locator, *texts: str) -> None:
    """They stand in this order, from left to right."""
    found = {text: cast(float, element.evaluate(LEFT_OF, text)) for text in texts}
    assert sorted(found, key=lambda text: found[text]) == [*texts], element.text_content()


@pytest.fixture
def talk(sign_up: Newcomer, server: Server) -> tuple[Person, Person]:
    """Alice and Dana, in a room with such a name, where Dana has said all that."""
    alice, dana = sign_up("alice", viewport=DESKTOP), sign_up("dana")
    slug = make_room(server, alice, dana)
    server.run(NAMED.format(username=dana.username, name=NAME, slug=slug, room=ROOM))
    asked = f"Ask @{dana.username}: 3 times"
    say_all(server, slug, dana, [*SAID, "- אחת\n- two", asked, "the last one"])
    for person in (alice, dana):
        person.page.goto(f"{person.site}/rooms/{slug}/")
        person.arrives()
        person.sees("the last one")
    return alice, dana


def test_each_text_reads_in_its_own_direction_and_turns_nothing_around_it(
    talk: tuple[Person, Person],
) -> None:
    alice, dana = talk
    texts = alice.log.locator(".message__text")
    for number, expected in enumerate(SAID.values()):
        reads(texts.nth(number), *expected)
    blocks_begin_at_the_side_of_their_text(alice)
    names_stay_in_their_places(alice)
    it_is_told_who_is_writing(alice, dana)
    an_answer_tells_what_it_answers(alice)
    no_toolbar_covers_them(alice)
    a_file_is_called_the_same_before_and_after(alice)
    what_is_found_reads_the_same(alice)
    assert alice.overflow() <= 0


def blocks_begin_at_the_side_of_their_text(alice: Person) -> None:
    expect(alice.log.locator("blockquote")).to_have_css("border-right-width", "3px")
    for item in alice.log.locator("li > p").all():
        expect(item).to_have_css("text-align", "right")


def names_stay_in_their_places(alice: Person) -> None:
    reads(alice.log.locator(".message__head").first, "2", "לוי", "דנה", ":")
    reads(alice.log.locator(".message__text", has_text="Ask"), "Ask", "2", "דנה", "3", "times")
    reads(alice.log.locator(".beginning__title"), "beginning", "!", "7", "חדר", ".")
    reads(alice.page.locator(".room__name"), "!", "7", "חדר")
    name = alice.page.locator("[aria-current] > .room-row__name")
    reads(name, "!", "7", "חדר")
    other = alice.page.locator(".room-row__name", has_text="general")
    assert name.evaluate(LEFT_OF, "!") == pytest.approx(other.evaluate(LEFT_OF, "g"), abs=2)
    expect(alice.page).to_have_title(f"\u2068{ROOM}\u2069 · Chatsite")
    expect(alice.composer).to_have_attribute("placeholder", f"Message \u2068{ROOM}\u2069")


def it_is_told_who_is_writing(alice: Person, dana: Person) -> None:
    dana.composer.press_sequentially("כן")
    typing = alice.page.locator(".composer__typing")
    expect(typing).to_contain_text("is writing")
    reads(typing, "2", "דנה", "is writing")


def an_answer_tells_what_it_answers(alice: Person) -> None:
    choose(alice, alice.messages.first, "Reply")
    reads(alice.page.locator(".composer-context__words"), "Replying", "דנה", "?", "שלום")
    alice.say("כן, 5 דקות.")
    reply = alice.log.locator(".message__reply")
    expect(reply).to_be_visible()
    reads(reply, "דנה", "?", "שלום")


def no_toolbar_covers_them(alice: Person) -> None:
    alice.measure("document.activeElement.blur()")
    for message in alice.messages.all():
        message.hover()
        expect(message.get_by_role("toolbar")).to_be_visible()
        assert alice.measure(COVERED) == []


def a_file_is_called_the_same_before_and_after(alice: Person) -> None:
    choose_files(alice, file(FILE))
    has_arrived(alice, 1)
    reads(tray(alice).locator(".upload__name"), "txt", "3", "קובץ")
    send(alice)
    card = alice.log.locator(".file-card__name")
    expect(card).to_be_visible()
    reads(card, "txt", "3", "קובץ")


def what_is_found_reads_the_same(alice: Person) -> None:
    open_search(alice)
    field(alice).fill("שלום")
    hit = hits(alice).filter(has_text="?")
    expect(hit).to_have_count(1)
    reads(hit.locator(".hit__text"), "?", ",", "שלום")
    reads(hit.locator(".hit__room"), "!", "7", "חדר", ":")
