"""Every state of the chat page by axe, by the size of what one presses, by the Tab key, large and narrow."""

import pytest

from tests.browser.accessible import (
    DESKTOP,
    PHONE,
    bad_stops,
    contrast_in_the_dark,
    findings,
    lost_text,
    small_targets,
)
from tests.browser.conftest import Newcomer
from tests.browser.states import Scene, set_up, walk
from tests.server import Server

pytestmark = pytest.mark.timeout(300)  # each of these goes through all that a page can show

REFLOW = {"width": 320, "height": 640}
ZOOMED = {"width": 640, "height": 400}  # a window of 1280 by 800 at 200 %


def begin(sign_up: Newcomer, server: Server, **look: object) -> Scene:
    return set_up(server, sign_up("alice", bypass_csp=True, **look), sign_up("bob"))


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_axe_finds_nothing_and_nothing_is_too_small_to_be_pressed(
    sign_up: Newcomer, server: Server, viewport: dict[str, int]
) -> None:
    scene = begin(sign_up, server, viewport=viewport, color_scheme="light")

    def look() -> list[str]:
        alice = scene.alice
        return [*findings(alice), *contrast_in_the_dark(alice), *small_targets(alice)]

    assert walk(scene, look) == []


def test_axe_finds_nothing_where_colours_are_forced_and_nothing_moves(
    sign_up: Newcomer, server: Server
) -> None:
    calm = {"forced_colors": "active", "reduced_motion": "reduce", "contrast": "more"}
    scene = begin(sign_up, server, viewport=DESKTOP, **calm)
    assert walk(scene, lambda: findings(scene.alice)) == []


def test_the_tab_key_leads_through_everything_and_is_seen_everywhere(
    sign_up: Newcomer, server: Server
) -> None:
    scene = begin(sign_up, server, viewport=DESKTOP)
    assert walk(scene, lambda: bad_stops(scene.alice)) == []


@pytest.mark.parametrize(
    ("viewport", "scale"), [(REFLOW, 1), (ZOOMED, 2)], ids=["320 pixels", "200 %"]
)
def test_nothing_is_lost_on_a_narrow_screen_or_with_more_space_in_the_text(
    sign_up: Newcomer, server: Server, viewport: dict[str, int], scale: int
) -> None:
    scene = begin(sign_up, server, viewport=viewport, device_scale_factor=scale)
    assert walk(scene, lambda: lost_text(scene.alice)) == []
