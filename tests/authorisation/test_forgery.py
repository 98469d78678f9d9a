"""A page of another site can make a browser ask, with its cookies: nothing is changed without our token."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from .addresses import Visitors, path_of
from .page_table import PAGES, Page
from .world import Place, World

WRITES = re.compile(r"^(INSERT INTO|UPDATE|DELETE FROM) \"(\w+)\"", re.IGNORECASE)
# A visit is noted, and what was read of a flow of pages is kept with the session.
NOTED = {"django_session", "accounts_signin"}

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def forgers(world: World) -> Visitors:
    return Visitors(world, enforce_csrf_checks=True)


@pytest.fixture(scope="module")
def visitors(world: World) -> Visitors:
    return Visitors(world)


def name_of(page: Page) -> str:
    return f"{page.method}-{page.route}-{page.target}".replace(" ", "-")


def place_of(page: Page, world: World) -> Place:
    return Place(world, "member", page.kinds[0])


@pytest.mark.parametrize("route", sorted({page.route for page in PAGES}))
@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_what_changes_something_wants_the_token(
    forgers: Visitors, world: World, method: str, route: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Also where no such method is, for that is mostly found out later."""
    caplog.set_level("CRITICAL")
    page = next(page for page in PAGES if page.route == route)
    answer = forgers.ask("member", method, path_of(page, place_of(page, world)))
    assert answer.status_code == (405 if is_refused_by_method(route, method) else 403)


def is_refused_by_method(route: str, method: str) -> bool:
    """These guard themselves, when they have seen who is asking for what."""
    allowed = {"uploads/": "POST", "uploads/<upload_id>/": "DELETE", "accounts/avatar/": "POST"}
    return route in allowed and method != allowed[route]


@pytest.mark.parametrize(
    "path", ["/admin/", "/admin/chat/room/add/", "/admin/accounts/user/1/change/"]
)
def test_so_does_the_admin(forgers: Visitors, path: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("CRITICAL")
    assert forgers.ask("superuser", "POST", path).status_code == 403


@pytest.mark.parametrize("page", [page for page in PAGES if page.method == "GET"], ids=name_of)
@pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume")
def test_to_look_at_something_changes_nothing(
    visitors: Visitors, world: World, page: Page, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("CRITICAL")
    with CaptureQueriesContext(connection) as queries:
        visitors.ask("member", "GET", path_of(page, place_of(page, world)))
    written = {match[2] for query in queries if (match := _writes(query))}
    assert written - NOTED == set()


def _writes(query: dict[str, Any]) -> re.Match[str] | None:
    return WRITES.match(query["sql"].strip())
