"""What an operator reads where a command cannot go on."""

import pytest
from django.core.management.base import CommandError
from django.db import InterfaceError, OperationalError

from accounts.management.operating import OperatorCommand


@pytest.mark.parametrize("failure", [OperationalError, InterfaceError])
def test_a_database_that_goes_away_is_said_in_a_line(failure: type[Exception]) -> None:
    class Command(OperatorCommand):
        requires_migrations_checks = False
        requires_system_checks = ()

        def handle(self, *args: object, **options: object) -> None:
            raise failure("the connection\nis closed")

    command = Command()
    with pytest.raises(CommandError, match="The database fails: the connection is closed") as ended:
        command.execute(no_color=True, force_color=False, skip_checks=True)
    assert ended.value.returncode == 1
