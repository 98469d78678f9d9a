from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import User
from chat.access import is_banned
from chat.models import AuditEntry, Sanction

pytestmark = pytest.mark.django_db


def ban(*arguments: str) -> str:
    said = StringIO()
    call_command("ban_user", *arguments, stdout=said)
    return said.getvalue()


def test_it_bans_and_lets_back(bob: User) -> None:
    assert ban("Bob", "--reason", "spam") == "bob is banned.\n"
    assert is_banned(bob.pk)
    assert ban("bob", "--lift") == "bob is not banned any more.\n"
    assert not is_banned(bob.pk)
    assert AuditEntry.objects.filter(user=bob).count() == 2


def test_it_bans_for_a_while(bob: User) -> None:
    ban("bob", "--reason", "spam", "--days", "7")
    until = Sanction.objects.get().until
    assert until
    assert abs(until - timezone.now() - timedelta(days=7)) < timedelta(minutes=1)


def test_it_mutes(bob: User) -> None:
    assert ban("bob", "--reason", "shouts", "--mute") == "bob is muted.\n"
    assert not is_banned(bob.pk)
    assert Sanction.objects.get().kind == "mute"


@pytest.mark.parametrize(
    "arguments",
    [
        ["nobody", "--reason", "spam"],
        ["bob", "--reason", " "],
        ["bob", "--reason", "spam", "--days", "-1"],
        ["bob"],
        ["bob", "--reason", "spam", "--lift"],
    ],
)
def test_what_makes_no_sense_is_refused(bob: User, arguments: list[str]) -> None:
    with pytest.raises(CommandError):
        ban(*arguments)
    assert not Sanction.objects.exists()
