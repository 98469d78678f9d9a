"""The standings somebody can have, and the kinds of room."""

OUTSIDE = {
    "outsider": "signed in, and never was in the room",
    "former": "was in the room and left it",
    "banned": "was banned from the room",
    "staff": "may use the admin, and is not in the room",
    "superuser": "owns the site, and is not in the room",
}
INSIDE = {
    "member": "is in the room",
    "blocked": "is in the room; blocked by whom it concerns",
    "muted": "is in the room, and muted there",
    "silenced": "is in the room, and muted everywhere",
    "exiled": "is in the room, and banned from the site: their connections are being closed",
    "closed": "is in the room; their account was closed, and their connections are being closed",
    "moderator": "keeps order in the room",
    "owner": "owns the room",
}
ROLES = OUTSIDE | INSIDE
STRANGER = "stranger"  # is not signed in

KINDS = {
    "public": "a public room",
    "private": "a private room",
    "direct": "a direct room: of those inside, their own with another person",
    "archived": "a public room that was archived",
    "absent": "a number or an address that no room has",
}
