import json
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pytest_django import Settings

from chatsite.deployment import checks, probe, silence
from chatsite.deployment.probe import Answer, Probe
from tests.server import MANAGE, Server

Answers = dict[str, tuple[int, dict[str, str], bytes]]

STYLE = "/static/css/main.0123456789ab.css"
KEPT = {"Cache-Control": "max-age=315360000, public, immutable", "Content-Encoding": "gzip"}
PAGE = f'<link rel="stylesheet" href="{STYLE}">'.encode()
UPGRADED = {
    "Upgrade": "websocket",
    "Connection": "Upgrade",
    "Sec-WebSocket-Protocol": "chat.v1",
}


def good() -> Answers:
    """What a site that is set up right answers."""
    page = {
        "Set-Cookie": "csrftoken=x; Secure; SameSite=Lax",
        "Strict-Transport-Security": "max-age=31536000",
    }
    return {
        "/healthz": (200, {}, b"ok"),
        "/accounts/login/": (200, page, PAGE),
        STYLE: (200, KEPT, b""),
        "/ws/": (101, UPGRADED, b""),
        "/ws/ of foreign": (403, {}, b""),
        "/uploads/": (403, {}, b""),
    }


class Proxy(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    answers: Answers

    def do_GET(self) -> None:
        is_foreign = "foreign" in self.headers.get("Origin", "")
        self._answer(f"{self.path} of foreign" if is_foreign else self.path)

    def do_POST(self) -> None:
        self.close_connection = True
        self._answer(self.path)

    def _answer(self, key: str) -> None:
        status, headers, body = self.answers.get(key, (404, {}, b""))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 101:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *_: object) -> None:
        """It says nothing."""


