"""What a message's text can do: hide something, show code and give it away, be nothing but emoji."""

from playwright.sync_api import expect

from tests.browser.conftest import Newcomer


def test_a_spoiler_opens_by_click_and_by_keyboard_and_not_before(sign_up: Newcomer) -> None:
    alice, bob = sign_up("alice"), sign_up("bob")
    alice.say(f"{alice.username}: ||Snape|| and ||https://example.org/end||")
    message = bob.messages.filter(has_text=alice.username).filter(has_text="and")
    spoilers = message.locator(".spoiler")
    expect(spoilers).to_have_count(2)
    hidden = message.get_by_role("button", name="Hidden text. Press to show it.")
    expect(message.get_by_text("Snape")).to_be_hidden()
    expect(message.get_by_role("link", name="https://example.org/end")).to_have_count(0)
    hidden.first.click()
    expect(message.get_by_text("Snape")).to_be_visible()
    hidden.first.focus()
    bob.page.keyboard.press("Enter")
    expect(message.get_by_role("link", name="https://example.org/end")).to_be_visible()
    expect(hidden).to_have_count(0)
    expect(spoilers.last).to_be_focused()


def test_what_is_hidden_stays_hidden_where_it_is_quoted(sign_up: Newcomer) -> None:
    alice = sign_up("alice")
    alice.say("||Snape|| did it")
    message = alice.messages.filter(has_text="did it").last
    message.hover()
    message.get_by_role("button", name="Reply").click()
    expect(alice.page.locator(".composer-context")).to_contain_text("▒▒▒ did it")


def test_code_is_coloured_and_can_be_copied(sign_up: Newcomer) -> None:
    alice = sign_up("alice", permissions=["clipboard-read", "clipboard-write"])
    alice.composer.fill("```py\nreturn 1  # one\n```")
    alice.composer.press("Enter")
    code = alice.messages.locator(".code").last
    expect(code.locator(".code-comment")).to_have_text("# one")
    code.hover()
    code.get_by_role("button", name="Copy code").click()
    expect(alice.page.get_by_text("Code copied.")).to_be_visible()
    assert alice.measure("navigator.clipboard.readText()") == "return 1  # one"


def test_the_toolbar_leaves_the_way_to_copy_code_free(sign_up: Newcomer) -> None:
    alice = sign_up("alice")
    for text in ("one", "```py\nreturn 1\n```"):  # without a name above it
        alice.say(text)
    message = alice.messages.filter(has=alice.page.locator(".code"))
    message.hover()
    toolbar = message.get_by_role("toolbar").bounding_box()
    copying = message.get_by_role("button", name="Copy code").bounding_box()
    assert toolbar
    assert copying
    assert copying["x"] + copying["width"] <= toolbar["x"]


def test_a_few_emoji_alone_are_larger_live_and_after_a_reload(sign_up: Newcomer) -> None:
    alice = sign_up("alice")
    for text in ("🎉👍", "🎉 no"):
        alice.say(text)
        alice.sees(text)
    sizes = [
        "(text => getComputedStyle(text).fontSize)",
        "([few, more]) => parseFloat(few) > parseFloat(more)",
    ]
    for _ in range(2):
        few, more = (
            alice.message(text).last.locator(".message__text").evaluate(sizes[0])
            for text in ("🎉👍", "🎉 no")
        )
        assert alice.page.evaluate(sizes[1], [few, more])
        alice.page.reload()
        alice.arrives()


def test_long_words_and_chinese_stay_on_a_small_screen(sign_up: Newcomer) -> None:
    alice = sign_up("alice", viewport={"width": 390, "height": 844})
    alice.say("**" + "长" * 300 + "W" * 300 + "** `" + "c" * 300 + "` ||" + "s" * 300 + "||")
    expect(alice.messages.last.locator("strong")).to_be_visible()
    assert alice.overflow() <= 0
