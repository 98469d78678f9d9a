"""The tables as docs/authorisation.md."""

from collections.abc import Iterable, Sequence

from .admin_table import COLUMNS, VIEWS
from .page_table import NO_ROOM, PAGES
from .roles import KINDS, ROLES, STRANGER
from .rules import Rule
from .socket_table import LINES

HEAD = """\
# Who may do what

Written from the tables in `tests/authorisation/` by `python -m tests.authorisation`; change those, not this.
Each cell is tried by the tests there, on a real database: a command over a WebSocket of our server, by
somebody whose session let them in, an address by the whole site. A command or an address that has no line
here makes a test fail.

Whoever is outside a room that is not public is answered, to the last word, as if it did not exist.
[protocol.md](protocol.md) explains the codes.

## Who

{roles}

## Where

{kinds}

## Over the socket

Strangers have no place here: a socket without a session is closed with 4401 before it may say anything.
Neither have `closed` and `exiled`: what they are answered here they can ask only on a connection from before.
`nothing` is an `ok` in which there is nothing of this room.

{socket}

## Addresses

`ok` is an answer with what was asked for, `sign in` leads to the form (or says so, to scripts), `led on`
leads elsewhere on the site. Numbers are HTTP's.

### With a room

{pages_of_rooms}

### Without

Here it makes no difference how one stands in a room.

{pages}

## The admin

`clerk` may use the admin and has no permission there; `staff` may view everything.

{admin}
"""


def text() -> str:
    return HEAD.format(
        roles=_definitions({STRANGER: "is not signed in"} | ROLES),
        kinds=_definitions(KINDS),
        socket=_socket(),
        pages_of_rooms=_pages_of_rooms(),
        pages=_pages(),
        admin=_admin(),
    )


def _socket() -> str:
    rows = [
        [f"`{line.verb}`", line.target, kinds, *(line.rule(role, kind) for role in ROLES)]
        for line in LINES
        for kinds, kind in _alike(line.rule, line.kinds, ROLES)
    ]
    return _table(["command", "on", "room", *ROLES], rows)


def _pages_of_rooms() -> str:
    roles = [STRANGER, *ROLES]
    rows = [
        [f"{page.method} `/{page.route}`", page.target, kinds, *(page.rule(r, kind) for r in roles)]
        for page in PAGES
        if page.kinds != NO_ROOM
        for kinds, kind in _alike(page.rule, page.kinds, roles)
    ]
    return _table(["address", "on", "room", *roles], rows)


def _pages() -> str:
    roles = [STRANGER, "closed", "exiled", "member", "superuser"]
    rows = [
        [f"{page.method} `/{page.route}`", page.target, *(page.rule(role, "") for role in roles)]
        for page in PAGES
        if page.kinds == NO_ROOM
    ]
    return _table(["address", "on", *roles], rows)


def _admin() -> str:
    rows = [
        [f"{view.method} `{view.name}`", *(view.answer(role) for role in COLUMNS)] for view in VIEWS
    ]
    return _table(["page", *COLUMNS], rows)


def _alike(rule: Rule, kinds: Sequence[str], roles: Iterable[str]) -> list[tuple[str, str]]:
    """Kinds of room that are answered alike, in words, and one of them."""
    alike: dict[tuple[str, ...], list[str]] = {}
    for kind in kinds:
        alike.setdefault(tuple(rule(role, kind) for role in roles), []).append(kind)
    return [(", ".join(group), group[0]) for group in alike.values()]


def _definitions(words: dict[str, str]) -> str:
    return "\n".join(f"- **{word}**: {meaning}" for word, meaning in words.items())


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
