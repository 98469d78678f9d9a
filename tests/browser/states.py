"""Every state of the chat page, one after the other on one page: each is shown and put away again."""

import json
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Locator, TimeoutError, expect

from tests.browser.accessible import AT_REST
from tests.browser.line import Line
from tests.browser.person import Person
from tests.browser.rooms import make_room
from tests.browser.test_connection import inspect
from tests.browser.test_files import choose, file, has_arrived, image, send, tray
from tests.browser.test_formatting import open_bar
from tests.browser.test_message_actions import choose as choose_item
from tests.browser.test_message_actions import open_menu
from tests.browser.test_pins_and_reports import report
from tests.browser.test_profiles import card
from tests.browser.test_rooms import (
    dialog,
    is_in,
    manage,
    new_name,
    pick,
    press,
    settings,
    show_tools,
)
from tests.browser.test_search import field, hits, open_search
from tests.server import Server

REMOVE = """
from accounts.models import User
from chat.actions.members import remove_member
from chat.models import Room
from chat.protocol.commands import RoomRemove
owner, member = (User.objects.get(username=name) for name in ({owner!r}, {member!r}))
remove_member(owner.pk, RoomRemove(id="1", room=Room.objects.get(slug={name!r}).pk, user=member.pk))
"""


@dataclass
class Scene:
    """Alice looks at a room in which she and Bob have said a little of everything."""

    alice: Person
    bob: Person
    server: Server
    line: Line
    room: str
    is_narrow: bool

    @property
    def own(self) -> Locator:
        return self.alice.messages.filter(has_text="Own words").last

    @property
    def bobs(self) -> Locator:
        said = self.alice.page.locator(".message__text", has_text="Hello")
        return self.alice.messages.filter(has=said).last

    def show_rooms(self) -> None:
        if self.is_narrow:
            self.alice.page.get_by_role("link", name="Back to rooms").click()

    def show_people(self) -> None:
        if self.is_narrow:
            self.alice.page.get_by_role("button", name="People", exact=True).click()

    def show_room(self) -> None:
        if not self.alice.composer.is_visible():
            self.alice.page.go_back()
            expect(self.alice.composer).to_be_visible()

    def command(self, **fields: object) -> None:
        """As if the page had sent it."""
        self.line.say(json.dumps({"id": "made up", **fields}))


def set_up(server: Server, alice: Person, bob: Person) -> Scene:
    room = make_room(server, alice, bob)
    line = Line(alice.context)
    alice.may_lose_connection = True
    for person in (alice, bob):
        person.page.goto(f"{person.site}/rooms/{room}/")
        person.arrives()
    is_narrow = bool(alice.measure("innerWidth < 768"))
    scene = Scene(alice, bob, server, line, room, is_narrow)
    _talk(scene)
    return scene


def _talk(scene: Scene) -> None:
    alice, bob = scene.alice, scene.bob
    choose(
        alice, image("1.jpg"), image("2.jpg"), file("a.txt"), file("s.mp3", b"ID3", "audio/mpeg")
    )
    has_arrived(alice, 4)
    send(alice)
    bob.say(f"Hello @{alice.username}, https://example.org\n> quoted\n```py\nreturn 1\n```\n- one")
    expect(scene.bobs).to_be_visible()
    alice.say("To be deleted")
    alice.sees("To be deleted")
    choose_item(alice, alice.message("To be deleted"), "Delete")
    press(alice, "Delete")
    expect(alice.log).to_contain_text("This message was deleted.")
    choose_item(alice, scene.bobs, "Reply")
    alice.say("First words")
    alice.sees("First words")
    expect(alice.waiting).to_have_count(0)
    alice.composer.press("ArrowUp")
    expect(alice.composer).to_have_value("First words")
    alice.say("Own words, **bold** `code` ||hidden|| 👍")
    expect(scene.own.get_by_role("button", name="edited")).to_be_visible()
    choose_item(alice, scene.own, "Pin")
    expect(scene.own.get_by_text("Pinned")).to_be_visible()
    open_menu(alice, scene.own).locator("[data-emoji]").first.click()
    expect(scene.own.locator(".reaction[data-emoji]")).to_be_visible()


# ---- from a message


def show_toolbar(scene: Scene) -> None:
    scene.bobs.focus()  # what has the focus already is not told so again
    scene.own.focus()
    expect(scene.own.get_by_role("toolbar")).to_be_visible()


def show_menu(scene: Scene) -> None:
    open_menu(scene.alice, scene.own)


