"""What the chat page shows where something did not come or was refused, and what few ever see.

The other states are in `states.py`. What ends the connection for good comes last.
"""

import re

from playwright.sync_api import Locator, Route, expect

from tests.browser.line import Line
from tests.browser.person import Person
from tests.browser.rooms import make_room, say_all
from tests.browser.states import (
    Scene,
    States,
    clear,
    close_search,
    end_outage,
    escape,
    show_card,
    show_direct,
    show_edit,
    show_finder,
    show_menu,
    show_outage,
    show_picker,
    stay,
)
from tests.browser.test_files import choose, file, give, hold_uploads
from tests.browser.test_message_actions import choose as choose_item
from tests.browser.test_rooms import dialog, manage, press, settings
from tests.browser.test_search import field, open_search
from tests.server import Server

ANY_SCRIPT = re.compile(r"/static/js/.*\.js")
PART_OF_ROOMS = re.compile(r"/static/js/components/room-dialogs\.")
MUTE = """
from accounts.models import User
from chat.actions.sanctions import sanction_everywhere
sanction_everywhere(User.objects.get(username={username!r}).pk, "mute", "noise")
"""
LIFT = """
from accounts.models import User
from chat.actions.sanctions import lift_everywhere
lift_everywhere(User.objects.get(username={username!r}).pk, "mute")
"""


def set_up(server: Server, alice: Person, bob: Person) -> Scene:
    make_room(server, alice)  # where she goes without a connection
    room = make_room(server, alice, bob)
    say_all(server, room, bob, ["Hello, ||who reads this?||"])
    say_all(server, room, alice, ["Own words"])
    line = Line(alice.context)
    alice.may_lose_connection = True
    for person in (alice, bob):
        person.page.goto(f"{person.site}/rooms/{room}/")
        person.arrives()
    return Scene(alice, bob, server, line, room, is_narrow=False)


# ---- what did not come


def show_unreachable_part(scene: Scene) -> None:
    scene.alice.page.route(ANY_SCRIPT, lambda route: route.abort())
    press(scene.alice, "Pinned messages")
    expect(dialog(scene.alice).get_by_role("button", name="Try again")).to_be_focused()


def show_part_on_its_way(scene: Scene) -> None:
    """Asked for again."""
    scene.alice.page.unroute(ANY_SCRIPT)
    scene.alice.page.route(ANY_SCRIPT, _never)
    press(scene.alice, "Try again")
    expect(dialog(scene.alice)).to_have_text(re.compile("Loading…"))


def reach_it(scene: Scene) -> None:
    scene.alice.page.unroute(ANY_SCRIPT)
    escape(scene)


def show_outdated_part(scene: Scene) -> None:
    scene.alice.page.route(PART_OF_ROOMS, lambda route: route.fulfill(status=404))
    press(scene.alice, "Find or create a room")
    expect(dialog(scene.alice).get_by_role("button", name="Reload")).to_be_focused()


def reload(scene: Scene) -> None:
    scene.alice.page.unroute(PART_OF_ROOMS)
    with scene.alice.page.expect_navigation():
        press(scene.alice, "Reload")
    scene.alice.arrives()
    _forgive(scene)
    scene.alice.composer.focus()


def show_list_on_its_way(scene: Scene) -> None:
    scene.line.hold("message.pins")
    press(scene.alice, "Pinned messages")
    expect(dialog(scene.alice).locator(".skeleton")).to_be_visible()


def let_go(scene: Scene) -> None:
    scene.line.let_go()
    escape(scene)


def show_failed_list(scene: Scene) -> None:
    scene.line.refuse("message.pins", "internal")
    press(scene.alice, "Pinned messages")
    expect(dialog(scene.alice).get_by_role("button", name="Try again")).to_be_visible()


def show_failed_finder(scene: Scene) -> None:
    scene.line.refuse("room.list", "internal")
    press(scene.alice, "Find or create a room")
    expect(dialog(scene.alice).get_by_role("button", name="Try again")).to_be_visible()


def show_nothing_found(scene: Scene) -> None:
    show_finder(scene)
    dialog(scene.alice).get_by_role("searchbox").fill("nothingofthatname")
    expect(dialog(scene.alice).get_by_text("No public room has these words.")).to_be_visible()


def close_finder(scene: Scene) -> None:
    escape(scene)  # which empties the field
    escape(scene)


def show_no_emoji(scene: Scene) -> None:
    show_picker(scene)
    scene.alice.page.keyboard.type("nothingofthatname")
    expect(scene.alice.page.get_by_text("No emoji by that name.")).to_be_visible()


def show_no_room(scene: Scene) -> None:
    scene.alice.page.get_by_role("searchbox", name="Go to a room").fill("nothingofthatname")
    expect(scene.alice.page.get_by_text("No room by that name.")).to_be_visible()


