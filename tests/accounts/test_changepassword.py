import io
import sys

import pytest
from django.core.management import CommandError, call_command, get_commands

from accounts.models import User
from chat.models import AuditEntry

pytestmark = pytest.mark.django_db

NEW = "a fresh horse battery"


def change_password(monkeypatch: pytest.MonkeyPatch, password: str) -> str:
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{password}\n"))
    out = io.StringIO()
    call_command("changepassword", "Alice", "--password-stdin", stdout=out)
    return out.getvalue()


def test_it_takes_the_place_of_djangos_which_leaves_no_entry() -> None:
    assert get_commands()["changepassword"] == "accounts"


def test_it_sets_a_password_and_the_audit_log_has_it(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = change_password(monkeypatch, NEW)
    assert said == "alice has a new password, and is signed out everywhere.\n"
    alice.refresh_from_db()
    assert alice.check_password(NEW)
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor, entry.user) == ("user.password", None, alice)


def test_a_poor_password_is_refused(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CommandError, match="too common"):
        change_password(monkeypatch, "password123")
    assert not AuditEntry.objects.exists()
