"""Answers lead to what they answer, and back."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import Newcomer
from tests.browser.person import Person
from tests.browser.rooms import fill, meet
from tests.browser.test_message_actions import choose
from tests.server import Server

IN_MIDDLE = """element => {
  const { top, bottom } = element.getBoundingClientRect();
  const view = element.closest('[role=log]').getBoundingClientRect();
  return top > view.top + view.height / 4 && bottom < view.bottom - view.height / 4;
}"""


def say_many(person: Person, count: int) -> None:
    for number in range(count):
        person.say(f"line {number} of {person.username}\n.\n.\n.")
    expect(person.messages.filter(has_text=f"line {count - 1} of")).not_to_have_count(0)


def test_an_answer_shows_what_it_answers(sign_up: Newcomer) -> None:
    alice, bob = sign_up("alice"), sign_up("bob")
    alice.say(f"lunch, {bob.username}?")
    bob.sees(f"lunch, {bob.username}?")
    choose(bob, bob.message(f"lunch, {bob.username}?"), "Reply")
    banner = bob.page.locator(".composer-context")
    expect(banner).to_contain_text(f"lunch, {bob.username}?")
    expect(banner).to_contain_text(alice.username)
    bob.page.reload()
    expect(banner).to_contain_text(f"lunch, {bob.username}?")  # it outlives a reload
    alice.say("meanwhile")
    bob.sees("meanwhile")
    expect(banner).to_be_visible()
    bob.say("gladly")
    expect(banner).to_be_hidden()
    answer = alice.message("gladly").last
    expect(answer.locator(".message__reply")).to_contain_text(f"lunch, {bob.username}?")


def test_escape_takes_the_answer_back_and_leaves_the_words(sign_up: Newcomer) -> None:
    alice = sign_up("alice")
    alice.say("quoted?")
    alice.sees("quoted?")
    choose(alice, alice.message("quoted?").last, "Reply")
    alice.composer.fill("rather not")
    alice.composer.press("Escape")
    expect(alice.page.locator(".composer-context")).to_be_hidden()
    alice.composer.press("Enter")
    expect(alice.message("rather not").last.locator(".message__reply")).to_have_count(0)


def test_an_answer_leads_to_its_message_and_back_leads_back(sign_up: Newcomer) -> None:
    alice = sign_up("alice", viewport={"width": 1000, "height": 600})
    alice.say("far up")
    alice.sees("far up")
    choose(alice, alice.message("far up").last, "Reply")
    say_many(alice, 12)
    answer = alice.messages.filter(has_text=f"line 0 of {alice.username}")
    answer.scroll_into_view_if_needed()
    answer.locator(".message__reply").click()
    target = alice.message("far up").last
    expect(target).to_have_class(re.compile("is-target"))
    expect(target).to_be_focused()
    assert target.evaluate(IN_MIDDLE)
    alice.page.go_back()
    expect(target).not_to_have_class(re.compile("is-target"))
    expect(answer).to_be_in_viewport()


def test_a_link_into_a_long_room_opens_centres_and_marks_its_message(
    sign_up: Newcomer, server: Server
) -> None:
    alice, bob = sign_up("alice"), sign_up("bob")
    name = meet(server, alice, bob)
    fill(server, name, 10_500)
    alice.page.goto(f"{alice.site}/rooms/{name}/5000/")
    alice.arrives()
    expect(alice.message("message 5000")).to_have_class(re.compile("is-target"))
    expect(alice.message("message 5000")).to_be_focused()
    assert alice.message("message 5000").evaluate(IN_MIDDLE)
    alice.say(f"see {alice.page.url}")
    alice.messages.last.get_by_role("link", name=re.compile("5000")).click()
    expect(alice.message("message 5000")).to_be_focused()
    assert len(alice.page.context.pages) == 1


def test_an_answer_whose_target_is_far_up_loads_what_is_around_it(
    sign_up: Newcomer, server: Server
) -> None:
    alice, bob = sign_up("alice"), sign_up("bob")
    name = meet(server, alice, bob)
    alice.say("far up")
    bob.sees("far up")
    choose(bob, bob.message("far up"), "Reply")
    fill(server, name, 300)
    bob.say("an answer")
    alice.page.reload()
    alice.arrives()
    expect(alice.message("far up")).to_have_count(0)
    alice.message("an answer").locator(".message__reply").click()
    expect(alice.message("far up")).to_be_focused()
    expect(alice.message("far up")).to_be_in_viewport()
    alice.page.go_back()
    expect(alice.message("an answer")).to_be_in_viewport()


def test_what_others_change_moves_nothing_that_is_being_read(
    sign_up: Newcomer, server: Server
) -> None:
    alice, bob = sign_up("alice"), sign_up("bob")
    name = meet(server, alice, bob)
    for number in range(3):
        alice.say(f"first {number}")
        alice.sees(f"first {number}")
    fill(server, name, 60)
    alice.page.reload()
    alice.arrives()
    bob.page.goto(f"{bob.site}/rooms/{name}/30/")
    bob.arrives()
    read = bob.message("message 30")
    expect(read).to_be_focused()
    top = "element => element.getBoundingClientRect().top"
    before = read.evaluate(top)
    choose(alice, alice.message("message 28"), "Pin")
    expect(bob.message("message 28")).to_contain_text("Pinned")
    choose(alice, alice.message("message 27"), "Delete")
    alice.page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(bob.message("message 27")).to_have_count(0)
    assert abs(read.evaluate(top) - before) < 2
    expect(read).to_be_focused()


def test_a_link_to_nothing_says_so(sign_up: Newcomer) -> None:
    alice = sign_up("alice")
    alice.page.goto(f"{alice.site}/rooms/general/999999/")
    alice.arrives()
    expect(alice.page.get_by_text("That message is not here.")).to_be_visible()
