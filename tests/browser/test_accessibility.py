from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.conftest import Newcomer
from tests.browser.person import Person
from tests.browser.test_files import choose, file, has_arrived, image, send
from tests.server import Server

DESKTOP, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}


def findings(person: Person) -> list[str]:
    report: dict[str, Any] = Axe().run(person.page).response
    return [
        f"{found['id']}: {node['target']}"
        for found in report["violations"]
        for node in found["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
class TestAxe:
    @pytest.mark.parametrize("path", ["login", "signup", "password/reset"])
    def test_it_finds_nothing_on_an_account_page(
        self,
        server: Server,
        visit: Newcomer,
        path: str,
        scheme: str,
        viewport: dict[str, int],
    ) -> None:
        guest = visit(server, color_scheme=scheme, viewport=viewport, bypass_csp=True)
        guest.page.goto(f"{guest.site}/accounts/{path}/")
        assert findings(guest) == []

    def test_it_finds_nothing_in_a_room(
        self, sign_up: Newcomer, scheme: str, viewport: dict[str, int]
    ) -> None:
        alice = sign_up("alice", color_scheme=scheme, viewport=viewport, bypass_csp=True)
        choose(alice, image(), file("a.txt"), file("song.mp3", b"ID3", "audio/mpeg"))
        has_arrived(alice, 3)
        send(alice)
        choose(alice, image(), file("empty.txt", b""))
        has_arrived(alice, 1)
        alice.say("**bold** `code` https://example.org\n> quote")
        expect(alice.messages.last).to_contain_text("quote")
        assert findings(alice) == []
