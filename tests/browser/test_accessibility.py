"""Every state of the chat page by axe, by the size of what one presses, by the Tab key, large and narrow.

To bring about the states takes most of the time: so each walk through a part of them looks for all that it
can.
"""

import pytest

from tests.browser import states, states_of_trouble
from tests.browser.accessible import (
    DESKTOP,
    bad_stops,
    contrast_in_the_dark,
    contrast_where_colours_are_forced,
    findings,
    lost_text,
    small_targets,
)
from tests.browser.conftest import Newcomer
from tests.browser.states import Scene, set_up, walk
from tests.server import Server

pytestmark = pytest.mark.timeout(300)  # each of these walks through a part of what a page can show
every_part = pytest.mark.parametrize("part", states.PARTS)

REFLOW = {"width": 320, "height": 640}
ZOOMED = {"width": 640, "height": 400}  # a window of 1280 by 800 at 200 %


def begin(sign_up: Newcomer, server: Server, **look: object) -> Scene:
    return set_up(server, sign_up("alice", bypass_csp=True, **look), sign_up("bob"))


@every_part
def test_nothing_is_wrong_in_a_window_where_nothing_moves_light_dark_or_with_forced_colours(
    sign_up: Newcomer, server: Server, part: str
) -> None:
    scene = begin(sign_up, server, viewport=DESKTOP, color_scheme="light", reduced_motion="reduce")
    by_axe = (findings, contrast_in_the_dark, contrast_where_colours_are_forced)
    # The Tab key comes last: it may take away what is shown.
    assert walk(scene, states.PARTS[part], *by_axe, small_targets, bad_stops) == []


@every_part
def test_nothing_is_wrong_or_lost_on_a_narrow_screen(
    sign_up: Newcomer, server: Server, part: str
) -> None:
    scene = begin(sign_up, server, viewport=REFLOW, color_scheme="light")
    looks = (findings, contrast_in_the_dark, small_targets, lost_text)
    assert walk(scene, states.PARTS[part], *looks) == []


@every_part
def test_nothing_is_lost_at_200_percent(sign_up: Newcomer, server: Server, part: str) -> None:
    scene = begin(sign_up, server, viewport=ZOOMED, device_scale_factor=2)
    assert walk(scene, states.PARTS[part], lost_text) == []


@pytest.mark.parametrize("part", states_of_trouble.PARTS)
def test_nothing_is_wrong_where_something_did_not_come_was_refused_or_has_ended(
    sign_up: Newcomer, server: Server, part: str
) -> None:
    look = {"viewport": DESKTOP, "color_scheme": "light", "reduced_motion": "reduce"}
    alice = sign_up("alice", bypass_csp=True, **look)
    scene = states_of_trouble.set_up(server, alice, sign_up("bob"))
    looks = (findings, contrast_in_the_dark, small_targets)
    assert walk(scene, states_of_trouble.PARTS[part], *looks) == []
