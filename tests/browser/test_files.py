"""Files by hand: chosen, pasted, dropped, taken back, refused, seen by the other, looked at large."""

import base64
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import FilePayload, Locator, Route, expect

from tests.browser.accessible import PHONE
from tests.browser.conftest import Newcomer
from tests.browser.person import Person
from tests.browser.rooms import make_room
from tests.browser.test_message_actions import choose as choose_action
from tests.chat.uploading import photo, picture
from tests.server import Server

DROP = """([target, kind, files]) => {
  const transfer = new DataTransfer();
  for (const { name, type, data } of files) {
    const bytes = Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
    transfer.items.add(new File([bytes], name, { type }));
  }
  const place = document.querySelector(target);
  const more = { bubbles: true, cancelable: true };
  place.dispatchEvent(kind === "paste"
    ? new ClipboardEvent(kind, { clipboardData: transfer, ...more })
    : new DragEvent(kind, { dataTransfer: transfer, ...more }));
}"""


def file(name: str, content: bytes = b"hello", kind: str = "text/plain") -> FilePayload:
    return {"name": name, "mimeType": kind, "buffer": content}


def image(name: str = "图 1.jpg", size: tuple[int, int] = (800, 600)) -> FilePayload:
    return file(name, photo(size), "image/jpeg")


def choose(person: Person, *files: FilePayload) -> None:
    person.page.locator(".composer__files").set_input_files(list(files))


def give(person: Person, target: str, kind: str, *files: FilePayload) -> None:
    """Drags over, drops or pastes files."""
    coded = [
        {
            "name": one["name"],
            "type": one["mimeType"],
            "data": base64.b64encode(one["buffer"]).decode(),
        }
        for one in files
    ]
    person.page.evaluate(DROP, [target, kind, coded])


def tray(person: Person) -> Locator:
    return person.page.get_by_role("list", name="Files to be sent").get_by_role("listitem")


def swipe(person: Person, distance: int) -> None:
    """A finger across what is large, from below the picture, where a tap would close it."""
    stage = person.page.locator(".lightbox__stage").bounding_box()
    assert stage
    cdp = person.context.new_cdp_session(person.page)
    cdp.send("Emulation.setTouchEmulationEnabled", {"enabled": True})
    x, y = stage["x"] + stage["width"] / 2, stage["y"] + stage["height"] - 6
    moves = [("touchMove", [{"x": x + distance * step, "y": y}]) for step in (0.3, 0.6, 1)]
    for kind, points in [("touchStart", [{"x": x, "y": y}]), *moves, ("touchEnd", [])]:
        cdp.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    cdp.detach()


def has_arrived(person: Person, count: int) -> None:
    expect(person.page.locator(".upload.is-done")).to_have_count(count)


def send(person: Person) -> None:
    person.composer.press("Enter")
    expect(tray(person)).to_have_count(0)


def hold_uploads(person: Person) -> list[Route]:
    """From now on they wait; those that do, in their order."""
    waiting: list[Route] = []

    def hold(route: Route) -> None:
        waiting.append(route)

    person.page.route("**/uploads/", hold)
    return waiting


@pytest.fixture
def alice(sign_up: Newcomer) -> Person:
    return sign_up("alice")


def test_files_go_from_one_to_the_other(alice: Person, sign_up: Newcomer) -> None:
    bob = sign_up("bob")
    choose(alice, image(), file("报告（终稿）.txt", b"hello" * 1000))
    has_arrived(alice, 2)
    alice.composer.fill("Look at these")
    send(alice)
    line = bob.messages.filter(has_text="Look at these").last
    expect(line.get_by_role("img", name="图 1.jpg")).to_be_visible()
    card = line.get_by_role("link", name="报告（终稿）.txt")
    expect(card).to_contain_text("4.9 KB")
    with bob.page.expect_download() as download:
        card.click()
    assert download.value.suggested_filename == "报告（终稿）.txt"
    assert Path(download.value.path()).read_bytes() == b"hello" * 1000


