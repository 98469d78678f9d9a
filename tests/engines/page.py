"""A page in a browser, for those that Playwright does not drive."""

import time
from collections.abc import Callable
from typing import Any

from tests.engines.drivers import Driver, DriverError
from tests.server import POLL_SECONDS

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # the name of a reference, as the standard has it
ENTER, ESCAPE, UP = "\ue007", "\ue00c", "\ue013"
PATIENCE_SECONDS = 60.0
# What a console would say, from here on.
LISTEN = """
window.complaints = [];
const hear = (kind, say) => addEventListener(kind, (event) => complaints.push(`${kind}: ${say(event)}`));
hear("error", ({ message }) => message);
hear("unhandledrejection", ({ reason }) => reason);
hear("securitypolicyviolation", (event) => `${event.effectiveDirective} ${event.blockedURI}`);
"""
READY = "document.querySelector('#draft')?.required === false"  # scripts take it away


class Page:
    def __init__(self, driver: Driver, site: str) -> None:
        self._driver = driver
        self._site = site
        self.resize(1280, 900)

    def go(self, path: str) -> None:
        self._driver.command("Navigate", url=self._site + path)

    def resize(self, width: int, height: int) -> None:
        self._driver.command("SetWindowRect", width=width, height=height)

    def arrives(self) -> None:
        """Waits for the room, ready to write in."""
        self.waits(READY)
        self.run(LISTEN)

    def run(self, script: str, *args: Any) -> Any:
        return self._driver.command("ExecuteScript", script=script, args=args)

    def waits(self, expression: str, *args: Any) -> Any:
        """Until it is true of the page; what it is then."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not (found := self._value(expression, *args)):
            assert time.monotonic() < deadline, f"never: {expression} {args}"
            time.sleep(POLL_SECONDS)
        return found

    def click(self, selector: str) -> None:
        self._insists(
            lambda: self._driver.command("ElementClick", id=self._find(selector)[ELEMENT])
        )

    def write(self, selector: str, text: str) -> None:
        self._driver.command("ElementSendKeys", id=self._find(selector)[ELEMENT], text=text)

    def press(self, keys: str) -> None:
        """Wherever the focus is."""
        pairs = [({"type": "keyDown", "value": k}, {"type": "keyUp", "value": k}) for k in keys]
        self._act("key", [action for pair in pairs for action in pair])

    def hover(self, selector: str) -> None:
        self._insists(lambda: self._point_at(self._find(selector)))

    def _insists(self, do: Callable[[], None]) -> None:
        """What is not there yet, or just being drawn anew, is there in a moment."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                return do()
            except DriverError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(POLL_SECONDS)

    def _point_at(self, element: dict[str, str]) -> None:
        place = {"origin": element, "x": 0, "y": 0}
        self._act("pointer", [{"type": "pointerMove", "duration": 0, **place}])

    def _find(self, selector: str) -> dict[str, str]:
        found: dict[str, str] = self._driver.command(
            "FindElement", using="css selector", value=selector
        )
        return found

    def _act(self, kind: str, actions: list[dict[str, Any]]) -> None:
        self._driver.command(
            "PerformActions", actions=[{"type": kind, "id": kind, "actions": actions}]
        )

    def _value(self, expression: str, *args: Any) -> Any:
        try:
            return self.run(f"return ({expression})", *args)
        except DriverError:  # the page is about to become another
            return None
