"""What the page does at each close code, where it can be had from the server itself."""

import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Locator, expect
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

from tests.browser.conftest import Newcomer
from tests.browser.line import Line
from tests.browser.person import DEADLINE_MS, Person
from tests.client import PASSWORD
from tests.server import Server

PING = '{"type":"ping","id":"made up"}'
HELLO = '{"type":"hello","id":"1","client":"tests"}'
OTHER_PLACES = 20
SANCTION = """
from accounts.models import User
from chat.actions.sanctions import sanction_everywhere
sanction_everywhere(User.objects.get(username={username!r}).pk, "ban", "spam")
"""


@pytest.fixture
def strict_server(shared_server: Server) -> Iterator[Server]:
    """A process over the shared server's database, with its limits on."""
    server = Server(shared_server.var_dir, **shared_server.settings | {"RATE_LIMITS": "true"})
    server.start()
    yield server
    server.terminate()


Online = Callable[..., tuple[Person, Line]]


@pytest.fixture
def online(sign_up: Newcomer) -> Online:
    """Somebody in a room, and the line of their page."""

    def online(server: Server | None = None) -> tuple[Person, Line]:
        person = sign_up("alice", server)
        person.may_lose_connection = True
        line = Line(person.context)
        person.page.reload()
        person.arrives()
        until(person, lambda: line.connections == 1)
        person.say("Here.")
        person.sees("Here.")
        return person, line

    return online


def banner(person: Person) -> Locator:
    return person.page.locator("#banner")


def until(
    person: Person, holds: Callable[[], bool], *, within: float = DEADLINE_MS / 1_000
) -> None:
    deadline = time.monotonic() + within
    while not holds():
        assert time.monotonic() < deadline, "it did not come to that"
        person.page.wait_for_timeout(20)


def talks(person: Person) -> None:
    text = f"Back {secrets.token_hex(3)}."
    person.say(text)
    person.sees(text)
    expect(banner(person)).to_be_hidden()


def stays_away(person: Person, line: Line) -> None:
    """Nothing that makes other pages try again does so here."""
    line.mend()
    person.page.wait_for_timeout(
        1_000
    )  # longer than the first tries of one that lost its connection
    assert line.connections == 1


def test_4400_it_stops_and_offers_to_reload(online: Online) -> None:
    alice, line = online()
    line.say("nonsense", times=10)
    expect(banner(alice)).to_contain_text("no longer understand each other")
    stays_away(alice, line)
    banner(alice).get_by_role("button", name="Reload").click()
    alice.arrives()
    talks(alice)


def test_4401_it_goes_to_sign_in_with_its_draft_and_comes_back(
    online: Online, server: Server
) -> None:
    alice, _ = online()
    alice.composer.fill("Half a senten")
    room = alice.page.url
    server.manage("deactivate_user", alice.username)
    alice.page.wait_for_url("**/accounts/login/?next=**")
    expect(alice.page.get_by_text("You were signed out.")).to_be_visible()
    server.manage("deactivate_user", alice.username, "--undo")
    alice.sign_in(alice.username)  # the session of before has ended for good
    assert alice.page.url == room
    expect(alice.composer).to_have_value("Half a senten")
    talks(alice)


def test_4401_signing_out_in_one_tab_ends_the_other(online: Online) -> None:
    alice, _ = online()
    tab = alice.open_tab()
    tab.sign_out()
    alice.page.wait_for_url("**/accounts/login/?next=**", timeout=8_000)


def test_4401_a_new_password_in_one_tab_does_not_sign_the_other_out(online: Online) -> None:
    alice, line = online()
    alice.composer.fill("Half a senten")
    tab = alice.open_tab()
    tab.page.goto(f"{alice.site}/accounts/password/change/")
    tab.page.get_by_label("Current password").fill(PASSWORD)
    tab.page.get_by_label("New password", exact=True).fill("a fresh horse battery")
    tab.page.get_by_label("New password again").fill("a fresh horse battery")
    connections = line.connections
    tab.page.get_by_role("button", name="Change password").click()
    tab.page.wait_for_url("**/password/change/done/")
    until(alice, lambda: line.connections > connections)
    alice.arrives()
    expect(alice.composer).to_have_value("Half a senten")
    talks(alice)


