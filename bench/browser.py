"""What the page weighs and how fast it is, in a real Chromium on a processor slowed down four times.

    make bench-browser
    .venv/bin/python -m bench.browser --messages 5000 --rounds 3 --scroll-seconds 20

A server as the product runs it, with a room of a hundred thousand messages. Measured are a first visit
(what is transferred, when the room is readable, when it is live), opening a room that was open before,
scrolling from the last message to the first at full speed, and writing while five hundred messages a
second come into the room. Each figure stands beside its bar; all of them are in
bench/results/browser.json.
"""

import argparse
import json
import os
import secrets
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from tests.browser.conftest import ARGUMENTS, find_chromium
from tests.client import Visitor
from tests.server import Server

from . import browser_figures, browser_rounds, machine
from .fan_out.bars import Bar
from .send import ROOT

LATEST = ROOT / "bench" / "results" / "browser.json"
LARGE, OTHERS = "large", ["second", "third"]
FEW = 300
SEED = """
from accounts.models import User
from bench.page_rounds import make_room
from chat.actions.rooms import add_member
alice, bob = (User.objects.get(username=name) for name in ("alice", "bob"))
for name, count in {rooms!r}.items():
    room = make_room(alice, name, count)
    add_member(room.pk, bob)
"""


def main() -> None:
    options = _parse_options()
    os.environ.setdefault("SECRET_KEY", secrets.token_hex(32))
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        report: dict[str, Any] = {"machine": machine.facts(Path(folder))}
        print(", ".join(f"{name} {value}" for name, value in report["machine"].items()))
        busy_before = machine.load()
        report |= _measure(Path(folder), options)
    report["load_per_core"] = [busy_before, machine.load()]
    figures = browser_figures.bars(report)
    _print(report, figures)
    report["figures"] = [asdict(bar) | {"is_passed": bar.is_passed} for bar in figures]
    del report["scroll"]["frames"]  # tens of thousands of times, which its figure stands for
    options.output.write_text(json.dumps(report, indent=1) + "\n")
    print(f"\nEverything is in {options.output}")


def _parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench.browser",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--messages", type=int, default=100_000, help="in the large room (100000)")
    add("--rounds", type=int, default=7, help="first visits, and openings of each room (7)")
    add("--scroll-seconds", type=float, default=600, help="after which it gives up (600)")
    add("--flood-seconds", type=float, default=10, help="of 500 events a second (10)")
    add("--output", type=Path, default=LATEST)
    return parser.parse_args()


def _measure(folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    server = Server(folder)
    server.prepare()
    server.start()
    try:
        alice, bob = Visitor(server.url), Visitor(server.url)
        alice.sign_up("alice")
        bob.sign_up("bob")
        rooms = {LARGE: options.messages} | dict.fromkeys(OTHERS, FEW)
        server.manage("shell", "--verbosity=0", "--command", SEED.format(rooms=rooms))
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
            found = _rounds(browser, server, (alice, bob), options)
            return {"chromium": browser.version, **found}
    finally:
        server.terminate()


def _rounds(
    browser: Browser, server: Server, people: tuple[Visitor, Visitor], options: argparse.Namespace
) -> dict[str, Any]:
    alice, bob = people
    large = f"/rooms/{LARGE}/"
    first = browser_rounds.first_loads(browser, alice, large, options.rounds)
    for one in first:
        one["weights"] = browser_figures.weights(one.pop("entries"))
    return {
        "first": first,
        "open": browser_rounds.openings(browser, alice, [LARGE, *OTHERS], options.rounds),
        "scroll": browser_rounds.scrolling(browser, alice, large, options.scroll_seconds),
        "flood": browser_rounds.flood(
            browser, server, alice, bob, OTHERS[0], options.flood_seconds
        ),
    }


def _print(report: dict[str, Any], figures: list[Bar]) -> None:
    parts = {name: round(size, 1) for name, size in report["first"][0]["weights"].items()}
    print(f"\nChromium {report['chromium']}; a first visit in KB: {parts}")
    print(f"scrolled up to message {report['scroll']['lowest']}")
    before, after = report["load_per_core"]
    print(f"runnable processes per core: {before:.1f} before, {after:.1f} after\n")
    for bar in figures:
        print(bar)


if __name__ == "__main__":
    main()
