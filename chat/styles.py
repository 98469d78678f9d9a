"""The style sheets of the pages, in the order in which they count; `static/css/tokens.css` names the
layers.

While one works on them each is a file that the browser fetches. What is collected is one sheet made of
all: a visitor waits for one answer instead of one for each, and what the sign-in page fetched is there
when the room comes.
"""

ALL = "css/site.css"
ORDER = [
    *("tokens", "reset", "base", "button"),
    *("frame", "avatar", "presence", "rooms", "account-menu"),
    *(
        "room",
        "menu",
        "quiet",
        "banner",
        "timeline",
        "message",
        "message-reply",
        "message-state",
        "rich-text",
        "attachments",
        "lightbox",
    ),
    *(
        "composer",
        "tray",
        "people",
        "message-tools",
        "message-menu",
        "field",
        "dialog",
        "dialog-form",
    ),
    *("skeleton", "list-state", "found", "choice", "people-picker", "links", "room-settings"),
    *("member-dialog", "reports", "connection", "reactions", "picker", "option", "completion"),
    *("format-bar", "switcher", "shortcuts", "search", "blocked", "profile-card"),
    *("account", "settings", "profile", "error"),
]
FILES = [f"css/{name}.css" for name in ORDER]