def test_a_picture_is_pasted_and_sent_without_words(alice: Person) -> None:
    give(alice, "#draft", "paste", file("image.png", picture("PNG"), "image/png"))
    expect(tray(alice).locator("img")).to_be_visible()
    has_arrived(alice, 1)
    send(alice)
    expect(alice.log.get_by_role("img", name="image.png").last).to_be_visible()


def test_files_are_dropped_on_the_room(alice: Person) -> None:
    give(alice, "#timeline", "dragover", file("a.txt"))
    expect(alice.page.get_by_text("Drop files to add them")).to_be_visible()
    give(alice, "#timeline", "drop", file("a.txt"), file("b.txt"))
    expect(alice.page.get_by_text("Drop files to add them")).to_be_hidden()
    expect(tray(alice)).to_have_count(2)


def test_one_that_is_taken_back_is_not_sent(alice: Person) -> None:
    choose(alice, file("keep.txt"), file("drop.txt"))
    has_arrived(alice, 2)
    with alice.page.expect_response(re.compile(r"/uploads/\d+/")) as discarded:
        alice.page.get_by_role("button", name="Remove drop.txt").click()
    assert discarded.value.status == 204
    expect(tray(alice)).to_have_count(1)
    expect(alice.composer).to_be_focused()
    send(alice)
    expect(alice.messages.last.get_by_role("link", name="keep.txt")).to_be_visible()
    expect(alice.messages.last.get_by_role("link", name="drop.txt")).to_have_count(0)


def test_one_that_is_refused_does_not_spoil_the_others(alice: Person) -> None:
    choose(alice, file("one.txt"), file("empty.txt", b""), file("two.txt"))
    has_arrived(alice, 2)
    expect(alice.page.locator(".tray__told")).to_have_text("empty.txt: This file is empty.")
    alice.composer.press("Enter")
    expect(alice.messages.last.get_by_role("link", name="two.txt")).to_be_visible()
    expect(tray(alice)).to_have_count(1)
    alice.page.get_by_role("button", name="Remove empty.txt").click()
    expect(tray(alice)).to_have_count(0)


def test_on_a_phone_what_is_added_comes_into_sight(sign_up: Newcomer) -> None:
    alice = sign_up("alice", viewport=PHONE)
    choose(alice, file("1.txt"), file("2.txt"))
    has_arrived(alice, 2)
    choose(alice, file("3.txt"))
    expect(tray(alice).filter(has_text="3.txt")).to_be_in_viewport(ratio=1)


def test_too_many_are_told_before(alice: Person) -> None:
    choose(alice, *(file(f"{number}.txt") for number in range(11)))
    has_arrived(alice, 10)
    expect(alice.page.locator(".upload.is-failed")).to_contain_text("Too many files")


def test_what_the_server_refuses_is_said_and_tried_again_if_that_may_help(alice: Person) -> None:
    alice.page.route(
        "**/uploads/",
        lambda route: route.fulfill(status=413, json={"code": "too_long", "detail": ""}),
        times=1,
    )
    alice.may_lose_connection = True
    choose(alice, image("bomb.png"))
    expect(alice.page.locator(".upload.is-failed")).to_contain_text("Too large.")
    expect(alice.page.get_by_role("button", name="Retry")).to_have_count(0)
    alice.page.route(
        "**/uploads/",
        lambda route: route.fulfill(status=403, json={"code": "forbidden", "detail": ""}),
        times=1,
    )
    choose(alice, file("again.txt"))
    alice.page.get_by_role("button", name="Retry").click()
    has_arrived(alice, 1)
    alice.complaints.clear()  # Chromium's own word for a status of 400 and more


