"""What is answered to each role in a kind of room: rules, of which the tables take exceptions.

A rule gives the answer to one role in one kind of room: `ok`, or the code of the refusal.
"""

from collections.abc import Callable

from .roles import INSIDE, OUTSIDE

Rule = Callable[[str, str], str]  # role, kind of room

KEEPERS = ("moderator", "owner")


def outside(_role: str, kind: str) -> str:
    """Only a public room may be known to exist; what is hidden and what is absent read the same."""
    return "forbidden" if kind in ("public", "archived") else "not_found"


def everybody(_role: str, _kind: str) -> str:
    return "ok"


def reads(role: str, kind: str) -> str:
    """Whoever is in the room, whatever else holds for them."""
    return outside(role, kind) if role in OUTSIDE or kind == "absent" else "ok"


def acts(role: str, kind: str) -> str:
    """The same, but for whom no connection is left in a moment."""
    if role == "closed":
        return outside(role, kind)
    if role == "exiled" and kind != "absent":
        return "forbidden"
    return reads(role, kind)


def posts(role: str, kind: str) -> str:
    """Who may write: a sanction is named before what else stands in the way."""
    if (answer := acts(role, kind)) != "ok":
        return answer
    if role == "silenced" or (role == "muted" and kind != "direct"):
        return "muted"
    if kind == "archived":
        return "archived"
    return "forbidden" if role == "blocked" and kind == "direct" else "ok"


def only(*roles: str, of: Rule = acts) -> Rule:
    """The rule for these, in rooms that have such roles; all others inside are told that they may not."""

    def answer(role: str, kind: str) -> str:
        given = acts(role, kind)
        if given != "ok":
            return given
        return of(role, kind) if role in roles and kind != "direct" else "forbidden"

    return answer


def instead(rule: Rule, **answers: str) -> Rule:
    """The rule, but for those roles inside to whom it says ok: `ok="not_found"` is for all of them."""

    def answer(role: str, kind: str) -> str:
        given = rule(role, kind)
        if given != "ok" or role not in INSIDE:
            return given
        return answers.get(role, answers.get("ok", given))

    return answer


def in_kind(rule: Rule, **rules: Rule) -> Rule:
    """The rule, but for another in some kinds of room."""
    return lambda role, kind: rules.get(kind, rule)(role, kind)


def by_role(default: str, **answers: str) -> Rule:
    """Where no room is concerned."""
    return lambda role, _kind: answers.get(role, default)
