"""Somebody at a browser, as a test sees them."""

import re
import secrets
from dataclasses import dataclass, field
from typing import Any, cast

from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, expect

from tests.client import PASSWORD, Visitor

DEADLINE_MS = 30_000  # a laptop that also builds something is slow, not wrong

# Said by the far end of a routed socket (`line.py`), which passes on what came before it learnt of the close.
# That the page itself sends nothing then is tested in tests/js/socket_test.js.
_OF_THE_LINE = "WebSocket is already in CLOSING or CLOSED state."
# What Chromium says of a server that is away. It is no fault of the page's.
_OUTAGE = re.compile(r"net::ERR_|^WebSocket connection to ")
# Chromium logs what the policy refuses; this also catches what it would only report.
WATCH_POLICY = """
addEventListener("securitypolicyviolation", (event) =>
  console.error("policy violated:", event.effectiveDirective, event.blockedURI, event.sample));
"""
# The text of each message as a reader gets it: a line break is a line break.
_TEXTS = """(texts) => texts.map((text) => {
  const copy = text.cloneNode(true);
  for (const br of copy.querySelectorAll("br")) br.replaceWith("\\n");
  return copy.textContent;
})"""


@dataclass
class Person:
    page: Page
    site: str
    username: str = ""
    may_lose_connection: bool = False
    complaints: list[str] = field(default_factory=list)
    has_own_context: bool = False  # a test has changed it, so it serves nobody else

    def __post_init__(self) -> None:
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(f"uncaught: {error}"))
        self.page.on("dialog", self._dismiss)

    def sign_up(self, name: str, *, runs_scripts: bool = True) -> None:
        """Under a name that nobody has there yet; ends in the room, ready to write.

        Behind the browser's back, which is quicker; `sign_up_by_form` is how people do it.
        """
        self.username = name + secrets.token_hex(3)
        visitor = Visitor(self.site)
        visitor.sign_up(self.username)
        for cookie in visitor.cookies:
            value = cookie.value or ""
            self.page.context.add_cookies([{"name": cookie.name, "value": value, "url": self.site}])
        self.page.goto(f"{self.site}/")
        if runs_scripts:
            self.arrives()

    def sign_up_by_form(self, name: str) -> None:
        self.username = name + secrets.token_hex(3)
        self.page.goto(f"{self.site}/accounts/signup/")
        self.page.get_by_label("Username").fill(self.username)
        self.page.get_by_label("Password", exact=True).fill(PASSWORD)
        self.page.get_by_label("Password again").fill(PASSWORD)
        self.page.get_by_role("button", name="Create account").click()
        self.arrives()

    def sign_in(self, username: str) -> None:
        """Through the sign-in form that is open; ends where that leads."""
        self.username = username
        self.page.get_by_label("Username").fill(username)
        self.page.get_by_label("Password", exact=True).fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()
        self.arrives()

    def sign_out(self) -> None:
        self.page.locator(".account-menu > summary").click()
        self.page.get_by_role("button", name="Sign out").click()
        self.page.wait_for_url("**/accounts/login/**")

    def open_tab(self, *, is_connected: bool = True) -> "Person":
        """The same person in another tab of the same browser, in the same room."""
        tab = Person(self.page.context.new_page(), self.site, self.username)
        tab.may_lose_connection = self.may_lose_connection
        tab.complaints = self.complaints
        tab.page.goto(f"{self.site}/")
        tab.arrives(is_connected=is_connected)
        return tab

    def arrives(self, *, is_connected: bool = True) -> None:
        """Waits for the room, ready to write in and, as much else needs it, connected."""
        expect(self.log).to_be_visible()
        # The scripts take `required` away: until then Enter is a new line.
        expect(self.composer).not_to_have_attribute("required", "")
        if is_connected:
            expect(self._of_the_connected).to_be_enabled()

    @property
    def context(self) -> BrowserContext:
        """For what outlasts the test: offers no way back."""
        self.has_own_context = True
        return self.page.context

    def leave(self) -> None:
        """Takes everything of theirs out of the browser but what it has cached."""
        context = self.page.context
        theirs = context.pages
        cdp = context.new_cdp_session(context.new_page())
        for page in theirs:
            page.close()
        kept = {"origin": self.site, "storageTypes": "local_storage,indexeddb"}
        cdp.send("Storage.clearDataForOrigin", kept)
        cdp.detach()
        context.clear_cookies()

    @property
    def log(self) -> Locator:
        return self.page.get_by_role("log")

    @property
    def composer(self) -> Locator:
        return self.page.get_by_role("main").get_by_role("textbox")

    @property
    def waiting(self) -> Locator:
        """The texts of what is not sent yet."""
        return self.log.locator(".is-pending .message__text")

    @property
    def messages(self) -> Locator:
        return self.log.locator(".message[data-seq]")

    def message(self, text: str) -> Locator:
        """What has reached the server and says exactly this."""
        exactly = re.compile(rf"^\s*{re.escape(text)}\s*$")
        return self.messages.filter(
            has=self.page.locator(".message__text").filter(has_text=exactly)
        )

    def say(self, text: str) -> None:
        self.composer.fill(text)
        self.composer.press("Enter")
        expect(self.composer).to_have_value("")

    def sees(self, text: str) -> None:
        expect(self.message(text).last).to_be_visible()

    def waits_for_part(self, name: str) -> None:
        """Of those that are fetched once somebody is there and the page is at rest: until it runs."""
        self.page.keyboard.press("Shift")
        fetched = (
            f"performance.getEntriesByType('resource').some((e) => e.name.includes('/{name}'))"
        )
        for _ in range(DEADLINE_MS // 50):
            if self.measure(fetched):
                break
            self.page.wait_for_timeout(50)
        else:
            raise AssertionError(f"{name} did not come")
        self.measure(f"import('chat/components/{name}.js').then(() => null)")

    def look_for(self, text: str) -> None:
        """Scrolls up from the end until it is there: of a long room few lines stand in the page."""
        self.log.evaluate("(log) => log.scrollTop = 0")
        for _ in range(200):
            if text in (self.log.text_content() or ""):
                return
            self.log.evaluate("(log) => log.scrollBy(0, -log.clientHeight)")
            self.page.wait_for_timeout(50)
        raise AssertionError(f"{text!r} is nowhere")

    def texts(self, last: int) -> list[str]:
        texts = cast(list[str], self.messages.locator(".message__text").evaluate_all(_TEXTS))
        return texts[-last:]

    def overflow(self) -> int:
        """By how many pixels the page is wider than the screen."""
        return int(self.measure("document.documentElement.scrollWidth - innerWidth"))

    def measure(self, script: str) -> Any:
        return self.page.evaluate(script)

    @property
    def _of_the_connected(self) -> Locator:
        """What can be chosen only while there is a connection."""
        return self.page.locator("#account-menu [name=hidden]")

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type not in {"error", "warning"}:
            return
        if message.text == _OF_THE_LINE:
            return
        if not (self.may_lose_connection and _OUTAGE.search(message.text)):
            self.complaints.append(f"{message.type}: {message.text}")

    def _dismiss(self, dialog: Any) -> None:
        self.complaints.append(f"dialog: {dialog.message}")
        dialog.dismiss()
