from playwright.sync_api import expect

from tests.browser.conftest import Newcomer


def test_history_is_readable_without_javascript(sign_up: Newcomer) -> None:
    alice = sign_up("alice")
    alice.say("Written before you came.")
    expect(alice.message("Written before you came.")).to_have_count(1)
    bob = sign_up("bob", java_script_enabled=False)
    expect(bob.messages.last).to_contain_text("Written before you came.")


def test_the_form_posts_a_message_without_javascript(sign_up: Newcomer) -> None:
    alice, bob = sign_up("alice"), sign_up("bob", java_script_enabled=False)
    bob.composer.fill("没有脚本也行。\nStill two lines.")
    bob.page.get_by_role("button", name="Send").click()
    expect(bob.composer).to_have_value("")
    expect(bob.messages.last).to_contain_text("没有脚本也行。\nStill two lines.")
    expect(alice.message("没有脚本也行。\nStill two lines.")).to_have_count(1)


def test_a_message_that_is_too_long_comes_back_without_javascript(sign_up: Newcomer) -> None:
    bob = sign_up("bob", java_script_enabled=False)
    bob.composer.fill("x" * 8_001)
    bob.page.get_by_role("button", name="Send").click()
    expect(bob.page.get_by_role("alert")).to_contain_text("too long")
    expect(bob.composer).to_have_value("x" * 8_001)
    assert all("422" in complaint for complaint in bob.complaints)
    bob.complaints.clear()  # Chromium's console names the status of a refused form