def show_deletion(scene: Scene) -> None:
    choose_item(scene.alice, scene.own, "Delete")
    expect(dialog(scene.alice)).to_be_visible()


def show_history(scene: Scene) -> None:
    scene.own.get_by_role("button", name="edited").click()
    expect(dialog(scene.alice).get_by_role("listitem")).to_have_count(2)


def show_report(scene: Scene) -> None:
    choose_item(scene.alice, scene.bobs, "Report")
    expect(dialog(scene.alice)).to_be_visible()


def show_picker(scene: Scene) -> None:
    show_toolbar(scene)
    scene.own.get_by_role("button", name="React").first.click()
    grinning = scene.alice.page.get_by_role("option", name="grinning", exact=True)
    expect(grinning).to_be_visible()


def show_card(scene: Scene) -> None:
    scene.bobs.get_by_role("button", name=scene.bob.username).first.click()
    expect(card(scene.alice).get_by_role("button", name="Block")).to_be_visible()


def show_lightbox(scene: Scene) -> None:
    scene.alice.log.locator("a.picture").first.click()
    expect(scene.alice.page.locator(".lightbox__turn").first).to_be_visible()


def show_date(scene: Scene) -> None:
    scene.alice.log.locator(".day__date").last.click()
    expect(dialog(scene.alice)).to_be_visible()


# ---- from the composer


def show_emoji_completion(scene: Scene) -> None:
    scene.alice.composer.press_sequentially(":hea")
    expect(scene.alice.page.get_by_role("option").first).to_be_visible()


def show_people_completion(scene: Scene) -> None:
    scene.alice.composer.press_sequentially("@b")
    expect(scene.alice.page.get_by_role("option").first).to_be_visible()


def clear(scene: Scene) -> None:
    scene.alice.page.keyboard.press("Escape")
    scene.alice.composer.fill("")
    scene.alice.page.keyboard.press("Escape")


def show_preview(scene: Scene) -> None:
    open_bar(scene.alice).get_by_role("button", name="Preview").click()
    scene.alice.composer.fill("**bold** and ||hidden|| and `code`\n- one\n- two")
    expect(scene.alice.page.locator(".preview li")).to_have_count(2)


def close_bar(scene: Scene) -> None:
    clear(scene)
    press(scene.alice, "Formatting")
    expect(scene.alice.page.get_by_role("group", name="Formatting")).to_be_hidden()


def show_reply(scene: Scene) -> None:
    choose_item(scene.alice, scene.bobs, "Reply")


def show_edit(scene: Scene) -> None:
    choose_item(scene.alice, scene.own, "Edit")


def show_counter(scene: Scene) -> None:
    scene.alice.composer.fill("x" * 8_001)
    expect(scene.alice.page.locator(".composer__counter")).to_contain_text("too many")


def show_tray(scene: Scene) -> None:
    choose(scene.alice, image("3.jpg"), file("empty.txt", b""))
    has_arrived(scene.alice, 1)


def empty_tray(scene: Scene) -> None:
    for name in ("3.jpg", "empty.txt"):
        press(scene.alice, f"Remove {name}")
    expect(tray(scene.alice)).to_have_count(0)


def show_failure(scene: Scene) -> None:
    scene.line.refuse("message.send", "muted")
    scene.alice.say("Refused words")
    expect(scene.alice.log.locator(".is-failed")).to_be_visible()


def drop_failure(scene: Scene) -> None:
    scene.alice.log.locator(".is-failed").get_by_role("button", name="Delete").click()
    expect(scene.alice.log.locator(".is-failed")).to_have_count(0)


# ---- by a key


def show_shortcuts(scene: Scene) -> None:
    scene.alice.page.keyboard.press("Control+/")
    expect(dialog(scene.alice).get_by_role("heading", name="Writing")).to_be_visible()


def show_switcher(scene: Scene) -> None:
    scene.alice.page.keyboard.press("Control+k")
    expect(dialog(scene.alice).get_by_role("option").first).to_be_visible()


# ---- from the head of the room


def show_search_help(scene: Scene) -> None:
    open_search(scene.alice)


def show_hits(scene: Scene) -> None:
    open_search(scene.alice)
    field(scene.alice).fill("words")
    expect(hits(scene.alice).first).to_be_visible()


def show_no_hits(scene: Scene) -> None:
    open_search(scene.alice)
    field(scene.alice).fill("nobodysaidthat")
    expect(scene.alice.page.get_by_text("Nothing found.")).to_be_visible()


