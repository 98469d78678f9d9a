"""Rooms as people make, find, change and leave them on the page."""

import re
import secrets

from playwright.sync_api import Locator, expect

from tests.browser.conftest import Newcomer
from tests.browser.person import Person
from tests.browser.rooms import meet
from tests.browser.test_message_actions import choose
from tests.client import PASSWORD
from tests.server import Server


def dialog(person: Person) -> Locator:
    return person.page.get_by_role("dialog").last


def press(person: Person, name: str) -> None:
    """A button of the page, or of the dialog that lies on it."""
    person.page.get_by_role("button", name=name, exact=True).last.click()


def create(person: Person, name: str, *, kind: str = "Public", topic: str = "") -> None:
    press(person, "Find or create a room")
    press(person, "New room")
    dialog(person).get_by_role("radio", name=kind).check()
    dialog(person).get_by_label("Name").fill(name)
    dialog(person).get_by_label("Topic").fill(topic)
    press(person, "Create room")
    is_in(person, name)


def is_in(person: Person, name: str) -> None:
    expect(person.page.get_by_role("dialog")).to_have_count(0)
    expect(person.page.get_by_role("main").get_by_role("heading", level=1)).to_have_text(name)
    expect(person.composer).to_be_visible()


def show_tools(person: Person) -> None:
    """On a phone some of the head waits behind a button."""
    more = person.page.get_by_role("button", name="More about this room")
    tools = person.page.locator("#room-tools")
    if more.is_visible() and not tools.evaluate("(tools) => tools.matches(':popover-open')"):
        more.click()


def settings(person: Person) -> Locator:
    show_tools(person)
    press(person, "Room settings")
    return dialog(person)


def people(person: Person) -> Locator:
    return person.page.get_by_role("complementary", name="People")


def manage(person: Person, other: Person) -> Locator:
    people(person).get_by_role("button", name=re.compile(f"What.*{other.username}")).click()
    return dialog(person)


def invite(person: Person, other: Person) -> None:
    press(person, "Invite people")
    pick(person, other)
    press(person, "Add to the room")
    expect(person.page.get_by_role("dialog")).to_have_count(0)


def pick(person: Person, other: Person) -> None:
    dialog(person).get_by_role("searchbox").fill(other.username)
    dialog(person).get_by_role("checkbox", name=re.compile(other.username)).check()


def new_name(word: str = "Atelier") -> str:
    return f"{word} {secrets.token_hex(3)}"


BASELINES = """(line) => [...line.children].map((cell) => {
  const mark = document.createElement("span");
  mark.style.display = "inline-block";
  cell.append(mark);
  return mark.getBoundingClientRect().bottom;
})"""


def test_what_is_told_of_a_room_stands_on_one_line_with_its_name(
    sign_up: Newcomer, server: Server
) -> None:
    alice, bob = sign_up("alice"), sign_up("bob")
    meet(server, alice, bob)
    role = settings(bob).locator(".facts > div").last
    expect(role).to_be_visible()
    name, value = role.evaluate(BASELINES)
    assert abs(name - value) < 0.5


def test_a_public_room_is_made_found_and_joined(sign_up: Newcomer) -> None:
    alice, bob = sign_up("alice"), sign_up("bob")
    name = new_name("设计评审")
    create(alice, name, topic="每周三下午三点")
    expect(alice.page).to_have_url(re.compile("/rooms/"))
    press(bob, "Find or create a room")
    dialog(bob).get_by_role("searchbox").fill(name)
    dialog(bob).get_by_role("button", name=f"Join \u2068{name}\u2069").click()
    is_in(bob, name)
    alice.say("welcome")
    bob.sees("welcome")
    expect(people(alice)).to_contain_text(bob.username)


def test_a_name_that_is_taken_or_hides_something_is_refused_under_its_field(
    sign_up: Newcomer,
) -> None:
    alice = sign_up("alice")
    press(alice, "Find or create a room")
    press(alice, "New room")
    name = dialog(alice).get_by_label("Name")
    expect(name).to_be_focused()
    for text, complaint in [
        ("", "A room needs a name."),
        ("gen\u202eeral", "There are invisible or control characters in it."),
        ("General!", "There is a room of this name already."),
        ("!!!", "This name can't be used."),
    ]:
        name.fill(text)
        press(alice, "Create room")
        expect(dialog(alice).locator("[data-error=name]")).to_contain_text(complaint)
        expect(name).to_be_focused()
    name.press("Escape")
    expect(alice.page.get_by_role("button", name="Find or create a room")).to_be_focused()