def show_all_rooms(scene: Scene) -> None:
    scene.alice.page.get_by_role("searchbox", name="Go to a room").fill("")
    scene.alice.composer.focus()


def show_failed_search(scene: Scene) -> None:
    open_search(scene.alice)
    scene.line.refuse("search", "internal")
    field(scene.alice).fill("words")
    expect(scene.alice.page.get_by_text("The search did not work.")).to_be_visible()


def show_search_of_the_room(scene: Scene) -> None:
    scene.alice.page.keyboard.press("Control+f")
    expect(scene.alice.page.get_by_role("button", name="Search all rooms")).to_be_visible()


def show_failed_room(scene: Scene) -> None:
    scene.line.refuse("history", "internal")
    _row(scene, "general").click()
    expect(scene.alice.log.get_by_text("The messages couldn't be loaded.")).to_be_visible()


def show_room_without_connection(scene: Scene) -> None:
    show_outage(scene)
    scene.alice.page.locator("#room-list a:not([aria-current])").first.click()
    expect(scene.alice.log.get_by_text("you can write already")).to_be_visible()


def end_it(scene: Scene) -> None:
    end_outage(scene)
    go_back(scene)


def go_back(scene: Scene) -> None:
    _row(scene, scene.room).click()
    expect(scene.own).to_be_visible()


# ---- what was refused


def show_unsaved_edit(scene: Scene) -> None:
    scene.line.refuse("message.edit", "internal")
    show_edit(scene)
    scene.alice.say("Own words, changed")
    expect(scene.alice.log.get_by_role("button", name="Discard")).to_be_visible()


def discard(scene: Scene) -> None:
    press(scene.alice, "Discard")
    expect(scene.alice.log.get_by_role("button", name="Discard")).to_be_hidden()
    scene.alice.composer.focus()
    scene.bobs.hover()  # what the pointer is on already is not told so again


def show_notice(scene: Scene) -> None:
    scene.line.refuse("reaction.add", "internal")
    show_menu(scene)
    scene.alice.page.get_by_role("menu").locator("[data-emoji]").first.click()
    expect(scene.alice.page.locator("#notice.is-shown.is-trouble")).to_be_visible()


def show_refused_report(scene: Scene) -> None:
    scene.line.refuse("message.report", "internal")
    choose_item(scene.alice, scene.bobs, "Report")
    dialog(scene.alice).get_by_role("textbox").fill("No.")
    press(scene.alice, "Report")
    expect(dialog(scene.alice).get_by_role("alert")).not_to_be_empty()


def show_refused_block(scene: Scene) -> None:
    scene.line.refuse("block.set", "internal")
    show_card(scene)
    press(scene.alice, "Block")
    expect(dialog(scene.alice).get_by_text("That didn't work.")).to_be_visible()
    expect(dialog(scene.alice).get_by_role("button", name="Block")).to_be_in_viewport(ratio=1)


def show_failed_upload(scene: Scene) -> None:
    refusal = {"code": "forbidden", "detail": ""}
    scene.alice.page.route(
        "**/uploads/", lambda route: route.fulfill(status=403, json=refusal), times=1
    )
    choose(scene.alice, file("lost.txt"))
    expect(scene.alice.page.get_by_role("button", name="Retry")).to_be_visible()


def show_upload_that_is_waited_for(scene: Scene) -> None:
    press(scene.alice, "Remove lost.txt")
    hold_uploads(scene.alice)
    choose(scene.alice, file("slow.txt"))
    scene.alice.composer.fill("With a file")
    scene.alice.composer.press("Enter")
    expect(scene.alice.page.get_by_text("Sends as soon as")).to_be_visible()


def give_up(scene: Scene) -> None:
    press(scene.alice, "Remove slow.txt")
    scene.alice.page.unroute("**/uploads/")
    _forgive(scene)
    clear(scene)


def show_missing_reason(scene: Scene) -> None:
    manage(scene.alice, scene.bob)
    press(scene.alice, "Mute")
    expect(dialog(scene.alice).get_by_text("Say why")).to_be_visible()


def show_done(scene: Scene) -> None:
    manage(scene.alice, scene.bob).get_by_label("Reason").fill("Noise")
    press(scene.alice, "Mute")
    expect(dialog(scene.alice).get_by_text("is muted.")).to_be_visible()


def show_sanctions(scene: Scene) -> None:
    settings(scene.alice)
    expect(dialog(scene.alice).get_by_role("button", name="Lift")).to_be_visible()


def show_only_owner(scene: Scene) -> None:
    settings(scene.alice).get_by_role("button", name="Leave").click()
    press(scene.alice, "Leave")
    expect(dialog(scene.alice).get_by_role("button", name="Choose an owner")).to_be_visible()


# ---- what few see


def show_muted(scene: Scene) -> None:
    scene.server.run(MUTE.format(username=scene.alice.username))
    expect(_hint(scene)).to_contain_text("You are muted")


