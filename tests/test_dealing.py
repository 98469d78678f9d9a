import pytest

from tests.dealing import part_of


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("tests/chat/test_pins.py::TestList::test_it_has_a_bound", "tests/chat/test_pins.py"),
        ("tests/test_start.py::test_it[a-b]", "tests/test_start.py"),
        ("tests/browser/test_files.py::test_it", "tests/browser/test_files.py::test_it"),
        ("tests/browser/test_notifications.py::test_it", "tests/browser/test_notifications.py"),
        ("tests/authorisation/test_pages.py::test_it[GET-invite-]", "authorisation"),
        ("tests/conformance/test_hello.py::test_it[sqlite]", "on sqlite"),
        ("tests/conformance/test_hello.py::test_it[sqlite-2]", "on sqlite"),
        ("tests/conformance/test_hello.py::test_it", "tests/conformance/test_hello.py"),
        ("tests/conformance/test_frames.py::test_it[postgresql-a]", "on postgresql"),
        (
            "tests/conformance/test_frames.py::test_it[daphne-postgresql]",
            "on postgresql",
        ),
    ],
)
def test_what_shares_something_dear_is_one_part(name: str, part: str) -> None:
    assert part_of(name) == part
