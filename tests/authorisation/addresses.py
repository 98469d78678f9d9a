"""Every address that the site answers, as its patterns say, and how one of them is asked."""

import copy
import re
from collections.abc import Iterator, Sequence
from typing import Any, cast

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern, URLResolver

from accounts.models import User
from chatsite import urls

from .asking import meant, undone
from .page_table import USUALLY, Page
from .roles import STRANGER
from .world import Place, World

ADMIN = "admin/"


def routes() -> set[str]:
    """Those of pages; `admin_names` has the admin's."""
    return {route for route, _ in _walk(urls.urlpatterns) if not route.startswith(ADMIN)}


def admin_names() -> set[str]:
    return {
        pattern.name or "catch_all"
        for route, pattern in _walk(urls.urlpatterns)
        if route.startswith(ADMIN)
    }


def path_of(page: Page, place: Place) -> str:
    given = meant(USUALLY | page.given, place)
    return "/" + re.sub(r"<(\w+)>", lambda match: str(given[match[1]]), page.route)


class Visitors:
    """A browser for everybody, who is signed in as long as their account is open. To be made before a test
    begins, which takes back what it has written."""

    def __init__(self, world: World, *, enforce_csrf_checks: bool = False) -> None:
        self._world = world
        self._client = Client(enforce_csrf_checks, raise_request_exception=False)
        self._cookies = {role: signed_in(person) for role, person in world.people.items()}
        self._cookies[STRANGER] = Client().cookies

    def ask(self, role: str, method: str, path: str, form: dict[str, Any] | None = None) -> Any:
        """What it changed is taken back, in the browser too."""
        self._client.cookies = copy.deepcopy(self._cookies[role])
        with undone():
            if form is None:
                return self._client.generic(method, path)
            return self._client.post(path, form)

    def answer(self, role: str, page: Page, kind: str) -> str:
        place = Place(self._world, role if role != STRANGER else "outsider", kind)
        form = _form(page, place) if page.method == "POST" else None
        return word_for(self.ask(role, page.method, path_of(page, place), form))


def signed_in(person: User) -> Any:
    """The cookies of a browser with a session of theirs."""
    browser = Client()
    browser.force_login(person)
    return browser.cookies


def word_for(response: Any) -> str:
    status, place = response.status_code, response.headers.get("Location", "")
    if status == 401 or place.startswith(("/accounts/login/", "/admin/login/")):
        return "sign in"
    if 300 <= status < 400:
        return "led on"
    return "ok" if status < 300 else str(status)


def _form(page: Page, place: Place) -> dict[str, Any]:
    form = meant(page.form, place)
    return {
        name: SimpleUploadedFile("note.txt", value) if isinstance(value, bytes) else value
        for name, value in form.items()
    }


def _walk(
    patterns: Sequence[URLPattern | URLResolver], before: str = ""
) -> Iterator[tuple[str, URLPattern]]:
    for one in patterns:
        route = before + _plain(str(one.pattern))
        if isinstance(one, URLResolver):
            yield from _walk(cast(Sequence[URLPattern | URLResolver], one.url_patterns), route)
        else:
            yield route, one


def _plain(route: str) -> str:
    """`rooms/<slug>/` of `rooms/<str:slug>/`, and the same of a regular expression."""
    route = re.sub(r"\(\?P<(\w+)>[^)]*\)", r"<\1>", route)
    return re.sub(r"<\w+:(\w+)>", r"<\1>", route).strip("^$")
