from PIL import Image
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Newcomer
from tests.browser.person import Person
from tests.browser.test_files import file
from tests.chat.uploading import encoded


def large_photo() -> bytes:
    """As a phone takes it: more than any other form of the site may hold."""
    photo = encoded(Image.effect_noise((2000, 1500), 90).convert("RGB"), "JPEG", quality=90)
    assert len(photo) > 1024 * 1024
    return photo


def is_drawn(image: Locator) -> bool:
    return bool(image.evaluate("(image) => image.decode().then(() => image.naturalWidth === 256)"))


def choose(person: Person) -> None:
    person.page.locator(".account-menu > summary").click()
    person.page.get_by_role("link", name="Profile and status").click()
    person.page.get_by_role("link", name="Change picture").click()
    save(person)


def save(person: Person) -> None:
    chosen = file("me.jpg", large_photo(), "image/jpeg")
    person.page.get_by_label("New picture").set_input_files([chosen])
    person.page.get_by_role("button", name="Save picture").click()


def test_a_picture_is_chosen_and_seen_beside_messages(sign_up: Newcomer) -> None:
    alice = sign_up("alice")
    tab = alice.open_tab()
    alice.say("Here I am")
    tab.sees("Here I am")
    choose(alice)
    assert is_drawn(alice.page.get_by_role("img", name="Your picture as it is now"))
    alice.page.get_by_role("link", name="Back to your rooms").click()
    alice.arrives()
    for person in (tab, alice):
        assert is_drawn(person.messages.last.locator(".avatar img"))
        assert is_drawn(person.page.locator(".account-menu .avatar img"))


def test_a_picture_is_removed(sign_up: Newcomer) -> None:
    alice = sign_up("alice")
    choose(alice)
    alice.page.get_by_role("button", name="Remove picture").click()
    expect(alice.page.get_by_role("button", name="Remove picture")).to_have_count(0)
    expect(alice.page.get_by_role("img", name="Your picture as it is now")).to_have_count(0)
