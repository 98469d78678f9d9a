"""What every kind of answer tells browsers, over https."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from chat.models import Attachment, Room
from tests.chat.uploading import picture, upload
from tests.people import make_person

pytestmark = pytest.mark.django_db

YEAR = 31_536_000
EXPECTED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Strict-Transport-Security": f"max-age={YEAR}; includeSubDomains; preload",
}

Ask = Callable[[Client], Any]
ANSWERS: dict[str, tuple[int, Ask]] = {
    "a page": (200, lambda browser: browser.get("/accounts/profile/")),
    "a room": (200, lambda browser: browser.get("/rooms/general/")),
    "a redirect": (302, lambda browser: browser.get("/accounts/")),
    "a form that was refused": (200, lambda browser: browser.post("/accounts/password/change/")),
    "data": (200, lambda browser: browser.get("/session")),
    "a refusal of an upload": (400, lambda browser: browser.post("/uploads/")),
    "the admin": (200, lambda browser: browser.get("/admin/")),
    "a static file": (200, lambda browser: browser.head("/static/probe.js")),
    "an uploaded file": (200, lambda browser: browser.head(f"/files/{_file().pk}/a")),
    "a part of one": (206, lambda browser: browser.head(_path(), headers={"Range": "bytes=1-2"})),
    "one that is known": (304, lambda browser: browser.get(_path(), headers=_known())),
    "nothing there": (404, lambda browser: browser.get("/nothing/")),
    "another method": (405, lambda browser: browser.post("/session")),
    "a wrong host": (400, lambda browser: browser.get("/", headers={"Host": "example.org"})),
}


def _file() -> Attachment:
    return Attachment.objects.get()


def _path() -> str:
    return f"/files/{_file().pk}/a"


def _known() -> dict[str, str]:
    return {"If-None-Match": f'"{_file().pk}"'}


@pytest.fixture
def browser(settings: Settings, media: Path, room: Room, alice: User) -> Client:
    """Alice's, who may use the admin too. It comes over https."""
    settings.SECURE_HSTS_SECONDS = YEAR
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SECURE_HSTS_PRELOAD = True
    (Path(settings.STATIC_ROOT) / "probe.js").write_text("1;")
    upload(alice, room, picture())
    User.objects.filter(pk=alice.pk).update(is_staff=True, is_superuser=True)
    browser = Client(headers={"X-Forwarded-Proto": "https"})
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    browser.force_login(alice)
    return browser


@pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume")
def test_every_kind_of_answer_has_them(browser: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("CRITICAL")
    for kind, (status, ask) in ANSWERS.items():
        answer = ask(browser)
        assert (kind, answer.status_code) == (kind, status)
        found = {name: answer.headers.get(name) for name in EXPECTED}
        assert (kind, found) == (kind, EXPECTED)
        assert "camera=()" in answer.headers["Permissions-Policy"], kind
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"], kind
        assert "unsafe" not in answer.headers["Content-Security-Policy"], kind


@pytest.mark.usefixtures("media")
def test_the_way_to_https_has_them_too(settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = True
    answer = Client().get("/")
    assert (answer.status_code, answer["Location"]) == (301, "https://testserver/")
    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]


def test_a_file_that_is_known_stays_in_its_sandbox(browser: Client) -> None:
    first, again = browser.head(_path()), browser.get(_path(), headers=_known())
    assert "sandbox" in first["Content-Security-Policy"]
    assert again["Content-Security-Policy"] == first["Content-Security-Policy"]


def test_what_holds_somebodys_data_is_kept_by_no_proxy(browser: Client) -> None:
    for path in ("/session", "/accounts/profile/", "/accounts/sessions/", "/admin/", _path()):
        kept = browser.head(path).headers.get("Cache-Control", "")
        assert "private" in kept or "no-store" in kept, path


def test_no_cookie_can_be_read_by_scripts_that_need_not(browser: Client) -> None:
    """The token of forms is read by the page; which room one was in last tells nothing."""
    make_person("dora")
    client = Client()
    client.post("/accounts/login/", {"login": "dora", "password": "correct horse battery staple"})
    session = client.cookies["sessionid"]
    assert (session["httponly"], session["samesite"]) == (True, "Lax")
