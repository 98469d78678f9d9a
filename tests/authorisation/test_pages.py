"""Every address of the site, asked by everybody."""

import pytest

from .addresses import Visitors, routes
from .page_table import NO_ROOM, PAGES, Page
from .roles import ROLES, STRANGER
from .world import World

# Where no room is concerned it makes no difference how one stands in it.
WITHOUT_ROOM = (STRANGER, "member", "exiled", "closed", "superuser")

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def visitors(world: World) -> Visitors:
    return Visitors(world)


def name_of(page: Page) -> str:
    return f"{page.method} {page.route} {page.target}".replace(" ", "-")


def test_every_address_has_its_lines() -> None:
    """An address that fails here is new: it needs lines in tests/authorisation/page_table.py."""
    assert {page.route for page in PAGES} == routes()


@pytest.mark.parametrize("page", PAGES, ids=name_of)
@pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume")
def test_everybody_is_answered_as_the_table_says(
    visitors: Visitors, page: Page, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("CRITICAL")
    roles = WITHOUT_ROOM if page.kinds == NO_ROOM else (STRANGER, *ROLES)
    answers = {
        (role, kind): visitors.answer(role, page, kind) for kind in page.kinds for role in roles
    }
    assert answers == {cell: page.rule(*cell) for cell in answers}