class Site:
    """A site behind TLS, whose answers a test may spoil."""

    def __init__(self, folder: Path, days: int) -> None:
        self.answers = good()
        certificate = make_certificate(folder, days)
        handler = type("Handler", (Proxy,), {"answers": self.answers})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.url = f"https://localhost:{self.server.server_port}"
        self.trust = ssl.create_default_context(cafile=str(certificate))
        self._thread = threading.Thread(target=self.server.serve_forever, args=[0.01])
        self._thread.start()

    def end(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self._thread.join()

    def mends(self) -> dict[str, str]:
        """What is to be mended, by check."""
        results = list(checks.run(Probe(urlsplit(self.url), self.trust)))
        return {result.check: result.mend for result in results if not result.is_fine}


def make_certificate(folder: Path, days: int) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=100))
        .not_valid_after(now + timedelta(days=days, hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "certificate.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def make_site(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Site]]:
    monkeypatch.setattr(probe, "EARLY_SECONDS", 0.2)
    sites: list[Site] = []

    def make(*, days: int = 60) -> Site:
        site = Site(tmp_path, days)
        settings.SITE_URL, settings.SECURE_HSTS_SECONDS = site.url, 31_536_000
        sites.append(site)
        return site

    yield make
    for site in sites:
        site.end()


def test_a_site_that_is_set_up_right_needs_no_mending(make_site: Callable[..., Site]) -> None:
    assert make_site().mends() == {}


SPOILT: list[tuple[str, str, tuple[int, dict[str, str], bytes], str]] = [
    ("health", "/healthz", (400, {}, b""), "ALLOWED_HOSTS"),
    ("health", "/healthz", (502, {}, b""), "upstream"),
    ("sign-in page", "/accounts/login/", (404, {}, b""), "pass all paths on"),
    ("cookies", "/accounts/login/", (200, {"Set-Cookie": "csrftoken=x"}, PAGE), "SITE_URL"),
    ("hsts", "/accounts/login/", (200, {}, PAGE), "response headers"),
    ("static files", STYLE, (404, {}, b""), "collectstatic"),
    ("static files", STYLE, (200, {"Cache-Control": "max-age=60"}, b""), "Cache-Control"),
    ("static files", STYLE, (200, KEPT | {"Content-Encoding": ""}, b""), "Accept-Encoding"),
    ("uploads", "/uploads/", (413, {}, b""), "client_max_body_size"),
    ("socket", "/ws/", (403, {}, b""), "ALLOWED_ORIGINS"),
    ("socket", "/ws/", (426, {}, b""), "pass Upgrade and Connection on"),
    ("socket", "/ws/", (101, {"Upgrade": "websocket"}, b""), "Sec-WebSocket-Protocol"),
    ("foreign pages", "/ws/ of foreign", (101, UPGRADED, b""), "ALLOWED_ORIGINS"),
]


@pytest.mark.parametrize(("check", "path", "answer", "setting"), SPOILT)
def test_what_is_wrong_names_the_setting_to_mend(
    make_site: Callable[..., Site],
    check: str,
    path: str,
    answer: tuple[int, dict[str, str], bytes],
    setting: str,
) -> None:
    site = make_site()
    site.answers[path] = answer
    assert setting in site.mends()[check]


@pytest.mark.parametrize(
    ("answer", "is_fine"),
    [
        (None, True),
        (Answer(301, {"location": "https://localhost/"}), True),
        (Answer(200, {}), False),
        (Answer(301, {"location": "http://localhost/rooms/"}), False),
    ],
)
def test_plain_http_that_leads_nowhere_is_named(
    monkeypatch: pytest.MonkeyPatch, answer: Answer | None, *, is_fine: bool
) -> None:
    monkeypatch.setattr(Probe, "get_plainly", lambda *_: answer)
    result = checks._plain_http(Probe(urlsplit("https://localhost")))
    assert result.is_fine is is_fine
    assert is_fine or "SSL_REDIRECT" in result.mend


def test_a_proxy_that_hides_the_scheme_is_named(make_site: Callable[..., Site]) -> None:
    site = make_site()
    there = {"Location": f"{site.url}/healthz"}
    site.answers["/healthz"] = (301, there, b"")
    assert "X-Forwarded-Proto" in site.mends()["health"]


def test_a_certificate_that_ends_soon_is_to_be_renewed(make_site: Callable[..., Site]) -> None:
    assert list(make_site(days=3).mends()) == ["certificate"]


def test_a_certificate_that_nobody_trusts_hides_nothing_else(
    make_site: Callable[..., Site],
) -> None:
    site = make_site()
    site.trust = ssl.create_default_context()
    site.answers["/healthz"] = (502, {}, b"")
    assert list(site.mends()) == ["certificate", "health"]


def test_behind_a_proxy_visitors_need_an_address(
    make_site: Callable[..., Site], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Proxy, "version_string", lambda _: "nginx")
    assert "CLIENT_IP_HEADER" in make_site().mends()["visitors"]


def test_where_nobody_answers_nothing_more_is_asked(make_site: Callable[..., Site]) -> None:
    site = make_site()
    site.server.server_close()
    assert set(site.mends()) == {"certificate", "reach"}


def test_a_quiet_socket_is_waited_for(
    make_site: Callable[..., Site], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(silence, "WAIT_SECONDS", 0.2)
    site = make_site()
    asked = Probe(urlsplit(site.url), site.trust)
    for frame, ending in ((b"\x89\x00", ""), (b"\x88\x02\x11\x31", "--session"), (b"", "time-out")):
        site.answers["/ws/"] = (101, UPGRADED, frame)
        *_, last = checks.run(asked, "key")
        assert (last.check, ending in last.mend) == ("silence", True)
        assert last.is_fine is (ending == "")


def test_a_server_of_ours_passes(server: Server) -> None:
    """By plain http, which is the one thing to mend here."""
    lines = checked(server)
    assert [line["check"] for line in lines if line["mend"]] == ["certificate"]
    assert len(lines) == 11


def checked(server: Server) -> list[dict[str, str]]:
    result = subprocess.run(
        [sys.executable, MANAGE, "checkdeploy", "--json"],
        env=server.env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.returncode, result.stderr) == (1, "")
    return [json.loads(line) for line in result.stdout.splitlines()]
