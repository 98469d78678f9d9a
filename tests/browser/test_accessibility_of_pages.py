"""Every page beside the chat: by axe, by the size of what one presses, by the Tab key, large and narrow."""

import json
from functools import partial
from typing import cast

import pytest
from playwright.sync_api import Locator, Route, expect

from accounts.sections import section_links
from tests import authenticator
from tests.browser.accessible import (
    DESKTOP,
    bad_stops,
    contrast_in_the_dark,
    findings,
    lost_text,
    small_targets,
)
from tests.browser.conftest import Newcomer
from tests.browser.person import Person
from tests.browser.rooms import make_room, meet
from tests.client import PASSWORD
from tests.server import Server

pytestmark = pytest.mark.timeout(300)

REFLOW = {"width": 320, "height": 640}

# What only a fault of the server shows, or a site that is set up otherwise, or a room that has ended.
RENDERED = (
    *("400", "403", "403_csrf", "429", "500", "503", "banned"),
    *("account/signup_closed", "account/waiting"),
    *("chat/invite", "chat/invite_refused", "chat/join"),
)
# Addresses that only the server can make, and pages that only a fault of it shows.
MADE = """
import json
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.template.loader import render_to_string
from django.utils import timezone
from accounts import setup
from accounts.models import User
from chat.actions.invites import create_invite
from chat.models import Room
from chat.protocol.commands import InviteCreate
bob = User.objects.get(username={username!r})
room = Room.objects.get(slug={name!r})
context = {{"SITE_NAME": "Chatsite", "room": Room(name="Attic", archived_at=timezone.now())}}
key = f"{{user_pk_to_url_str(bob)}}-{{default_token_generator.make_token(bob)}}"
print(json.dumps({{
    "reset": f"/accounts/password/reset/key/{{key}}/",
    "invite": create_invite(bob.pk, InviteCreate(id="1", room=room.pk)).invite.url,
    "setup": setup.link() or "",
    **{{name: render_to_string(f"{{name}}.html", context) for name in {rendered!r}}},
}}))
"""

# Bob comes to own the site, and finds in it something that was said and reported.
ADMIN = """
import json
from accounts.models import User
from chat.actions.reports import report_message
from chat.models import Report, Room
from chat.protocol.commands import MessageReport
bob = User.objects.get(username={username!r})
User.objects.filter(pk=bob.pk).update(is_staff=True, is_superuser=True)
room = Room.objects.get(slug={name!r})
message = room.messages.filter(kind="text").get()
report_message(bob.pk, MessageReport(id="1", room=room.pk, seq=message.seq, reason="Advertising."))
print(json.dumps({{
    "room": f"/admin/chat/room/{{room.pk}}/change/",
    "message": f"/admin/chat/message/{{message.pk}}/change/",
    "report": f"/admin/chat/report/{{Report.objects.get(message=message).pk}}/change/",
    "person": f"/admin/accounts/user/{{message.author_id}}/change/",
}}))
"""

# What Django's own markup breaks: a picture labels the search field, a sign the choice of groups.
OF_DJANGO = ("label-title-only: #searchbar", 'aria-prohibited-attr: label[for="id_groups')


def troubles(person: Person) -> list[str]:
    """All that is wrong with the page as it is, on a wide screen, then on a narrow one."""
    person.page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
    found = [*findings(person), *contrast_in_the_dark(person), *small_targets(person)]
    found += bad_stops(person)
    person.page.set_viewport_size(REFLOW)  # type: ignore[arg-type]
    found += [*findings(person, "color-contrast"), *small_targets(person), *lost_text(person)]
    return [f"{person.page.title()}: {finding}" for finding in found]


def made(server: Server, person: Person, name: str) -> dict[str, str]:
    code = MADE.format(username=person.username, name=name, rendered=RENDERED)
    said = server.run(code)
    return cast(dict[str, str], json.loads(said.splitlines()[-1]))


def go(person: Person, *addresses: str) -> list[str]:
    found: list[str] = []
    for address in addresses:
        person.page.goto(address if "://" in address else f"{person.site}{address}")
        found += troubles(person)
    person.complaints[:] = [one for one in person.complaints if "status of 4" not in one]
    return found


def answer(body: str, route: Route) -> None:
    route.fulfill(body=body, content_type="text/html; charset=utf-8")


def submit(person: Person, **fields: str) -> list[str]:
    """A form that is refused; it says at the field what is wrong with it."""
    answer_form(person, **fields)
    expect(person.page.locator(".field__errors, .account__errors").first).to_be_visible()
    return troubles(person) + [
        f"{field.get_attribute('name')} does not say what is wrong" for field in unexplained(person)
    ]


def answer_form(person: Person, **fields: str) -> None:
    for name, text in fields.items():
        person.page.locator(f'form [name="{name}"]:visible').fill(text)
    person.page.locator(f'form:has([name="{name}"]) button[type=submit]').first.click()