def close_search(scene: Scene) -> None:
    scene.alice.page.keyboard.press("Escape")
    expect(field(scene.alice)).to_be_hidden()  # the way back takes its time


def show_levels(scene: Scene) -> None:
    show_tools(scene.alice)
    scene.alice.page.locator("#levels > summary").click()
    expect(scene.alice.page.get_by_role("radio", name="Mentions only")).to_be_visible()


def show_pins(scene: Scene) -> None:
    show_tools(scene.alice)
    press(scene.alice, "Pinned messages")
    expect(dialog(scene.alice).get_by_role("button", name="Unpin")).to_be_visible()


def show_reports(scene: Scene) -> None:
    report(scene.alice, scene.bobs, "Advertising.")
    press(scene.alice, "Reports 1")
    expect(dialog(scene.alice).get_by_role("button", name="Remove message")).to_be_visible()


def show_settings(scene: Scene) -> None:
    settings(scene.alice)
    expect(dialog(scene.alice)).to_be_visible()


def show_leaving(scene: Scene) -> None:
    settings(scene.alice).get_by_role("button", name="Leave").click()


def close_both(scene: Scene) -> None:
    scene.alice.page.keyboard.press("Escape")
    scene.alice.page.keyboard.press("Escape")


# ---- from the people


def show_people(scene: Scene) -> None:
    scene.show_people()
    expect(scene.alice.page.locator("#people")).to_be_visible()


def show_member(scene: Scene) -> None:
    scene.show_people()
    manage(scene.alice, scene.bob)
    expect(dialog(scene.alice)).to_be_visible()


def show_links(scene: Scene) -> None:
    scene.show_people()
    press(scene.alice, "Invite people")
    press(scene.alice, "Create link")
    link = dialog(scene.alice).get_by_role("textbox", name="Invitation link")
    expect(link).to_be_visible()
    dialog(scene.alice).get_by_role("searchbox").fill(scene.bob.username)
    expect(dialog(scene.alice).get_by_role("checkbox")).to_have_count(1)


def close_links(scene: Scene) -> None:
    scene.alice.page.keyboard.press("Escape")  # which empties the field
    back_to_room(scene)


def close_pane(scene: Scene) -> None:
    """By the key, whose way back through the history takes a moment."""
    scene.alice.page.keyboard.press("Escape")
    expect(scene.alice.composer).to_be_visible()


def back_to_room(scene: Scene) -> None:
    scene.alice.page.keyboard.press("Escape")
    scene.show_room()


# ---- from the rooms


def show_rooms(scene: Scene) -> None:
    scene.show_rooms()
    expect(scene.alice.page.locator("#room-list")).to_be_visible()


def show_finder(scene: Scene) -> None:
    scene.show_rooms()
    press(scene.alice, "Find or create a room")
    expect(dialog(scene.alice).get_by_text("general", exact=True)).to_be_visible()


def show_refused_room(scene: Scene) -> None:
    show_finder(scene)
    press(scene.alice, "New room")
    press(scene.alice, "Create room")
    expect(dialog(scene.alice).get_by_text("A room needs a name.")).to_be_visible()


def show_direct(scene: Scene) -> None:
    scene.show_rooms()
    press(scene.alice, "New conversation")
    pick(scene.alice, scene.bob)


def show_account_menu(scene: Scene) -> None:
    scene.show_rooms()
    scene.alice.page.locator(".account-menu > summary").click()
    expect(scene.alice.page.get_by_role("button", name="Connection")).to_be_visible()


def show_connection(scene: Scene) -> None:
    scene.show_rooms()
    inspect(scene.alice)


def close_connection(scene: Scene) -> None:
    close_both(scene)
    scene.show_room()


# ---- what is wrong, and what is gone


def show_blocked(scene: Scene) -> None:
    show_card(scene)
    press(scene.alice, "Block")
    expect(card(scene.alice)).to_contain_text("You have blocked this person.")
    unblocks = card(scene.alice).get_by_role("button", name="Unblock")
    expect(unblocks).to_be_in_viewport(ratio=1)


def show_folded(scene: Scene) -> None:
    show_blocked(scene)
    scene.alice.page.keyboard.press("Escape")
    expect(scene.alice.page.locator(".blocked > summary").last).to_be_visible()


def unblock(scene: Scene) -> None:
    user = scene.alice.page.locator(".person", has_text=scene.bob.username).get_attribute(
        "data-user"
    )
    scene.command(type="block.lift", user=int(user or 0))
    scene.alice.page.keyboard.press("Escape")
    expect(scene.alice.page.locator(".blocked")).to_have_count(0)
    scene.alice.composer.focus()


