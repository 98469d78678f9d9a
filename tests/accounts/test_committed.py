from functools import partial

import pytest
from django.db import transaction

from accounts.committed import once_committed


@pytest.mark.django_db(transaction=True)
def test_what_fails_after_the_commit_costs_nobody_anything(
    caplog: pytest.LogCaptureFixture,
) -> None:
    done: list[str] = []
    with transaction.atomic():
        once_committed(partial(int, "no number"))
        once_committed(partial(done.append, "told"))
        assert not done
    assert done == ["told"]
    assert "no number" in caplog.text
