"""Answers lead to what they answer, and back."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import Newcomer
from tests.browser.person import Person
from tests.browser.test_message_actions import choose

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


def test_a_target_that_is_not_loaded_is_fetched_with_what_is_around_it(sign_up: Newcomer) -> None:
    alice, bob = sign_up("alice"), sign_up("bob")
    bob.say("far away")
    alice.sees("far away")
    seq = alice.message("far away").last.get_attribute("data-seq")
    for _ in range(55):
        bob.say("filling")
    expect(bob.message("filling")).not_to_have_count(0)
    bob.page.reload()
    bob.arrives()
    expect(bob.page.locator(f"[data-seq='{seq}']")).to_have_count(0)
    bob.page.goto(f"{bob.site}/rooms/general/{seq}/")
    bob.arrives()
    target = bob.page.locator(f"[data-seq='{seq}']")
    expect(target).to_have_class(re.compile("is-target"))
    assert target.evaluate(IN_MIDDLE)


def test_a_link_to_nothing_says_so(sign_up: Newcomer) -> None:
    alice = sign_up("alice")
    alice.page.goto(f"{alice.site}/rooms/general/999999/")
    alice.arrives()
    expect(alice.page.get_by_text("That message is not here.")).to_be_visible()
