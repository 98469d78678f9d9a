import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.person import DEADLINE_MS, WATCH_POLICY, Person
from tests.server import Server

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

Newcomer = Callable[..., Person]


def find_chromium() -> str | None:
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = find_chromium()
    if chromium is None:
        pytest.skip("no Chromium on this machine; CHROMIUM may name one")
    with sync_playwright() as playwright:
        chrome = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield chrome
        chrome.close()


@pytest.fixture
def visit(browser: Browser) -> Iterator[Newcomer]:
    """Opens a browser of somebody's own; what its console or the policy complains of fails the test."""
    people: list[Person] = []

    def visit(server: Server, **options: Any) -> Person:
        context = browser.new_context(**({"locale": "en-GB"} | options))
        context.set_default_timeout(DEADLINE_MS)
        context.add_init_script(WATCH_POLICY)
        people.append(Person(context.new_page(), server.url))
        return people[-1]

    yield visit
    complaints = [complaint for person in people for complaint in person.complaints]
    for person in people:
        person.context.close()
    assert not complaints, f"the browser complained: {complaints}"


@pytest.fixture
def sign_up(visit: Newcomer, request: pytest.FixtureRequest) -> Newcomer:
    """Somebody who has signed up, in a browser of their own."""

    def newcomer(name: str, server: Server | None = None, **options: Any) -> Person:
        person = visit(server or request.getfixturevalue("server"), **options)
        person.sign_up(name, runs_scripts=options.get("java_script_enabled", True))
        return person

    return newcomer
