"""What processes of two versions make of each other's telegrams."""

from chat import telegrams
from chat.feeds import Change

TOLD = [Change(1, b"{}", author=5), Change(2, b"{}", (7, "member"), recount=True)]


def test_changes_arrive_as_they_were_sent() -> None:
    assert telegrams.changes(telegrams.of_changes("here", 3, TOLD)) == TOLD


def test_changes_of_a_process_that_names_no_authors_are_understood() -> None:
    message = telegrams.of_changes("there", 3, TOLD)
    del message["authors"]
    assert [one.author for one in telegrams.changes(message)] == [None, None]