def test_where_nothing_is_found_the_list_says_so(sign_up: Newcomer) -> None:
    alice = sign_up("alice")
    press(alice, "Find or create a room")
    expect(dialog(alice).get_by_text("general", exact=True)).to_be_visible()
    dialog(alice).get_by_role("searchbox").fill(secrets.token_hex(8))
    expect(dialog(alice).get_by_role("status")).to_have_text("No public room has these words.")


def test_in_a_private_room_people_come_and_go_at_once(sign_up: Newcomer) -> None:
    alice, bob = sign_up("alice"), sign_up("bob")
    name = new_name()
    create(alice, name, kind="Private")
    invite(alice, bob)
    bob.page.get_by_role("link", name=name).click()
    is_in(bob, name)
    expect(bob.page.get_by_role("button", name="Invite people")).to_be_hidden()

    manage(alice, bob).get_by_role("button", name="Remove").click()
    expect(dialog(alice)).to_contain_text("have to be invited again")
    dialog(alice).get_by_role("button", name="Remove").click()
    expect(bob.log).to_contain_text("You were removed from")
    expect(people(alice)).not_to_contain_text(bob.username)


def test_a_ban_needs_a_reason_and_keeps_out(sign_up: Newcomer) -> None:
    alice, bob = sign_up("alice"), sign_up("bob")
    name = new_name()
    create(alice, name)
    invite(alice, bob)
    bob.page.get_by_role("link", name=name).click()
    is_in(bob, name)
    sheet = manage(alice, bob)
    sheet.get_by_role("button", name="Ban").click()
    expect(sheet).to_contain_text("Say why")
    sheet.get_by_label("Reason").fill("Advertising")
    sheet.get_by_role("button", name="Ban").click()
    dialog(alice).get_by_role("button", name="Ban").click()
    expect(bob.log).to_contain_text("You were banned from")
    bob.page.get_by_role("link", name="general").click()
    press(bob, "Find or create a room")
    dialog(bob).get_by_role("searchbox").fill(name)
    join = dialog(bob).get_by_role("button", name=f"Join \u2068{name}\u2069")
    join.click()
    expect(dialog(bob).get_by_role("status")).to_have_text("You may not do that.")
    sheet = settings(alice)
    expect(sheet.get_by_role("list", name="Muted and banned")).to_contain_text("Advertising")
    sheet.get_by_role("button", name="Lift").click()
    expect(sheet.get_by_text("Nobody any more.")).to_be_visible()
    join.click()
    is_in(bob, name)


def test_one_muted_is_told_so_and_may_write_again(sign_up: Newcomer) -> None:
    alice, bob = sign_up("alice"), sign_up("bob")
    name = new_name()
    create(alice, name)
    invite(alice, bob)
    bob.page.get_by_role("link", name=name).click()
    is_in(bob, name)
    bob.say("hey")
    bob.message("hey").hover()
    tools = bob.message("hey").get_by_role("toolbar").get_by_role("button")
    expect(tools).to_have_text(["React", "Reply", "More"])
    choose(alice, alice.message("hey"), "Mute, ban or remove")
    sheet = dialog(alice)
    sheet.get_by_label("Reason").fill("Noise")
    sheet.get_by_role("button", name="Mute", exact=True).click()
    expect(sheet.get_by_role("status")).to_contain_text("is muted")
    hint = bob.page.locator(".composer__hint")
    expect(hint).to_have_text(re.compile("You are muted here until .+"))
    expect(tools.filter(visible=True)).to_have_text(["More"])
    bob.composer.fill("psst")
    bob.composer.press("Enter")
    expect(bob.composer).to_have_value("psst")
    sheet.get_by_role("button", name="Unmute").click()
    expect(sheet.get_by_role("status")).to_contain_text("no longer muted")
    expect(hint).to_have_text("")
    expect(tools.filter(visible=True)).to_have_text(["React", "Reply", "More"])
    bob.composer.press("Enter")
    alice.sees("psst")


def test_people_talk_directly_in_twos_and_threes(sign_up: Newcomer) -> None:
    alice, bob, carol = sign_up("alice"), sign_up("bob"), sign_up("carol")
    press(alice, "New conversation")
    press(alice, "Open")
    expect(dialog(alice).get_by_role("status")).to_have_text("Choose somebody first.")
    for other in (bob, carol):
        pick(alice, other)
    press(alice, "Open")
    expect(alice.page).to_have_url(re.compile("/direct/"))
    alice.say("the three of us")
    bob.page.get_by_role("link", name=re.compile(alice.username)).click()
    bob.sees("the three of us")
    expect(settings(bob)).to_contain_text("it cannot be left")
    ends = dialog(bob).locator(".settings__ends")  # from which nothing above is to be parted
    expect(ends).to_have_css("border-top-width", "0px")
    expect(dialog(bob).get_by_role("button", name="Leave")).to_be_hidden()


