"""What `serve` asks for before it serves."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from pytest_django import Settings

from chatsite import readiness
from tests.client import Visitor
from tests.server import Server


@pytest.fixture
def prepared(tmp_path: Path) -> Iterator[Server]:
    server = Server(tmp_path)
    server.prepare()
    yield server
    if server.is_running:
        server.terminate()


@pytest.fixture
def collected(prepared: Server) -> Server:
    """Has its static files, and no database yet where settings have it by default."""
    (prepared.var_dir / "chat.sqlite3").unlink()
    prepared.env["DATABASE_URL"] = ""
    return prepared


def refusal(server: Server) -> str:
    result = subprocess.run(
        server.command, env=server.env, capture_output=True, text=True, check=False, timeout=60
    )
    assert result.returncode != 0
    (line,) = result.stderr.splitlines()
    return line


def test_without_static_files_it_says_how_to_have_them(prepared: Server) -> None:
    (prepared.var_dir / "static").unlink()
    assert "collectstatic" in refusal(prepared)


def test_a_database_of_an_older_version_is_to_be_prepared(collected: Server) -> None:
    collected.manage("migrate", "--verbosity=0", "chat", "zero")
    assert "manage.py prepare" in refusal(collected)


def test_a_folder_that_cannot_hold_a_database_is_named(collected: Server) -> None:
    (collected.var_dir / "chat.sqlite3").mkdir()
    line = refusal(collected)
    assert "VAR_DIR" in line
    assert str(collected.var_dir) in line


def test_a_database_that_is_away_is_waited_for(collected: Server) -> None:
    collected.env["DATABASE_URL"] = "postgres://nobody:none@127.0.0.1:9/none"
    collected.env |= {"REDIS_URL": "redis://127.0.0.1:9/0", "MIN_FREE_MIB": str(10**12)}
    collected.start()
    answer = Visitor(collected.url).get("/readyz")
    assert (collected.is_running, answer.status) == (True, 503)
    assert re.findall(r"^\w+:", answer.text, re.MULTILINE) == ["database:", "layer:", "disk:"]
    assert "none@" not in answer.text


def test_a_port_that_the_address_does_not_name_is_warned_of(prepared: Server) -> None:
    prepared.env["SITE_URL"] = "http://127.0.0.1:1"
    prepared.start()
    assert f"pages at port {prepared.port}" in prepared.log.read_text()


@pytest.mark.parametrize(
    ("site", "host", "port", "warned_of"),
    [
        ("http://127.0.0.1:8000", "127.0.0.1", 8000, None),
        ("http://127.0.0.1:8000", "127.0.0.1", 8001, "port 8001"),
        ("http://127.0.0.1:8000", "0.0.0.0", 8000, "another address"),  # noqa: S104 - not opened
        ("http://192.168.1.5:8000", "0.0.0.0", 8000, None),  # noqa: S104
    ],
)
def test_it_warns_of_pages_that_will_not_work(
    settings: Settings, site: str, host: str, port: int, warned_of: str | None
) -> None:
    settings.SITE_URL, settings.ALLOWED_HOSTS = site, [urlsplit(site).hostname]
    warning = readiness.other_address(host, port)
    assert warning is None if warned_of is None else warned_of in str(warning)