def test_4403_it_stops_and_says_so(online: Online, server: Server) -> None:
    alice, line = online()
    code = SANCTION.format(username=alice.username)
    server.run(code)
    expect(banner(alice)).to_contain_text("You are banned from this site.")
    expect(banner(alice).get_by_role("button")).to_have_text(["Details"])
    expect(alice.composer).to_be_hidden()
    stays_away(alice, line)


def test_4408_it_reconnects_within_two_seconds(online: Online) -> None:
    alice, line = online()
    line.lose_the_next_hello()
    line.cut()
    line.mend()
    until(alice, lambda: line.connections == 2)
    until(alice, lambda: line.connections == 3, within=10 + 2 + 1)
    talks(alice)


def test_4409_it_stops_and_can_be_used_here_again(online: Online, strict_server: Server) -> None:
    alice, line = online(strict_server)
    cookies = "; ".join(f"{one['name']}={one['value']}" for one in alice.context.cookies())
    with ExitStack() as stack:
        for _ in range(OTHER_PLACES):
            other = connect(
                strict_server.url.replace("http", "ws") + "/ws/",
                origin=Origin(strict_server.url),
                subprotocols=[Subprotocol("chat.v1")],
                additional_headers={"Cookie": cookies},
                proxy=None,
            )
            stack.enter_context(other)
            other.send(HELLO)
            assert "ok" in str(other.recv())
        expect(banner(alice)).to_contain_text("connected in many other places")
        stays_away(alice, line)
        banner(alice).get_by_role("button", name="Use here").click()
        talks(alice)
    assert line.connections == 2


def test_4413_it_comes_back_after_a_pause_and_has_missed_nothing(
    online: Online, sign_up: Newcomer
) -> None:
    alice, line = online()
    bob = sign_up("bob")
    closed = time.monotonic()
    line.close(4413)
    bob.say("Meanwhile.")
    until(alice, lambda: line.connections == 2)
    assert time.monotonic() - closed > 0.8
    alice.sees("Meanwhile.")
    talks(alice)


def test_4426_it_reloads_once(online: Online) -> None:
    alice, line = online()
    alice.composer.fill("Half a senten")
    with alice.page.expect_navigation():
        line.close(4426)
    alice.arrives()
    expect(alice.composer).to_have_value("Half a senten")
    until(alice, lambda: line.connections == 2)
    line.close(4426)
    expect(banner(alice)).to_contain_text("newer version of this page")
    expect(banner(alice).get_by_role("button", name="Reload")).to_be_visible()


def test_4429_it_waits_as_long_as_it_is_told(online: Online, strict_server: Server) -> None:
    alice, line = online(strict_server)
    began = time.monotonic()
    line.say(PING, times=400)
    expect(banner(alice)).to_contain_text("Too much at once.")
    expect(banner(alice).get_by_role("button")).to_have_text(["Details"])
    line.mend()  # which has others try at once
    until(alice, lambda: line.connections == 2)
    assert time.monotonic() - began > 7
    talks(alice)


def test_1009_it_comes_back_and_does_not_send_that_frame_again(online: Online) -> None:
    alice, line = online()
    line.say(f'{{"type":"ping","id":"{"x" * 200_000}"}}')
    until(alice, lambda: line.connections == 2)
    talks(alice)
    assert line.connections == 2


def test_1012_it_comes_back_to_a_server_that_was_restarted(
    online: Online, strict_server: Server
) -> None:
    alice, line = online(strict_server)
    strict_server.terminate()
    strict_server.start()
    until(alice, lambda: line.connections >= 2)
    talks(alice)
