"""One core for the process, and any core for what would keep it busy."""

import os
import socket
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest
from django.contrib.auth.hashers import check_password

from chatsite import hashers
from chatsite.daphne import tuning
from tests.server import Server
from tests.serving.conftest import Serve

pytestmark = pytest.mark.skipif(
    not hasattr(os, "sched_setaffinity"), reason="only Linux keeps a process on a core"
)


def cores_of(server: Server) -> set[frozenset[int]]:
    """Of each of its threads that does not end meanwhile."""
    found: set[frozenset[int]] = set()
    for thread in Path(f"/proc/{server.pid}/task").iterdir():
        with suppress(ProcessLookupError):
            found.add(frozenset(os.sched_getaffinity(int(thread.name))))
    return found


def test_it_keeps_to_one_core_with_all_its_threads(server: Server) -> None:
    (cores,) = cores_of(server)
    assert len(cores) == 1


def test_it_keeps_to_the_core_that_is_named(serve: Serve) -> None:
    core = max(os.sched_getaffinity(0))
    assert cores_of(serve("--cpu", str(core))) == {frozenset({core})}


def test_it_uses_all_cores_where_that_is_wanted(serve: Serve) -> None:
    assert cores_of(serve(CPU="none")) == {frozenset(os.sched_getaffinity(0))}


def test_two_servers_choose_two_cores() -> None:
    """Of cores that no machine has, so that servers which run here have not chosen them."""
    with ExitStack() as claims:
        sockets = [claims.enter_context(socket.socket(socket.AF_UNIX)) for _ in range(3)]
        chosen = [tuning._claim_one(claim, [1_000_001, 1_000_002]) for claim in sockets]
    assert set(chosen[:2]) == {1_000_001, 1_000_002}
    assert chosen[2] in chosen[:2]


def test_a_password_is_hashed_on_any_core() -> None:
    everywhere = os.sched_getaffinity(0)
    home = {min(everywhere)}
    os.sched_setaffinity(0, home)
    try:
        with hashers._beside():
            assert os.sched_getaffinity(0) == everywhere
        assert os.sched_getaffinity(0) == home
    finally:
        os.sched_setaffinity(0, everywhere)


def test_it_hashes_as_django_does() -> None:
    hashed = hashers.RoamingArgon2().encode("secret", "a" * 20)
    assert hashed.startswith("argon2$argon2id$v=19$")
    assert check_password("secret", hashed)
    assert not check_password("Secret", hashed)


def test_it_may_have_as_many_connections_as_the_system_allows(server: Server) -> None:
    lines = Path(f"/proc/{server.pid}/limits").read_text().splitlines()
    soft, hard = next(line.split()[3:5] for line in lines if "open files" in line)
    assert soft == hard
