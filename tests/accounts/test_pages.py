import re
from html.parser import HTMLParser

import pytest
from django.test import Client
from pytest_django.asserts import assertContains, assertRedirects

from accounts import setup, urls
from accounts.models import User

pytestmark = pytest.mark.django_db

OPEN_TO_ALL = [
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/inactive/",
    "/accounts/password/reset/",
    "/accounts/password/reset/done/",
    "/accounts/password/reset/key/1-abc/",
    "/accounts/password/reset/key/done/",
    "/accounts/setup/nonsense/",
]
SIGNED_IN = ["/accounts/logout/", "/accounts/password/change/", "/accounts/password/change/done/"]


class Inputs(HTMLParser):
    """The visible inputs of a page and the ids that they may refer to."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.inputs: list[dict[str, str | None]] = []
        self.ids: set[str | None] = set()
        self.labelled: set[str | None] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.ids.add(found.get("id"))
        if tag == "label":
            self.labelled.add(found.get("for"))
        if tag == "input" and found.get("type") != "hidden" and "hidden" not in found:
            self.inputs.append(found)


def test_every_page_has_the_products_look(client: Client, alice: User) -> None:
    for address in OPEN_TO_ALL:
        assertContains(
            client.get(address),
            'class="account__card"',
            status_code=client.get(address).status_code,
        )
    client.force_login(alice)
    for address in SIGNED_IN:
        assertContains(client.get(address), 'class="account__card"')


def test_no_page_of_allauths_own_can_be_reached(client: Client, alice: User) -> None:
    ours = {pattern.name for pattern in urls.urlpatterns}
    assert ours.isdisjoint({"account_email", "mfa_add_webauthn", "account_confirm_email"})
    client.force_login(alice)
    for address in (
        "email/",
        "two-factor/webauthn/",
        "confirm-email/",
        "login/code/confirm/",
        "phone/change/",
    ):
        assert client.get(f"/accounts/{address}").status_code == 404


def test_the_bare_address_leads_to_sign_in(client: Client) -> None:
    assertRedirects(client.get("/accounts/"), "/accounts/login/")


@pytest.mark.parametrize(
    "address", ["/accounts/login/", "/accounts/signup/", "/accounts/password/reset/"]
)
def test_every_field_has_a_label_and_no_placeholder(client: Client, address: str) -> None:
    page = Inputs(client.get(address).text)
    assert page.inputs
    for field in page.inputs:
        assert field["id"] in page.labelled
        assert "placeholder" not in field


def test_password_managers_know_the_fields(client: Client, alice: User) -> None:
    def hints(address: str) -> list[str | None]:
        return [field.get("autocomplete") for field in Inputs(client.get(address).text).inputs]

    assert hints("/accounts/login/") == ["username", "current-password"]
    signup = ["username", "name", "email", "new-password", "new-password"]
    assert hints("/accounts/signup/") == signup
    client.force_login(alice)
    change = client.get("/accounts/password/change/")
    assertContains(change, 'value="alice" autocomplete="username"')


def test_errors_stand_under_their_field_and_are_tied_to_it(client: Client) -> None:
    text = client.post("/accounts/signup/", {"username": "admin"}).text
    page = Inputs(text)
    username = page.inputs[0]
    described_by = (username["aria-describedby"] or "").split()
    assert username["aria-invalid"] == "true"
    assert "id_username_error" in described_by
    assert set(described_by) <= page.ids
    assert re.search(r'id="id_username_error">\s*<li>This username is reserved', text)


def test_the_caret_goes_to_the_first_wrong_field(client: Client) -> None:
    fields = {"username": "dora", "password1": "short", "password2": "short"}
    page = Inputs(client.post("/accounts/signup/", fields).text)
    assert [field["name"] for field in page.inputs if "autofocus" in field] == ["password1"]


def test_markup_in_a_field_stays_text(client: Client) -> None:
    evil = '"><script>alert(1)</script>'
    text = client.post("/accounts/signup/", {"username": evil, "name": evil, "invite": evil}).text
    assert "<script" not in text
    assert "&lt;script&gt;" in text


def test_the_set_up_page_has_no_inline_script_or_style(client: Client) -> None:
    text = client.get((setup.link() or "").removeprefix("http://testserver")).text
    assert "owner" in text
    assert not re.search(r"<script|<style|style=|\son\w+=", text)