def test_a_new_name_and_topic_show_everywhere_at_once(sign_up: Newcomer) -> None:
    alice, bob = sign_up("alice"), sign_up("bob")
    name, better = new_name(), new_name("Werkstatt")
    create(alice, name)
    invite(alice, bob)
    bob.page.get_by_role("link", name=name).click()
    is_in(bob, name)
    sheet = settings(alice)
    sheet.get_by_label("Name").fill(better)
    sheet.get_by_label("Topic").fill("Wood and steel")
    press(alice, "Save")
    is_in(bob, better)
    expect(bob.page.get_by_role("main").locator(".room__topic")).to_have_text("Wood and steel")
    expect(bob.page.get_by_role("link", name=better)).to_be_visible()


def test_who_may_not_change_a_room_sees_what_it_is(sign_up: Newcomer) -> None:
    alice = sign_up("alice")
    sheet = settings(alice)
    expect(sheet.get_by_text("member", exact=True)).to_be_visible()
    for name in ("Save", "Archive", "Restore"):
        expect(sheet.get_by_role("button", name=name)).to_be_hidden()


def test_an_archived_room_is_closed_for_all_and_opened_again(sign_up: Newcomer) -> None:
    alice, bob = sign_up("alice"), sign_up("bob")
    name = new_name()
    create(alice, name)
    invite(alice, bob)
    bob.page.get_by_role("link", name=name).click()
    is_in(bob, name)
    settings(alice).get_by_role("button", name="Archive").click()
    dialog(alice).get_by_role("button", name="Archive").click()
    for person in (alice, bob):
        expect(person.page.get_by_text("This room is archived.")).to_be_visible()
    expect(bob.page.get_by_role("button", name="Restore")).to_be_hidden()
    press(alice, "Restore")
    expect(bob.composer).to_be_visible()


def test_one_leaves_and_lands_in_another_room(sign_up: Newcomer) -> None:
    alice, bob = sign_up("alice"), sign_up("bob")
    name = new_name()
    create(alice, name)
    invite(alice, bob)
    bob.page.get_by_role("link", name=name).click()
    is_in(bob, name)
    settings(bob).get_by_role("button", name="Leave").click()
    dialog(bob).get_by_role("button", name="Cancel").click()
    dialog(bob).get_by_role("button", name="Leave").click()
    dialog(bob).get_by_role("button", name="Leave").click()
    is_in(bob, "general")
    expect(bob.page.get_by_role("link", name=name)).to_have_count(0)


def test_the_last_owner_hands_the_room_over_and_goes(sign_up: Newcomer) -> None:
    alice, bob = sign_up("alice"), sign_up("bob")
    name = new_name()
    create(alice, name)
    invite(alice, bob)
    settings(alice).get_by_role("button", name="Leave").click()
    dialog(alice).get_by_role("button", name="Leave").click()
    expect(dialog(alice)).to_contain_text("You are its only owner.")
    press(alice, "Choose an owner")
    sheet = manage(alice, bob)
    sheet.get_by_role("radio", name="Owner").check()
    press(alice, "Change role")
    expect(people(alice).locator("[data-role=owner]")).to_contain_text(bob.username)
    settings(alice).get_by_role("button", name="Leave").click()
    dialog(alice).get_by_role("button", name="Leave").click()
    is_in(alice, "general")
    bob.page.get_by_role("link", name=name).click()
    expect(settings(bob).get_by_role("button", name="Save")).to_be_visible()


def test_a_new_role_opens_its_doors_at_once(sign_up: Newcomer) -> None:
    alice, bob = sign_up("alice"), sign_up("bob")
    name = new_name()
    create(alice, name, kind="Private")
    invite(alice, bob)
    bob.page.get_by_role("link", name=name).click()
    is_in(bob, name)
    expect(alice.log.get_by_role("button", name="Invite people")).to_be_hidden()
    manage(alice, bob).get_by_role("radio", name="Moderator").check()
    press(alice, "Change role")
    expect(bob.page.get_by_role("button", name="Invite people")).to_be_visible()


def test_who_can_be_invited_is_offered_before_who_is_there_already(sign_up: Newcomer) -> None:
    alice, carol = sign_up("alice"), sign_up("carol")
    expect(people(alice)).to_contain_text(carol.username)
    create(alice, new_name())
    press(alice, "Invite people")
    boxes = dialog(alice).get_by_role("checkbox")
    expect(boxes.first).to_be_enabled()
    are_out = [box.is_disabled() for box in boxes.all()]
    assert are_out == sorted(are_out)


