"""What the service manager is told; the tests of deploy/ start every process so."""

import socket
from pathlib import Path

import pytest

from chatsite.daphne.notifying import say_ready


@pytest.mark.parametrize("kind", ["a path", "an abstract name"])
def test_it_is_told_that_the_process_serves(tmp_path: Path, kind: str) -> None:
    path = str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(path if kind == "a path" else f"\0{path}")
        say_ready(path if kind == "a path" else f"@{path}")
        assert manager.recv(64) == b"READY=1"


def test_nobody_need_want_to_know() -> None:
    say_ready("")


def test_a_manager_that_has_gone_does_not_keep_it_from_serving(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    say_ready(str(tmp_path / "nobody"))
    assert "could not be told" in caplog.text