def unexplained(person: Person) -> list[Locator]:
    """Fields with an error that nothing ties to them."""
    fields = person.page.locator(".field:has(.field__errors) :is(input, select, textarea)").all()
    return [
        field
        for field in fields
        if field.get_attribute("aria-invalid") != "true"
        or f"{field.get_attribute('id')}_error"
        not in (field.get_attribute("aria-describedby") or "")
    ]


@pytest.fixture
def bob(sign_up: Newcomer) -> Person:
    return sign_up("bob", bypass_csp=True)


def test_nothing_is_wrong_with_what_a_guest_sees(
    server: Server, visit: Newcomer, bob: Person
) -> None:
    guest = visit(server, bypass_csp=True)
    address = made(server, bob, make_room(server, bob))
    found = go(guest, "/accounts/login/?ended")
    found += submit(guest, login="nobody", password="wrong")
    found += go(guest, "/accounts/signup/")
    found += submit(guest, username=bob.username, password1=PASSWORD, password2="other")
    found += go(guest, "/accounts/password/reset/", "/accounts/password/reset/done/")
    found += go(guest, "/accounts/password/reset/key/1-made-up/", address["reset"])
    found += submit(guest, password1="short", password2="short")
    found += go(guest, "/accounts/password/reset/key/done/", "/accounts/inactive/")
    found += go(guest, address["invite"], "/invite/made-up/", "/accounts/setup/made-up/")
    found += go(guest, address["setup"])
    assert found == []


def test_nothing_is_wrong_with_what_a_member_sees_beside_the_rooms(
    server: Server, bob: Person, sign_up: Newcomer
) -> None:
    alice = sign_up("alice")
    name = make_room(server, alice)
    address = made(server, alice, name)
    found = go(bob, address["invite"], "/no/such/page/", f"/rooms/{name}/", "/accounts/logout/")
    assert found == []


def test_nothing_is_wrong_with_the_settings(bob: Person) -> None:
    found = go(bob, "/accounts/settings/", *(section.href for section in section_links(None)))
    found += go(bob, "/accounts/avatar/", "/accounts/password/change/done/", "/accounts/profile/")
    found += submit(bob, name="\u202e")
    found += go(bob, "/accounts/password/change/")
    found += submit(bob, oldpassword="wrong", password1="short", password2="other")
    assert found == []


def test_nothing_is_wrong_with_the_two_steps(server: Server, visit: Newcomer, bob: Person) -> None:
    found = go(bob, "/accounts/two-factor/on/")
    found += submit(bob, password="wrong")  # it is asked for first
    answer_form(bob, password=PASSWORD)
    found += submit(bob, code="000000")
    answer_form(bob, code=authenticator.code(bob.page.locator(".two-factor__secret").inner_text()))
    expect(bob.page.locator("#codes")).to_be_visible()
    found += troubles(bob)
    found += go(bob, *(f"/accounts/two-factor/{page}" for page in ("", "off/", "codes/new/")))
    guest = visit(server, bypass_csp=True)
    guest.page.goto(f"{guest.site}/accounts/login/")
    answer_form(guest, login=bob.username, password=PASSWORD)
    expect(guest.page.get_by_role("heading", name="One more step")).to_be_visible()
    found += submit(guest, code="000000")
    assert found == []


def test_nothing_is_wrong_with_the_pages_of_what_cannot_be(
    server: Server, visit: Newcomer, bob: Person
) -> None:
    guest = visit(server, bypass_csp=True)
    pages = made(server, bob, make_room(server, bob))
    found: list[str] = []
    for name in RENDERED:
        guest.page.route(f"**/{name}", partial(answer, pages[name]))
        found += go(guest, f"/{name}")
    assert found == []


def test_nothing_is_wrong_with_the_admin(server: Server, bob: Person, sign_up: Newcomer) -> None:
    alice = sign_up("alice")
    name = meet(server, alice, bob)
    alice.say("Buy now")
    bob.sees("Buy now")
    said = server.run(ADMIN.format(username=bob.username, name=name))
    address = json.loads(said.splitlines()[-1])
    found: list[str] = []
    for path in ("/admin/", "/admin/chat/report/", "/admin/accounts/user/", *address.values()):
        bob.page.goto(f"{bob.site}{path}")
        looks = (findings, contrast_in_the_dark, small_targets)
        found += [f"{path}: {finding}" for look in looks for finding in look(bob)]
    assert [one for one in found if not any(rule in one for rule in OF_DJANGO)] == []


def test_nothing_is_wrong_with_the_page_of_somebody_in_no_room(bob: Person) -> None:
    bob.page.get_by_role("button", name="Room settings").click()
    bob.page.get_by_role("dialog").get_by_role("button", name="Leave").click()
    bob.page.get_by_role("dialog").last.get_by_role("button", name="Leave").click()
    expect(bob.page.get_by_role("heading", name="You are in no room yet")).to_be_visible()
    assert troubles(bob) == []
    side = bob.page.get_by_role("navigation", name="Rooms")
    expect(side).to_be_hidden()  # the screen is narrow by now
    bob.page.get_by_role("link", name="Back to rooms").click()
    expect(side.locator(".account-menu > summary")).to_be_visible()
