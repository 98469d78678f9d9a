"""What each page of the admin is answered with, by name.

Strangers and people without the right are shown the way to the form; of those who may use the admin, `clerk`
has no permission, `staff` may view all, and `superuser` owns the site.
"""

from dataclasses import dataclass

COLUMNS = ("stranger", "member", "clerk", "staff", "superuser")


@dataclass(frozen=True)
class View:
    """The answers to clerk, staff and superuser; those to the others are the same nearly everywhere."""

    name: str
    method: str
    answers: tuple[str, str, str]
    others: tuple[str, str] = ("sign in", "sign in")

    def answer(self, role: str) -> str:
        return (*self.others, *self.answers)[COLUMNS.index(role)]


NEVER, VIEWERS, OWNERS = ("403", "403", "403"), ("403", "ok", "ok"), ("403", "403", "ok")


def listed(model: str) -> list[View]:
    """Rows that are shown, and nothing else."""
    return [
        View(f"{model}_changelist", "GET", VIEWERS),
        View(f"{model}_change", "GET", VIEWERS),
        View(f"{model}_change", "POST", NEVER),
        View(f"{model}_history", "GET", VIEWERS),
        View(f"{model}_add", "GET", NEVER),
        View(f"{model}_add", "POST", NEVER),
        View(f"{model}_delete", "GET", NEVER),
        View(f"{model}_delete", "POST", NEVER),
    ]


def made_by_owners(model: str, *, add: str = "ok", change: str, delete: str) -> list[View]:
    """Rows that owners make. A form that is not filled in comes again (`ok`), or needs nothing (`led on`)."""
    return [
        View(f"{model}_changelist", "GET", VIEWERS),
        View(f"{model}_change", "GET", VIEWERS),
        View(f"{model}_change", "POST", ("403", "403", change)),
        View(f"{model}_history", "GET", VIEWERS),
        View(f"{model}_add", "GET", OWNERS),
        View(f"{model}_add", "POST", ("403", "403", add)),
        View(f"{model}_delete", "GET", ("403", "403", delete)),
        View(f"{model}_delete", "POST", ("403", "403", delete if delete == "403" else "led on")),
    ]


# One of the acts that pages offer; the others are asked in the same way.
ACTS = {
    "accounts_user_act": "deactivate",
    "chat_invite_act": "revoke",
    "chat_membership_act": "remove",
    "chat_message_act": "remove",
    "chat_report_act": "dismiss",
    "chat_room_act": "archive",
    "chat_sanction_act": "lift",
}
SHOWN = [
    "attachment",
    "auditentry",
    "invite",
    "membership",
    "message",
    "report",
    "sanction",
    "site",
]
VIEWS = [
    View("index", "GET", ("ok", "ok", "ok")),
    View("app_list", "GET", ("404", "ok", "ok")),
    View("login", "GET", ("led on", "led on", "led on"), ("sign in", "403")),
    View("logout", "POST", ("sign in", "sign in", "sign in"), ("led on", "led on")),
    View("password_change", "GET", ("led on", "led on", "led on")),
    View("password_change", "POST", ("led on", "led on", "led on")),
    View("password_change_done", "GET", ("ok", "ok", "ok")),
    View("autocomplete", "GET", NEVER),
    View("jsi18n", "GET", ("ok", "ok", "ok")),
    View("view_on_site", "GET", ("404", "404", "404")),
    View("catch_all", "GET", ("404", "404", "404")),
    *[View(f"chat_attachment_{name}", "GET", VIEWERS) for name in ("file", "thumb")],
    *[View(f"chat_attachment_{name}", "POST", ("405", "405", "405")) for name in ("file", "thumb")],
    *[view for model in SHOWN for view in listed(f"chat_{model}")],
    *made_by_owners("chat_room", change="led on", delete="403"),
    *made_by_owners("accounts_user", change="ok", delete="403"),
    *made_by_owners("accounts_invitation", add="led on", change="403", delete="403"),
    *made_by_owners("auth_group", change="ok", delete="ok"),
    *[View(act, way, ("403", "403", "led on")) for act in ACTS for way in ("GET", "POST")],
    View("auth_user_password_change", "GET", ("403", "403", "led on")),
    View("auth_user_password_change", "POST", ("403", "403", "led on")),
]