def show_outage(scene: Scene) -> None:
    scene.line.cut()
    scene.alice.say("Pending words")
    expect(scene.alice.page.locator("#banner")).to_be_visible()


def end_outage(scene: Scene) -> None:
    scene.line.mend()
    expect(scene.alice.page.locator("#banner")).to_be_hidden()


def show_empty_room(scene: Scene) -> None:
    show_finder(scene)
    press(scene.alice, "New room")
    name = new_name()
    dialog(scene.alice).get_by_label("Name").fill(name)
    press(scene.alice, "Create room")
    is_in(scene.alice, name)


def archive(scene: Scene) -> None:
    settings(scene.alice).get_by_role("button", name="Archive").click()
    press(scene.alice, "Archive")
    expect(scene.alice.page.locator("#composer-closed")).to_be_visible()


def show_lost_room(scene: Scene) -> None:
    name = make_room(scene.server, scene.bob, scene.alice)
    scene.show_rooms()
    scene.alice.page.get_by_role("link", name=name).click()
    expect(scene.alice.composer).to_be_visible()
    code = REMOVE.format(owner=scene.bob.username, member=scene.alice.username, name=name)
    scene.server.run(code)
    expect(scene.alice.log).to_contain_text("You were removed from")


def escape(scene: Scene) -> None:
    scene.alice.page.keyboard.press("Escape")


def stay(scene: Scene) -> None:
    """The next state begins here."""


Step = Callable[[Scene], None]
States = list[tuple[Step, Step]]
OF_WORDS: States = [
    (stay, stay),
    (show_toolbar, stay),
    (show_menu, escape),
    (show_deletion, escape),
    (show_history, escape),
    (show_report, escape),
    (show_picker, escape),
    (show_card, escape),
    (show_lightbox, escape),
    (show_date, escape),
    (show_emoji_completion, clear),
    (show_people_completion, clear),
    (show_reply, clear),
    (show_edit, clear),
    (show_counter, clear),
    (show_tray, empty_tray),
    (show_failure, drop_failure),
]
OF_THE_ROOM: States = [
    (show_shortcuts, escape),
    (show_switcher, escape),
    (show_search_help, close_search),
    (show_hits, close_search),
    (show_no_hits, close_search),
    (show_levels, escape),
    (show_pins, escape),
    (show_reports, escape),
    (show_settings, escape),
    (show_leaving, close_both),
    (show_people, close_pane),
    (show_member, back_to_room),
    (show_links, close_links),
]
OF_OTHER_ROOMS: States = [
    (show_rooms, close_pane),
    (show_finder, back_to_room),
    (show_refused_room, back_to_room),
    (show_direct, back_to_room),
    (show_account_menu, back_to_room),
    (show_connection, close_connection),
    (show_blocked, unblock),
    (show_folded, unblock),
    (show_outage, end_outage),
    # It leaves so little of the timeline that Bob's words do not stand in the page any more.
    (show_preview, close_bar),
    (show_empty_room, stay),
    (archive, stay),
    (show_lost_room, stay),
]
PARTS = {"words": OF_WORDS, "the room": OF_THE_ROOM, "other rooms": OF_OTHER_ROOMS}
NARROW_ONLY = {show_people, show_rooms}


Look = Callable[[Person], list[str]]


def walk(scene: Scene, states: States, *looks: Look) -> list[str]:
    """Shows one state after the other, and tells what Alice finds in each, look by look; none of them may
    lose the focus."""
    found: list[str] = []
    for show, hide in states:
        if show in NARROW_ONLY and not scene.is_narrow:
            continue
        show(scene)
        scene.alice.page.wait_for_function(AT_REST)
        for look in looks:
            found += [f"{show.__name__}: {finding}" for finding in _lasting(scene, look)]
        hide(scene)
        if hide is not stay and not _has_focus(scene.alice):
            found.append(f"{show.__name__}: the focus is lost afterwards")
    return found


def _lasting(scene: Scene, look: Look) -> list[str]:
    """What is found on a second look, too: the first may come while something fades in or out."""
    first = look(scene.alice)
    if not first:
        return []
    scene.alice.page.wait_for_timeout(1_000)
    return [finding for finding in look(scene.alice) if finding in first]


def _has_focus(person: Person) -> bool:
    try:
        person.page.wait_for_function("document.activeElement !== document.body", timeout=8_000)
    except TimeoutError:
        return False
    return True
