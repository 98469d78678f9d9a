"""What one does every day, in browsers of which Playwright wants builds of its own: `make test-engines`."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from tests.browser.rooms import fill
from tests.chat.uploading import photo
from tests.client import PASSWORD, Visitor
from tests.engines.drivers import Driver, firefox, webkit
from tests.engines.page import ENTER, ESCAPE, UP, Page
from tests.server import Server

pytestmark = pytest.mark.timeout(600)

OLD = 400  # messages: more than are loaded at once, and more than stand in the page
SAYS = """[...document.querySelectorAll(".message[data-seq] .message__text")]
  .filter((text) => text.textContent.trim() === arguments[0]).length === 1"""
# Scrolls half a page up, and notes how much further than that a line on the screen has moved.
SCROLL = """
const log = document.querySelector("#timeline");
const lines = [...log.querySelectorAll(".message[data-seq]")];
const edge = log.getBoundingClientRect().top;
const line = lines.find((line) => line.getBoundingClientRect().top > edge);
const before = line.getBoundingClientRect().top;
const above = log.scrollHeight - log.clientHeight + log.scrollTop;
const way = Math.min(log.clientHeight / 2, above);
log.scrollBy(0, -way);
window.slip = null;
requestAnimationFrame(() => requestAnimationFrame(() => {
  window.slip = line.isConnected ? line.getBoundingClientRect().top - before - way : Infinity;
}));
"""


@pytest.fixture(params=[firefox, webkit], ids=["firefox", "webkit"])
def driver(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Driver]:
    launch: Callable[[Path], AbstractContextManager[Driver]] = request.param
    folder = tmp_path / "engine"
    folder.mkdir()
    with launch(folder) as driver:
        yield driver


async def test_a_day_in_a_room(
    driver: Driver, start_server: Callable[..., Server], tmp_path: Path
) -> None:
    server = start_server()
    alice, bob = Visitor(server.url), Visitor(server.url)
    alice.sign_up("alice")
    bob.sign_up("bob")
    fill(server, "general", OLD)
    page = Page(driver, server.url)
    sign_in(page, "alice")
    async with bob.chat() as socket:
        room = socket.room("general")
        say(page, "hello from here")
        await socket.event("message")
        await socket.say(room, "and from there")
        page.waits(SAYS, "and from there")
    edit(page)
    react(page, "tada", "🎉")
    upload(page, tmp_path / "harbour.jpg")
    search(page, "hello from here")
    read_back(page)
    open_the_sheet_of_a_phone(page)
    assert page.run("return complaints") == []
    lose_the_server(page, server)


def sign_in(page: Page, username: str) -> None:
    page.go("/accounts/login/")
    page.write("[name=login]", username)
    page.write("[name=password]", PASSWORD)
    page.click("form [type=submit]")
    page.arrives()


def say(page: Page, text: str) -> None:
    page.write("#draft", text + ENTER)
    page.waits(SAYS, text)


def edit(page: Page) -> None:
    say(page, "second thought")
    page.write("#draft", UP)
    page.waits("document.querySelector('#draft').value === 'second thought'")
    page.write("#draft", "s" + ENTER)
    page.waits(SAYS, "second thoughts")


def react(page: Page, name: str, emoji: str) -> None:
    page.hover(".message[data-seq]:last-child")
    page.click(".message-tools [data-do=react]")
    page.waits("document.activeElement.matches('.picker input')")
    page.press(name)
    page.waits(
        "document.querySelector('.picker [aria-selected=true]')?.textContent === arguments[0]",
        emoji,
    )
    page.press(ENTER)
    page.waits("document.querySelector(`.reaction[data-emoji='${arguments[0]}']`) !== null", emoji)


def upload(page: Page, file: Path) -> None:
    file.write_bytes(photo((800, 600)))
    page.write(".composer__files", str(file))
    page.waits("document.querySelector('.upload.is-done') !== null")
    page.write("#draft", ENTER)
    page.waits("document.querySelector('.message[data-seq] .attachments img')?.naturalWidth > 0")


def search(page: Page, words: str) -> None:
    page.click("#search-opener")
    page.write("#search [name=q]", words + ENTER)
    page.waits("document.querySelectorAll('.search__hits a').length > 0")
    page.click(".search__close")


def read_back(page: Page) -> None:
    """To the first message, and what is read moves no further than it was scrolled."""
    while not page.run("return document.querySelector('[data-seq=\"1\"]') !== null"):
        page.run(SCROLL)
        (slip,) = page.waits("slip !== null && [slip]")
        assert abs(slip) < 2


def open_the_sheet_of_a_phone(page: Page) -> None:
    """It is as high as what stands in it."""
    page.resize(500, 800)
    page.click(".room__more")
    page.waits("document.querySelector('#room-tools').matches(':popover-open')")
    assert page.run("return document.querySelector('#room-tools').offsetHeight") < 300
    page.press(ESCAPE)
    page.waits("!document.querySelector('#room-tools').matches(':popover-open')")


def lose_the_server(page: Page, server: Server) -> None:
    """What is written meanwhile is there once it is back, and once only."""
    server.kill()
    page.waits("!document.querySelector('#banner').hidden")
    page.write("#draft", "written to nobody" + ENTER)
    page.waits("document.querySelector('.is-pending') !== null")
    server.start()
    page.waits("document.querySelector('#banner').hidden")
    page.waits(SAYS, "written to nobody")