def test_a_stranger_comes_in_by_a_link(sign_up: Newcomer, visit: Newcomer, server: Server) -> None:
    alice, guest = sign_up("alice"), visit(server)
    name = new_name()
    create(alice, name, kind="Private")
    press(alice, "Invite people")
    dialog(alice).get_by_label("Good for").select_option("1")
    dialog(alice).get_by_label("How many people").select_option("1")
    press(alice, "Create link")
    bounds = dialog(alice).locator(".link__bounds")
    expect(bounds).to_have_text(re.compile(r"used 0 of 1 times · until \w+"))
    link = dialog(alice).get_by_role("textbox", name="Invitation link").input_value()

    guest.page.goto(link)
    expect(guest.page.get_by_role("heading")).to_have_text(f"You are invited to {name}")
    guest.page.get_by_role("link", name="Create an account").click()
    guest.username = f"guest{secrets.token_hex(3)}"
    guest.page.get_by_label("Username").fill(guest.username)
    guest.page.get_by_label("Password", exact=True).fill(PASSWORD)
    guest.page.get_by_label("Password again").fill(PASSWORD)
    guest.page.get_by_role("button", name="Create account").click()
    guest.page.get_by_role("button", name="Join").click()
    guest.arrives()
    is_in(guest, name)
    expect(people(alice)).to_contain_text(guest.username)


def test_a_link_is_revoked(sign_up: Newcomer) -> None:
    alice = sign_up("alice")
    create(alice, new_name())
    press(alice, "Invite people")
    press(alice, "Create link")
    expect(dialog(alice).get_by_role("textbox", name="Invitation link")).to_be_visible()
    press(alice, "Revoke")
    dialog(alice).get_by_role("button", name="Revoke").click()
    expect(dialog(alice).get_by_role("textbox", name="Invitation link")).to_have_count(0)


def test_in_slow_mode_the_composer_says_when_one_may_write_again(sign_up: Newcomer) -> None:
    alice = sign_up("alice")
    create(alice, new_name())
    settings(alice).get_by_label("Slow mode").select_option("5")
    press(alice, "Save")
    expect(alice.page.get_by_role("dialog")).to_have_count(0)
    alice.say("one")
    alice.sees("one")
    hint = alice.page.locator(".composer__hint")
    expect(hint).to_have_text(re.compile(r"Slow mode: you can write again in 0:0\d\."))
    alice.composer.fill("two")
    alice.composer.press("Enter")
    expect(alice.composer).to_have_value("two")
    expect(hint).to_have_text("")
    alice.say("two")
    alice.sees("two")


def test_people_are_chosen_by_keyboard(sign_up: Newcomer) -> None:
    alice, bob = sign_up("alice"), sign_up("bob")
    press(alice, "New conversation")
    box = dialog(alice).get_by_role("searchbox")
    expect(box).to_be_focused()
    box.fill(bob.username)
    expect(dialog(alice).get_by_role("checkbox")).to_have_count(1)
    box.press("ArrowDown")
    expect(dialog(alice).get_by_role("checkbox")).to_be_focused()
    alice.page.keyboard.press("Space")
    expect(dialog(alice).get_by_role("list", name="Chosen")).to_contain_text(bob.username)
    expect(dialog(alice).get_by_role("checkbox")).to_be_focused()
    alice.page.keyboard.press("Enter")
    expect(alice.page).to_have_url(re.compile("/direct/"))


def test_a_muted_moderator_is_told_so_in_place_of_the_settings(sign_up: Newcomer) -> None:
    alice, bob = sign_up("alice"), sign_up("bob")
    name = new_name()
    create(alice, name)
    invite(alice, bob)
    bob.page.get_by_role("link", name=name).click()
    is_in(bob, name)
    manage(alice, bob).get_by_role("radio", name="Moderator").check()
    press(alice, "Change role")
    theirs = settings(bob)
    expect(theirs.get_by_role("button", name="Save")).to_be_visible()
    sheet = manage(alice, bob)
    sheet.get_by_label("Reason").fill("Noise")
    sheet.get_by_role("button", name="Mute", exact=True).click()
    expect(theirs).to_contain_text("You are muted here until")
    expect(theirs.get_by_role("button", name="Save")).to_be_hidden()
    dialog(alice).get_by_role("button", name="Unmute").click()
    expect(theirs.get_by_role("button", name="Save")).to_be_visible()
