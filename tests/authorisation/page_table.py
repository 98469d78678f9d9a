"""What each address of the site is answered with: of every pattern a line for each method and thing.

`ok` is an answer with what was asked for, `sign in` the way to the form (or the word for it, to scripts),
`led on` any other redirect; the rest are the numbers of HTTP.
"""

from dataclasses import dataclass, field
from typing import Any

from .roles import INSIDE, STRANGER
from .rules import Rule, by_role, posts, reads

NO_ROOM = ("",)
WITH_ADDRESS = ("public", "private", "archived", "absent")
NUMBERED = ("direct", "absent")
ALL_KINDS = ("public", "private", "direct", "archived", "absent")
_STATUS = {"ok": "ok", "forbidden": "403", "not_found": "404", "muted": "403", "archived": "403"}


@dataclass(frozen=True)
class Page:
    route: str
    method: str
    target: str
    rule: Rule
    kinds: tuple[str, ...] = NO_ROOM
    given: dict[str, Any] = field(
        default_factory=dict
    )  # what stands in the route, if not the usual
    form: dict[str, Any] = field(default_factory=dict)


# What stands in a route where its line says nothing else.
USUALLY = {
    "slug": "@slug",
    "seq": "@others",
    "room_id": "@room",
    "attachment_id": "@file",
    "name": "seed.txt",
    "code": "@code",
    "upload_id": "@upload",
    "user_id": "@user",
    "token": "none",
    "uidb36": "1",
    "key": "none",
}


def of_page(rule: Rule) -> Rule:
    def answer(role: str, kind: str) -> str:
        if role in (STRANGER, "closed"):
            return "sign in"
        return "403" if role == "exiled" else _STATUS[rule(role, kind)]

    return answer


def uploads(role: str, kind: str) -> str:
    return "sign in" if role in (STRANGER, "closed") else _STATUS[posts(role, kind)]


def posts_by_form(role: str, kind: str) -> str:
    seen = shows(role, kind)
    if seen != "ok":
        return seen
    return "led on" if posts(role, kind) == "ok" else "422"


def joins_by_form(role: str, kind: str) -> str:
    if role == "exiled":
        return "led on"  # to where they are told that they are banned
    if role in (STRANGER, "closed"):
        return "sign in"
    if kind in ("private", "absent"):
        return "404"
    if role in INSIDE:
        return "led on"
    return "403" if role == "banned" or kind == "archived" else "led on"


def has_file(role: str, kind: str) -> str:
    """To whoever may not read it, no file is there."""
    answer = shows(role, kind)
    return answer if answer in ("ok", "sign in") else "404"


def opens_invite(role: str, kind: str) -> str:
    if role == "exiled":
        return "403"
    if kind == "absent":
        return "404"
    return "led on" if role in INSIDE and role != "closed" else "ok"


def takes_invite(role: str, kind: str) -> str:
    if role in (STRANGER, "closed"):
        return "sign in"
    if role == "exiled":
        return "403"
    if kind == "absent":
        return "404"
    if role in INSIDE:
        return "led on"
    return "403" if role == "banned" or kind == "archived" else "led on"


def for_all(answer: str) -> Rule:
    return by_role(answer)


def for_users(answer: str, **others: str) -> Rule:
    return by_role(answer, **{STRANGER: "sign in", "closed": "sign in", **others})


def for_strangers(answer: str, signed_in: str = "led on") -> Rule:
    return by_role(signed_in, **{STRANGER: answer, "closed": answer})


shows = of_page(reads)
kept_from_exiled = for_users("ok", exiled="403")
ROOM_FORM = {"client_id": "0b5a4c0e-3f0e-4c0e-9d5b-7f4f3a1d2c11", "body": "hello"}


def get(route: str, target: str, rule: Rule, *kinds: str, **given: Any) -> Page:
    return Page(route, "GET", target, rule, kinds or NO_ROOM, given)


def post(route: str, target: str, rule: Rule, *kinds: str, **form: Any) -> Page:
    return Page(route, "POST", target, rule, kinds or NO_ROOM, {}, form)