def lift(scene: Scene) -> None:
    scene.server.run(LIFT.format(username=scene.alice.username))
    expect(_hint(scene)).to_be_empty()


def show_hidden_words(scene: Scene) -> None:
    scene.bobs.get_by_role("button", name="Hidden text").click()
    expect(scene.bobs.locator(".spoiler.is-shown")).to_be_visible()


def show_drop(scene: Scene) -> None:
    give(scene.alice, "#timeline", "dragover", file("a.txt"))
    expect(scene.alice.page.get_by_text("Drop files to add them")).to_be_visible()


def leave_drop(scene: Scene) -> None:
    scene.alice.measure("dispatchEvent(new Event('dragend')); 0")


def show_quiet(scene: Scene) -> None:
    scene.alice.page.locator(".account-menu > summary").click()
    scene.alice.page.get_by_role("button", name="1 hour").click()
    expect(_end_of_quiet(scene)).to_be_visible()


def end_quiet(scene: Scene) -> None:
    _end_of_quiet(scene).click()
    escape(scene)


def show_settings_of_a_member(scene: Scene) -> None:
    _row(scene, "general").click()
    expect(scene.alice.log).to_contain_text("general")
    expect(settings(scene.alice).get_by_text("Your role")).to_be_visible()


def close_settings(scene: Scene) -> None:
    escape(scene)
    go_back(scene)


def show_conversation(scene: Scene) -> None:
    show_direct(scene)
    press(scene.alice, "Open")
    expect(scene.alice.log).to_contain_text("your conversation with")
    scene.bob.page.goto(scene.alice.page.url)
    scene.bob.arrives()
    scene.bob.composer.press_sequentially("I")
    expect(scene.alice.page.locator(".composer__typing")).to_contain_text("is writing")


# ---- what ends the connection


def show_displaced(scene: Scene) -> None:
    scene.line.close(4409)
    expect(_banner(scene).get_by_role("button", name="Use here")).to_be_visible()


def use_here(scene: Scene) -> None:
    press(scene.alice, "Use here")
    expect(_banner(scene)).to_be_hidden()
    scene.alice.composer.focus()


def show_misunderstanding(scene: Scene) -> None:
    scene.line.close(4400)
    expect(_banner(scene).get_by_role("button", name="Reload")).to_be_visible()


def begin_anew(scene: Scene) -> None:
    press(scene.alice, "Reload")
    scene.alice.arrives()
    expect(_banner(scene)).to_be_hidden()
    scene.alice.composer.focus()


def show_ban(scene: Scene) -> None:
    scene.line.close(4403)
    expect(_banner(scene)).to_contain_text("You are banned from this site.")
    expect(scene.alice.composer).to_be_hidden()


def _row(scene: Scene, name: str) -> Locator:
    return scene.alice.page.locator("#room-list").get_by_role("link", name=name)


def _hint(scene: Scene) -> Locator:
    return scene.alice.page.locator(".composer__hint")


def _banner(scene: Scene) -> Locator:
    return scene.alice.page.locator("#banner")


def _end_of_quiet(scene: Scene) -> Locator:
    return scene.alice.page.get_by_role("button", name="Quiet until")


def _forgive(scene: Scene) -> None:
    """Chromium complains of every status of 400 and more."""
    heard = scene.alice.complaints
    heard[:] = [one for one in heard if "status of 4" not in one]


def _never(route: Route) -> None:
    """Is not answered."""


DID_NOT_COME: States = [
    (show_unreachable_part, stay),
    (show_part_on_its_way, reach_it),
    (show_outdated_part, reload),
    (show_list_on_its_way, let_go),
    (show_failed_list, escape),
    (show_failed_finder, escape),
    (show_nothing_found, close_finder),
    (show_no_emoji, escape),
    (show_no_room, show_all_rooms),
    (show_failed_search, close_search),
    (show_search_of_the_room, close_search),
    (show_failed_room, go_back),
    (show_room_without_connection, end_it),
]
REFUSED_OR_ENDED: States = [
    (show_unsaved_edit, discard),
    (show_notice, stay),
    (show_refused_report, escape),
    (show_refused_block, escape),
    (show_failed_upload, stay),
    (show_upload_that_is_waited_for, give_up),
    (show_missing_reason, escape),
    (show_done, escape),
    (show_sanctions, escape),
    (show_only_owner, escape),
    (show_muted, lift),
    (show_hidden_words, stay),
    (show_drop, leave_drop),
    (show_quiet, end_quiet),
    (show_settings_of_a_member, close_settings),
    (show_conversation, go_back),
    (show_displaced, use_here),
    (show_misunderstanding, begin_anew),
    (show_ban, stay),
]
PARTS = {"did not come": DID_NOT_COME, "refused or ended": REFUSED_OR_ENDED}
