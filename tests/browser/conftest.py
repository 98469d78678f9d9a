import os
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

from tests.browser.person import DEADLINE_MS, WATCH_POLICY, Person
from tests.browser.rooms import empty
from tests.server import Server

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # A person's pages share a process, as they do with many open: else each begins with one that goes unused.
    "--renderer-process-limit=1",
]

Newcomer = Callable[..., Person]
Launch = Callable[..., Browser]


def find_chromium(*preferred: str) -> str | None:
    names = (*preferred, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


@pytest.fixture(scope="session")
def launch() -> Iterator[Launch]:
    """Starts a Chromium: one that is preferred, where the machine has it."""
    expect.set_options(timeout=DEADLINE_MS)
    with sync_playwright() as playwright:

        def launch(*preferred: str) -> Browser:
            chromium = find_chromium(*preferred)
            if chromium is None:
                pytest.skip("no Chromium on this machine; CHROMIUM may name one")
            return playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)

        yield launch


@pytest.fixture(scope="session")
def browser(launch: Launch) -> Iterator[Browser]:
    chrome = launch("chromium-headless-shell")  # has no window, which saves a quarter
    yield chrome
    chrome.close()


@pytest.fixture(scope="session")
def unused(browser: Browser) -> dict[str, list[BrowserContext]]:
    """Contexts that somebody has left as they found them, by their options. They have the site's scripts in
    their caches: to fetch those again for each person takes most of a test's time."""
    return defaultdict(list)


@pytest.fixture
def visit(
    browser: Browser, unused: dict[str, list[BrowserContext]], shared_server: Server
) -> Iterator[Newcomer]:
    """Opens a browser of somebody's own; what its console or the policy complains of fails the test.

    Afterwards nobody is left in `general`, and nothing: every page that follows would draw it.
    """
    people: list[tuple[Person, str]] = []

    def visit(server: Server, **options: Any) -> Person:
        left = unused[repr(options)]
        context = left.pop() if left else new_context(browser, options)
        person = Person(context.pages[0], server.url)
        people.append((person, repr(options)))
        return person

    yield visit
    complaints = [complaint for person, _ in people for complaint in person.complaints]
    for person, options in people:
        if person.has_own_context or complaints:
            person.page.context.close()
        else:
            unused[options].append(person.page.context)
            person.leave()
    if any(person.site == shared_server.url for person, _ in people):
        empty(shared_server, "general")
    assert not complaints, f"the browser complained: {complaints}"


def new_context(browser: Browser, options: dict[str, Any]) -> BrowserContext:
    context = browser.new_context(**({"locale": "en-GB"} | options))
    context.set_default_timeout(DEADLINE_MS)
    context.add_init_script(WATCH_POLICY)
    context.new_page()
    return context


@pytest.fixture
def sign_up(visit: Newcomer, request: pytest.FixtureRequest) -> Newcomer:
    """Somebody who has signed up, in a browser of their own."""

    def newcomer(name: str, server: Server | None = None, **options: Any) -> Person:
        person = visit(server or request.getfixturevalue("server"), **options)
        person.sign_up(name, runs_scripts=options.get("java_script_enabled", True))
        return person

    return newcomer
