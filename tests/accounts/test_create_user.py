import io
import sys

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from chat.models import AuditEntry
from tests.client import PASSWORD

pytestmark = pytest.mark.django_db


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def password_on_stdin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{PASSWORD}\n"))


def create_user(*arguments: str) -> str:
    out = io.StringIO()
    call_command("create_user", *arguments, stdout=out)
    return out.getvalue()


def test_it_makes_an_account_that_can_sign_in() -> None:
    said = create_user("Zhang", "--name", "张伟", "--email", "Z@x.org", "--password-stdin")
    zhang = User.objects.get(username="zhang")
    assert said == "Made the account zhang.\n"
    assert (zhang.name, zhang.email, zhang.is_staff) == ("张伟", "z@x.org", False)
    assert zhang.check_password(PASSWORD)


def test_an_owner_may_do_everything_and_staff_may_use_the_admin() -> None:
    create_user("olga", "--owner", "--password-stdin")
    sys.stdin.seek(0)
    create_user("sam", "--staff", "--password-stdin")
    powers = User.objects.order_by("id").values_list("is_superuser", "is_staff")
    assert list(powers) == [(True, True), (False, True)]
    noted = AuditEntry.objects.order_by("pk").values_list("action", "user__username", "details")
    assert list(noted) == [
        ("user.create", "olga", {"is_superuser": True, "is_staff": True}),
        ("user.create", "sam", {"is_staff": True}),
    ]


@pytest.mark.parametrize("username", ["admin", "bad name", "a1ice"])
def test_it_refuses_in_one_line(alice: User, username: str) -> None:
    with pytest.raises(CommandError) as refused:
        create_user(username, "--password-stdin")
    assert "\n" not in str(refused.value)
    assert User.objects.count() == 1


@pytest.mark.parametrize("password", ["short", "", "dora-dora-dora"])
def test_it_refuses_a_poor_password(monkeypatch: pytest.MonkeyPatch, password: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(password))
    with pytest.raises(CommandError):
        create_user("dora-dora", "--password-stdin")
    assert not User.objects.exists()


def test_without_a_terminal_it_says_how_to_give_the_password() -> None:
    with pytest.raises(CommandError, match="--password-stdin"):
        create_user("dora")


def test_on_a_terminal_it_asks_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal())
    answers = iter([PASSWORD, "something else", PASSWORD, PASSWORD])
    monkeypatch.setattr("accounts.management.asking.getpass", lambda *prompt: next(answers))
    with pytest.raises(CommandError, match="two different"):
        create_user("dora")
    create_user("dora")
    assert User.objects.get().check_password(PASSWORD)


def test_its_help_shows_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        call_command("create_user", "--help")
    assert "manage.py create_user alice" in capsys.readouterr().out


def test_djangos_own_command_makes_an_owner_by_the_same_rules() -> None:
    User.objects.create_superuser("Olga", PASSWORD)
    olga = User.objects.get(username="olga")
    assert olga.is_superuser
    assert olga.memberships.count() == 1