PAGES = [
    get("", "the way to one's rooms", for_users("led on", exiled="403")),
    # ---- rooms
    get("rooms/<slug>/", "the room", shows, *WITH_ADDRESS),
    post("rooms/<slug>/", "a message", posts_by_form, *WITH_ADDRESS, **ROOM_FORM),
    get("rooms/<slug>/<seq>/", "another's message", shows, "public", "private", "absent"),
    post("rooms/<slug>/<seq>/", "a message", posts_by_form, "public", "private", **ROOM_FORM),
    get("rooms/<slug>/join/", "the room", for_users("led on"), *WITH_ADDRESS),
    post("rooms/<slug>/join/", "the room", joins_by_form, *WITH_ADDRESS),
    get("direct/<room_id>/", "the room", shows, *NUMBERED),
    get("direct/<room_id>/", "a room that is not direct", of_page(by_role("not_found")), "private"),
    post("direct/<room_id>/", "a message", posts_by_form, *NUMBERED, **ROOM_FORM),
    get("direct/<room_id>/<seq>/", "another's message", shows, *NUMBERED),
    post("direct/<room_id>/<seq>/", "a message", posts_by_form, *NUMBERED, **ROOM_FORM),
    get(
        "invite/<code>/", "an invitation to the room", opens_invite, "private", "archived", "absent"
    ),
    post(
        "invite/<code>/", "an invitation to the room", takes_invite, "private", "archived", "absent"
    ),
    # ---- files
    post("uploads/", "a file", uploads, *ALL_KINDS, room="@room", file=b"hello"),
    Page("uploads/<upload_id>/", "DELETE", "one's own file", for_users("ok"), ("private",)),
    Page(
        "uploads/<upload_id>/",
        "DELETE",
        "another's file",
        for_users("404"),
        ("private",),
        {"upload_id": "@others_upload"},
    ),
    Page(
        "uploads/<upload_id>/",
        "DELETE",
        "a file that was sent",
        for_users("404"),
        ("private",),
        {"upload_id": "@file"},
    ),
    Page("uploads/<upload_id>/", "DELETE", "no file", for_users("404"), ("absent",)),
    get("files/<attachment_id>/<name>", "a file in another's message", has_file, *ALL_KINDS),
    get(
        "files/<attachment_id>/<name>",
        "one's own file that is not sent",
        has_file,
        "private",
        attachment_id="@upload",
    ),
    get(
        "files/<attachment_id>/<name>",
        "another's file that is not sent",
        for_users("404"),
        "private",
        attachment_id="@others_upload",
    ),
    get("thumbs/<attachment_id>", "a file in another's message", has_file, *ALL_KINDS),
    get(
        "thumbs/<attachment_id>",
        "another's file that is not sent",
        for_users("404"),
        "private",
        attachment_id="@others_upload",
    ),
    # ---- what is everybody's
    get("session", "whose session it is", for_all("ok")),
    # ---- coming in and going
    get("accounts/", "the way in", for_all("sign in")),
    get("accounts/login/", "the form", for_strangers("ok")),
    post("accounts/login/", "nothing filled in", for_strangers("ok")),
    get("accounts/logout/", "the button", for_users("ok")),
    post("accounts/logout/", "the button", for_all("sign in")),
    get("accounts/signup/", "the form", for_strangers("ok")),
    post("accounts/signup/", "nothing filled in", for_strangers("ok")),
    get("accounts/setup/<token>/", "a link that does not hold", for_all("404")),
    post("accounts/setup/<token>/", "a link that does not hold", for_all("404")),
    get("accounts/inactive/", "the page", for_all("ok")),
    get("accounts/waiting/", "the page", for_all("ok")),
    get("accounts/password/reset/", "the form", for_all("ok")),
    post(
        "accounts/password/reset/",
        "an address that nobody has",
        for_all("led on"),
        email="nobody@example.org",
    ),
    get("accounts/password/reset/done/", "the page", for_all("ok")),
    get("accounts/password/reset/key/<uidb36>-<key>/", "a link that does not hold", for_all("ok")),
    post("accounts/password/reset/key/<uidb36>-<key>/", "a link that does not hold", for_all("ok")),
    get("accounts/password/reset/key/done/", "the page", for_all("ok")),
    get(
        "accounts/two-factor/sign-in/",
        "the second step without the first",
        for_strangers("sign in"),
    ),
    post(
        "accounts/two-factor/sign-in/",
        "the second step without the first",
        for_strangers("sign in"),
    ),
    # ---- one's own account
    get("accounts/settings/", "one's own", kept_from_exiled),
    get("accounts/profile/", "one's own", kept_from_exiled),
    post("accounts/profile/", "one's own", for_users("led on", exiled="403"), name="Robin"),
    post(
        "accounts/profile/unblock/", "one's own", for_users("led on", exiled="403"), user="@magnus"
    ),
    get("accounts/notifications/", "one's own", kept_from_exiled),
    post("accounts/notifications/", "one's own", for_users("led on", exiled="403"), rest="hour"),
    get("accounts/avatar/", "one's own", kept_from_exiled),
    post("accounts/avatar/", "one's own", for_users("led on", exiled="403"), remove="yes"),
    get("accounts/avatars/<user_id>/<token>", "a picture that nobody has", for_users("404")),
    get("accounts/reauthenticate/", "one's own", for_users("ok")),
    post("accounts/reauthenticate/", "nothing filled in", for_users("ok")),
    get("accounts/two-factor/", "one's own", for_users("ok")),
    get("accounts/two-factor/reauthenticate/", "one's own", for_users("led on")),
    get("accounts/two-factor/on/", "one's own", for_users("led on")),
    post("accounts/two-factor/on/", "nothing filled in", for_users("led on")),
    get("accounts/two-factor/off/", "one's own, which is off", for_users("404")),
    post("accounts/two-factor/off/", "one's own, which is off", for_users("404")),
    get("accounts/two-factor/codes/", "one's own, of which there are none", for_users("404")),
    get("accounts/two-factor/codes/new/", "one's own", for_users("led on")),
    post("accounts/two-factor/codes/new/", "one's own", for_users("led on")),
    get("accounts/sessions/", "one's own", for_users("ok")),
    post("accounts/sessions/", "one's own", for_users("led on"), end="others"),
    get("accounts/appearance/", "one's own", for_users("ok")),
    post("accounts/appearance/", "one's own", for_users("led on"), theme="dark", density="compact"),
    get("accounts/language/", "one's own", for_users("ok")),
    post("accounts/language/", "one's own", for_users("led on"), language="en"),
    get("accounts/keys/", "one's own", for_users("ok")),
    post("accounts/keys/", "one's own", for_users("led on"), enter_sends="True"),
    get("accounts/help/", "one's own", for_users("ok")),
    get("accounts/password/change/", "one's own", for_users("ok")),
    post("accounts/password/change/", "nothing filled in", for_users("ok")),
    get("accounts/password/change/done/", "one's own", for_users("ok")),
    get("accounts/password/set/", "one's own, which is set", for_users("led on")),
    post("accounts/password/set/", "one's own, which is set", for_users("led on")),
]
