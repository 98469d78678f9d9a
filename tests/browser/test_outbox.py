"""What was written is sent once, whatever happens to the page and the line in between."""

import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Error, Page, expect

from tests.browser.conftest import Newcomer
from tests.browser.line import Line
from tests.browser.person import DEADLINE_MS, Person
from tests.server import Server

# A database that never answers: what it would have committed a moment later.
NO_DATABASE = "IDBFactory.prototype.open = () => new EventTarget();"
NOTES = "Object.keys(localStorage).filter((key) => key.includes(':unsent:')).length"
PUT_ASIDE = 'dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }))'


def crash(page: Page) -> None:
    """The page's process ends: no event, no last words."""
    with page.expect_event("crash"), suppress(Error):
        page.goto("chrome://crash", wait_until="commit")
    page.close()


def wait_until(person: Person, holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + DEADLINE_MS / 1_000
    while not holds():
        assert time.monotonic() < deadline, "it did not come to that"
        person.page.wait_for_timeout(20)


def wait_for_commits(person: Person) -> None:
    """Until what waits is in the database, not only noted beside it."""
    wait_until(person, lambda: not person.measure(NOTES))


def keeps_in_order(texts: list[str], *authors: list[str]) -> bool:
    """Whether these are the texts of those authors, each once, and each author's in order."""
    everything = sorted(text for author in authors for text in author)
    return sorted(texts) == everything and all(
        [text for text in texts if text in author] == author for author in authors
    )


def test_what_waits_outlives_a_reload(sign_up: Newcomer) -> None:
    alice = sign_up("alice")
    line = Line(alice.context)
    alice.page.reload()
    alice.arrives()
    line.cut()
    for text in ("First, reloaded.", "Second, reloaded."):
        alice.say(text)
    wait_for_commits(alice)
    alice.page.reload()
    expect(alice.waiting).to_have_text(["First, reloaded.", "Second, reloaded."])
    line.mend()
    alice.sees("Second, reloaded.")
    assert alice.texts(2) == ["First, reloaded.", "Second, reloaded."]
    expect(alice.message("First, reloaded.")).to_have_count(1)


def test_a_crash_right_after_enter_loses_nothing(sign_up: Newcomer) -> None:
    alice = sign_up("alice")
    line = Line(alice.context)
    line.cut()
    alice.page.add_init_script(NO_DATABASE)
    alice.page.reload()
    alice.arrives(is_connected=False)
    alice.say("Written before the crash.")
    crash(alice.page)
    alice = alice.open_tab(is_connected=False)
    expect(alice.waiting).to_have_text(["Written before the crash."])
    line.mend()
    alice.sees("Written before the crash.")
    expect(alice.message("Written before the crash.")).to_have_count(1)


def test_two_tabs_send_each_message_once_also_when_one_of_them_closes(
    sign_up: Newcomer, server: Server
) -> None:
    first = sign_up("alice")
    first.may_lose_connection = True
    second = first.open_tab()
    server.kill()
    ones, twos = ["Tab one, one.", "Tab one, two."], ["Tab two, one.", "Tab two, two."]
    for one, two in zip(ones, twos, strict=True):
        first.say(one)
        second.say(two)
    server.start()
    for tab in (first, second):
        for text in ones + twos:
            expect(tab.message(text)).to_have_count(1)
        assert keeps_in_order(tab.texts(4), ones, twos)

    server.kill()
    second.say("From the tab that stays.")
    for text in ("Left behind, one.", "Left behind, two."):
        first.say(text)
    wait_for_commits(first)
    first.page.close()
    expect(second.waiting).to_have_count(3)
    server.start()
    left = ["Left behind, one.", "Left behind, two."]
    for text in ["From the tab that stays.", *left]:
        expect(second.message(text)).to_have_count(1)
    assert keeps_in_order(second.texts(3), ["From the tab that stays."], left)


def test_without_a_connection_one_can_go_on_writing(sign_up: Newcomer) -> None:
    alice = sign_up("alice")
    line = Line(alice.context)
    alice.page.reload()
    alice.arrives()
    alice.may_lose_connection = True
    place = alice.composer.bounding_box()
    alice.context.set_offline(True)
    line.cut()
    expect(alice.page.get_by_text("You are offline.")).to_be_visible()
    hint = alice.page.locator(".composer__hint")
    expect(hint).to_have_text("What you write now is sent once you are connected.")
    assert alice.composer.bounding_box() == place
    expect(alice.composer).to_be_enabled()
    alice.say("Written without a connection.")
    expect(hint).to_have_text("1 message waits for the connection.")
    assert alice.composer.bounding_box() == place
    alice.context.set_offline(False)
    line.mend()
    alice.sees("Written without a connection.")
    expect(hint).to_be_empty()


def test_a_page_that_slept_finds_out_that_its_connection_died(sign_up: Newcomer) -> None:
    alice = sign_up("alice")
    line = Line(alice.context)
    alice.page.clock.install()
    alice.page.reload()
    alice.arrives()
    alice.say("Before the night.")
    alice.sees("Before the night.")
    line.fall_silent()
    alice.page.clock.pause_at(datetime.now(UTC) + timedelta(hours=8))
    alice.page.clock.run_for(
        5_000
    )  # from here on time stands still: it has found out, or it has not
    wait_until(alice, lambda: line.connections == 2)
    alice.page.clock.resume()
    alice.say("After the night.")
    alice.sees("After the night.")


def test_what_was_refused_can_be_retried_and_edited(sign_up: Newcomer) -> None:
    alice = sign_up("alice")
    line = Line(alice.context)
    alice.page.reload()
    alice.arrives()
    refused = alice.log.locator(".is-failed")
    for count, text in enumerate(("Said too early.", "Sed too erly."), start=1):
        line.refuse("message.send", "muted")
        alice.say(text)
        expect(refused).to_have_count(count)
    expect(refused.last).to_contain_text("You are muted here.")
    refused.last.get_by_role("button", name="Edit").click()
    expect(alice.composer).to_have_value("Sed too erly.")
    expect(refused).to_have_count(1)
    refused.get_by_role("button", name="Retry").click()
    alice.sees("Said too early.")
    alice.say("Said too late.")
    alice.sees("Said too late.")
    assert alice.texts(2) == ["Said too early.", "Said too late."]


class TestWhoIsSignedIn:
    def test_draft_and_outbox_wait_for_their_author(self, sign_up: Newcomer) -> None:
        alice, bob = sign_up("alice"), sign_up("bob")
        line = Line(alice.context)
        elsewhere = alice.open_tab()
        alice.page.reload()
        alice.arrives()
        line.cut()
        alice.say("This waits for Alice.")
        alice.composer.fill("Half a senten")
        elsewhere.sign_out()
        line.mend()
        alice.page.wait_for_url("**/accounts/login/?next=%2Frooms%2Fgeneral%2F&ended")

        elsewhere.sign_in(bob.username)
        alice.page.reload()  # whoever is signed in goes on to the room
        alice.arrives()
        expect(alice.composer).to_have_value("")
        elsewhere.say("Bob was here in between.")
        elsewhere.sees("Bob was here in between.")
        bob.sees("Bob was here in between.")
        expect(bob.message("This waits for Alice.")).to_have_count(0)

        elsewhere.sign_out()
        alice.page.goto(f"{alice.site}/accounts/login/?next=/rooms/general/")
        alice.sign_in(alice.username)
        expect(alice.composer).to_have_value("Half a senten")
        bob.sees("This waits for Alice.")
        expect(bob.messages.last.locator(".message__author")).to_have_text(alice.username)
        expect(bob.message("This waits for Alice.")).to_have_count(1)

    def test_a_page_that_was_put_aside_asks_who_it_is(self, sign_up: Newcomer) -> None:
        alice, bob = sign_up("alice"), sign_up("bob")
        line = Line(alice.context)
        alice.page.reload()
        alice.arrives()
        line.fall_silent()  # a page that is put aside hears nothing
        elsewhere = alice.open_tab()
        elsewhere.sign_out()
        elsewhere.sign_in(bob.username)
        alice.measure(PUT_ASIDE)
        expect(alice.page.locator(".account-menu__username")).to_have_text(bob.username)
