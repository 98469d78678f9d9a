"""The audit of what is locked, against an index of the tests' own."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from chatsite import audit

ADVISORY = {"id": "PYSEC-2026-1", "fixed_in": ["1.1"], "withdrawn": None}
WITHDRAWN = {"id": "PYSEC-2026-2", "fixed_in": [], "withdrawn": "2026-01-01T00:00:00Z"}


class Index(ThreadingHTTPServer):
    """Answers by path; what it does not know is 404. It remembers who asked."""

    def __init__(self) -> None:
        self.pages: dict[str, Any] = {}
        self.credentials: set[str | None] = set()
        super().__init__(("127.0.0.1", 0), _Page)

    def url(self, before: str = "") -> str:
        return f"http://{before}127.0.0.1:{self.server_port}/simple"

    def knows(self, pin: str, *advisories: Any) -> None:
        self.pages[f"/pypi/{pin}/json"] = {"info": {}, "vulnerabilities": advisories}


class _Page(BaseHTTPRequestHandler):
    server: Index

    def do_GET(self) -> None:
        self.server.credentials.add(self.headers["Authorization"])
        page = self.server.pages.get(self.path)
        self.send_response(404 if page is None else 200)
        self.end_headers()
        self.wfile.write(page if isinstance(page, bytes) else json.dumps(page).encode())

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def index(monkeypatch: pytest.MonkeyPatch) -> Iterator[Index]:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    server = Index()
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def locked(tmp_path: Path) -> str:
    path = tmp_path / "requirements.txt"
    path.write_text(
        "apple==1.0 \\\n    --hash=sha256:aa\n    # via pear\npear[extra]==2.0 ; python_version\n"
    )
    return str(path)


def test_nothing_is_known(index: Index, locked: str, capsys: pytest.CaptureFixture[str]) -> None:
    index.knows("apple/1.0")
    index.knows("pear/2.0", WITHDRAWN)
    assert audit.main([locked], index.url()) == 0
    assert capsys.readouterr().out == "ok      audit: nothing known against 2 of 2 versions\n"


def test_an_advisory_fails_and_is_named(
    index: Index, locked: str, capsys: pytest.CaptureFixture[str]
) -> None:
    index.knows("apple/1.0")
    index.knows("pear/2.0", ADVISORY)
    assert audit.main([locked], index.url()) == 1
    assert "pear 2.0: PYSEC-2026-1 (mended in 1.1)" in capsys.readouterr().out


@pytest.mark.parametrize("page", [None, b"<html>", {"info": {}}, [], {"vulnerabilities": [3]}])
def test_an_index_that_cannot_tell_fails_nothing(
    index: Index, locked: str, capsys: pytest.CaptureFixture[str], page: Any
) -> None:
    index.pages["/pypi/apple/1.0/json"] = page
    assert audit.main([locked], index.url()) == 0
    assert capsys.readouterr().out.startswith("ok      audit: not available")


@pytest.mark.parametrize("address", ["http://127.0.0.1:9/simple", "file:///etc", "nonsense"])
def test_no_network_fails_nothing(locked: str, address: str) -> None:
    assert audit.main([locked], address) == 0


def test_what_one_package_hides_is_seen_in_the_count(
    index: Index, locked: str, capsys: pytest.CaptureFixture[str]
) -> None:
    index.knows("apple/1.0")
    assert audit.main([locked], index.url()) == 0
    assert "1 of 2" in capsys.readouterr().out


def test_a_password_goes_into_its_header_alone(
    index: Index, locked: str, capsys: pytest.CaptureFixture[str]
) -> None:
    index.knows("apple/1.0")
    audit.main([locked], index.url(before="me:hunter2@"))
    assert index.credentials == {"Basic bWU6aHVudGVyMg=="}
    assert "hunter2" not in capsys.readouterr().out


def test_the_index_is_the_one_of_pip(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "https://index.example.org/simple")
    assert audit.index_of_pip() == "https://index.example.org/simple"


def test_the_locks_are_read_whole() -> None:
    root = Path(__file__).resolve().parents[2]
    names = [name for name, _ in audit._pins([str(root / "requirements.txt")])]
    assert {"django", "channels", "pillow"} <= {name.lower() for name in names}
