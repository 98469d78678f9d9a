"""What the log says and for whom, and what it never says."""

import json
import logging
import sys
from collections.abc import Callable, Iterator

import pytest

from chatsite import logs
from chatsite.discretion import cut

LINES = logs.Lines("%(levelname)s %(name)s%(on_behalf_of)s: %(message)s")


@pytest.fixture
def on_behalf_of() -> Iterator[Callable[[str], object]]:
    before = logs.on_behalf_of.get()
    yield logs.on_behalf_of.set
    logs.on_behalf_of.set(before)


def record(message: str, *args: object, **more: object) -> logging.LogRecord:
    made = logging.LogRecord("chat.x", logging.ERROR, __file__, 1, message, args, None)
    vars(made).update(more)
    return made


def test_a_line_says_for_which_request_it_is(on_behalf_of: Callable[[str], object]) -> None:
    on_behalf_of("4711.12/3")
    assert LINES.format(record("It failed.")) == "ERROR chat.x [4711.12/3]: It failed."
    said = json.loads(logs.JsonLines().format(record("It failed.", fields={"status": 500})))
    assert (said["connection"], said["request"]) == ("4711.12", "4711.12/3")
    assert (said["level"], said["message"], said["status"]) == ("error", "It failed.", 500)


def test_a_line_for_nobody_says_so_by_silence() -> None:
    assert LINES.format(record("%d failed.", 2)) == "ERROR chat.x: 2 failed."
    assert "connection" not in json.loads(logs.JsonLines().format(record("It failed.")))


def test_a_message_is_one_line() -> None:
    forged = record("Not found: %s", "/a\nERROR chat.x: forged\x1b[31m\u2028")
    assert LINES.format(forged) == "ERROR chat.x: Not found: /a ERROR chat.x: forged?[31m?"
    assert logs.JsonLines().format(forged).count("\n") == 0


def test_what_went_wrong_goes_with_it() -> None:
    try:
        raise ValueError("bob@example.org is taken")
    except ValueError:
        failed = record("It failed.", exc_info=sys.exc_info())
    for text in (LINES.format(failed), json.loads(logs.JsonLines().format(failed))["traceback"]):
        assert text.endswith("\nValueError: …@… is taken")


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("Not Found: /invite/s3cret/", "Not Found: /invite/…/"),
        ("at https://a.org/accounts/setup/s3:cr-et/ now", "at https://a.org/accounts/setup/…/ now"),
        ("/accounts/password/reset/key/1-s3cret/?x", "/accounts/password/reset/key/…/?x"),
        ("/accounts/password/reset/key/done/", "/accounts/password/reset/key/done/"),
        ("{'Bob.B+x@mail.example.org': (550, b'no')}", "{'…@…': (550, b'no')}"),
        ("no\nDETAIL:  Failing row contains (1, hello).\n", "no\nDETAIL: …\n"),
        ("a@b.org+c@d.org, e@f.org", "…@……@…, …@…"),
        ("message 7 of @bob in room@2", "message 7 of @bob in room@2"),
    ],
)
def test_what_no_log_may_hold_is_cut(said: str, written: str) -> None:
    assert cut(said) == written


@pytest.mark.parametrize("piece", ["a", ".", "a-", "@", "a@", "\n"])
def test_a_long_line_is_cut_as_quickly_as_it_is_read(piece: str) -> None:
    """Or whoever asks for a long address keeps everybody waiting: no thread runs while a line is cut."""
    text = piece * 500_000
    assert cut(text) == text


def test_what_went_wrong_is_counted_and_the_last_of_it_kept() -> None:
    tally = logs.Tally()
    for number in range(logs.MAX_KEPT + 2):
        tally.handle(record("%d failed.", number))
    missed = record("Not Found: /x")
    missed.name, missed.levelno, missed.levelname = "django.request", logging.WARNING, "WARNING"
    tally.handle(missed)
    assert tally.levels == {"error": logs.MAX_KEPT + 2, "warning": 1, "critical": 0}
    assert [kept.message for kept in tally.kept][-1] == f"{logs.MAX_KEPT + 1} failed."
    assert len(tally.kept) == logs.MAX_KEPT


def test_a_line_that_cannot_be_put_together_fails_nobody(
    capsys: pytest.CaptureFixture[str],
) -> None:
    tally = logs.Tally()
    tally.handle(record("%d failed.", "two"))
    assert (tally.levels["error"], len(tally.kept)) == (1, 0)
    assert "Logging error" in capsys.readouterr().err