def test_the_message_waits_for_its_files(alice: Person) -> None:
    waiting = hold_uploads(alice)
    choose(alice, file("slow.txt"))
    alice.composer.fill("With a slow file")
    alice.composer.press("Enter")
    expect(alice.page.get_by_text("Sends as soon as the files are uploaded.")).to_be_visible()
    expect(alice.composer).to_have_value("With a slow file")
    waiting[0].continue_()
    expect(alice.messages.filter(has_text="With a slow file")).to_be_visible()
    expect(alice.composer).to_have_value("")
    expect(alice.messages.last.get_by_role("link", name="slow.txt")).to_be_visible()


def test_the_message_leaves_with_its_files_from_another_room_too(
    alice: Person, server: Server
) -> None:
    another = make_room(server, alice)
    row = alice.page.locator("#room-list").get_by_role("link", name=another)
    words = f"{alice.username} left meanwhile"
    waiting = hold_uploads(alice)
    choose(alice, file("slow.txt"))
    alice.composer.fill(words)
    alice.composer.press("Enter")
    row.click()
    expect(row).to_have_attribute("aria-current", "page")
    waiting[0].continue_()
    alice.page.go_back()
    expect(alice.messages.filter(has_text=words)).to_be_visible()
    expect(alice.composer).to_have_value("")
    expect(alice.messages.last.get_by_role("link", name="slow.txt")).to_be_visible()


def test_an_upload_is_given_up(alice: Person) -> None:
    hold_uploads(alice)
    choose(alice, file("slow.txt"))
    expect(alice.page.get_by_role("progressbar", name="slow.txt")).to_be_visible()
    alice.page.get_by_role("button", name="Remove slow.txt").click()
    expect(tray(alice)).to_have_count(0)
    alice.page.unroute("**/uploads/")
    alice.say("without")
    expect(alice.message("without").get_by_role("link", name="slow.txt")).to_have_count(0)


def test_what_is_uploaded_outlives_a_reload(alice: Person) -> None:
    choose(alice, image("kept.jpg"))
    alice.composer.fill("After the reload")
    has_arrived(alice, 1)
    alice.page.reload()
    alice.arrives()
    has_arrived(alice, 1)
    send(alice)
    expect(alice.messages.last).to_contain_text("After the reload")
    expect(alice.messages.last.get_by_role("img", name="kept.jpg")).to_be_visible()
    alice.page.reload()
    alice.arrives()
    expect(tray(alice)).to_have_count(0)
    expect(alice.messages.last.get_by_role("img", name="kept.jpg")).to_be_visible()


def test_pictures_are_looked_at_large(alice: Person) -> None:
    choose(alice, *(image(f"{number}.jpg", (1000, 700)) for number in (1, 2, 3)))
    has_arrived(alice, 3)
    send(alice)
    pictures = alice.messages.last.locator("a.picture")
    expect(pictures).to_have_count(3)
    pictures.nth(1).click()
    dialog = alice.page.get_by_role("dialog", name="2.jpg")
    expect(dialog).to_be_visible()
    expect(dialog.get_by_text("2 / 3")).to_be_visible()
    alice.page.keyboard.press("ArrowRight")
    expect(alice.page.get_by_role("dialog", name="3.jpg")).to_be_visible()
    alice.page.keyboard.press("ArrowRight")
    expect(alice.page.get_by_role("dialog", name="1.jpg")).to_be_visible()
    expect(alice.page.locator(".lightbox__image")).to_have_attribute(
        "src", re.compile(r"/files/\d+/1.jpg")
    )
    swipe(alice, -30)
    expect(alice.page.get_by_role("dialog", name="1.jpg")).to_be_visible()
    swipe(alice, -90)
    expect(alice.page.get_by_role("dialog", name="2.jpg")).to_be_visible()
    swipe(alice, 90)
    expect(alice.page.get_by_role("dialog", name="1.jpg")).to_be_visible()
    alice.page.keyboard.press("Escape")
    expect(alice.page.get_by_role("dialog")).to_have_count(0)
    expect(pictures.nth(0)).to_be_focused()


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize(("count", "across"), [(3, 3), (4, 2)])
def test_several_pictures_stand_in_a_grid_of_squares(
    sign_up: Newcomer, width: int, count: int, across: int
) -> None:
    alice = sign_up("alice", viewport={"width": width, "height": 900})
    choose(alice, *(image(f"{one}.jpg", (600 + 200 * one, 700)) for one in range(count)))
    has_arrived(alice, count)
    send(alice)
    pictures = alice.messages.last.locator("a.picture")
    expect(pictures).to_have_count(count)
    boxes = [box for box in (one.bounding_box() for one in pictures.all()) if box]
    assert len({round(box["x"]) for box in boxes}) == across
    assert {round(box["width"] - box["height"]) for box in boxes} == {0}
    assert len({round(box["width"]) for box in boxes}) == 1
    assert alice.overflow() <= 0


def test_nothing_moves_when_a_picture_comes(alice: Person) -> None:
    choose(alice, image("tall.jpg", (900, 300)))
    has_arrived(alice, 1)
    send(alice)
    alice.say("below")
    alice.page.route(re.compile(r"/(files|thumbs)/"), lambda route: _later(alice, route))
    alice.page.reload()
    alice.arrives()
    shown = alice.log.get_by_role("img", name="tall.jpg").last
    below = alice.message("below").last
    before, place = shown.bounding_box(), below.bounding_box()
    assert before is not None
    assert (before["width"], before["height"]) == (100, 300)
    alice.page.wait_for_function(
        "() => [...document.querySelectorAll('.picture__image')].at(-1).complete"
    )
    assert (shown.bounding_box(), below.bounding_box()) == (before, place)


def _later(alice: Person, route: Route) -> None:
    alice.page.wait_for_timeout(200)
    route.continue_()


def test_sound_and_film_have_players(alice: Person) -> None:
    film = b"\x00\x00\x00\x20ftypisom" + bytes(100)
    choose(
        alice,
        file("song.mp3", b"ID3" + bytes(500), "audio/mpeg"),
        file("film.mp4", film, "video/mp4"),
    )
    has_arrived(alice, 2)
    send(alice)
    line = alice.messages.last
    expect(line.locator("audio[aria-label='song.mp3']")).to_be_visible()
    expect(line.locator("video[aria-label='film.mp4']")).to_be_visible()
    expect(line.get_by_role("link", name="film.mp4")).to_be_visible()


def test_without_scripts_files_are_seen(alice: Person, visit: Any, server: Any) -> None:
    choose(alice, image("seen.jpg"), file("seen.txt"))
    has_arrived(alice, 2)
    send(alice)
    expect(alice.messages.last.get_by_role("img", name="seen.jpg")).to_be_visible()
    plain = visit(server, java_script_enabled=False)
    plain.sign_up("carol", runs_scripts=False)
    plain.page.reload()
    line = plain.messages.last
    expect(line.get_by_role("img", name="seen.jpg")).to_be_visible()
    expect(line.get_by_role("link", name="seen.txt")).to_contain_text("5 bytes")
    assert line.locator("img").evaluate("(image) => image.naturalWidth") > 0


@pytest.mark.parametrize("caption", ["", "from the harbour"])
def test_what_is_deleted_or_reported_is_shown_with_its_files(
    sign_up: Newcomer, caption: str
) -> None:
    alice, bob = sign_up("alice"), sign_up("bob")
    choose(bob, image("quay.jpg"), file(f"log of {bob.username}.txt"))
    has_arrived(bob, 2)
    bob.composer.fill(caption)
    send(bob)
    for person, act in ((alice, "Report"), (bob, "Delete")):
        said = person.messages.filter(has_text=f"log of {bob.username}.txt")
        choose_action(person, said, act)
        shown = person.page.get_by_role("dialog").get_by_role("blockquote")
        expect(shown).to_contain_text(caption)
        expect(shown).to_contain_text(f"quay.jpg and log of {bob.username}.txt")
