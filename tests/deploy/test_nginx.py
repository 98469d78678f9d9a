"""What a visitor gets of nginx, and what nginx lets through to the chat."""

import asyncio
import http.client
import re
import socket
import ssl

import pytest
from django.conf import settings

from chat.protocol.limits import HEARTBEAT_SECONDS, MAX_UPLOAD_BYTES
from chatsite.daphne.limits import FILE_BYTES, MULTIPART_BYTES
from tests.client import Reply, Visitor
from tests.deploy.places import HOST, SHIPPED
from tests.deploy.site import DeployedServer

SITE_CONF = (SHIPPED / "nginx" / "site.conf").read_text()
GUARDS = {
    "access-control-allow-origin",
    "content-security-policy",
    "cross-origin-opener-policy",
    "cross-origin-resource-policy",
    "permissions-policy",
    "referrer-policy",
    "x-content-type-options",
    "x-frame-options",
}
PARTS_OF_PAGES = {".css", ".gif", ".js", ".json", ".png", ".svg", ".webp", ".woff2"}
LARGEST = {
    "/uploads/": MAX_UPLOAD_BYTES + MULTIPART_BYTES,
    "/accounts/avatar/": FILE_BYTES[b"/accounts/avatar/"] + MULTIPART_BYTES,
    "/accounts/login/": settings.MAX_REQUEST_BYTES,
}


def of_the_chat(site: DeployedServer, path: str, **headers: str) -> Reply:
    """What the chat itself says, nginx aside."""
    connection = http.client.HTTPConnection("127.0.0.1", site.processes[0].port, timeout=10)
    given = {"Host": f"{HOST}:{site.places.https_port}", "X-Forwarded-Proto": "https"}
    connection.request("GET", path, headers=given | headers)
    answer = connection.getresponse()
    named = {name.lower(): value for name, value in answer.getheaders()}
    connection.close()
    return Reply(answer.status, named, b"")


def guards(reply: Reply) -> dict[str, str]:
    return {name: value for name, value in reply.headers.items() if name in GUARDS}


@pytest.fixture
def guest(site: DeployedServer) -> Visitor:
    return Visitor(site.url)


def test_the_public_address_is_set_up_right(site: DeployedServer) -> None:
    assert "MEND" not in site.manage("checkdeploy")


def test_plain_http_leads_to_https(site: DeployedServer) -> None:
    reply = Visitor(f"http://{HOST}:{site.places.http_port}").fetch("/rooms/general/?x=1")
    assert (reply.status, reply.headers["location"]) == (301, f"https://{HOST}/rooms/general/?x=1")


def test_pages_are_served_by_http_2(site: DeployedServer) -> None:
    trust = ssl.create_default_context()
    trust.set_alpn_protocols(["h2", "http/1.1"])
    address = ("127.0.0.1", site.places.https_port)
    with (
        socket.create_connection(address, 10) as plain,
        trust.wrap_socket(plain, server_hostname=HOST) as secure,
    ):
        assert secure.selected_alpn_protocol() == "h2"


@pytest.mark.parametrize("path", ["/metrics", "/readyz"])
def test_what_watchers_ask_for_is_not_public(guest: Visitor, path: str) -> None:
    assert guest.fetch(path).status == 404
    assert guest.fetch("/healthz").status == 200


@pytest.mark.parametrize(("accepted", "sent"), [("gzip, br", "br"), ("gzip", "gzip"), ("", None)])
def test_static_files_come_compressed_as_they_were_collected(
    site: DeployedServer, guest: Visitor, accepted: str, sent: str | None
) -> None:
    path = a_style(guest)
    reply = guest.fetch(path, headers={"Accept-Encoding": accepted})
    assert reply.headers.get("content-encoding") == sent
    assert "accept-encoding" in reply.headers["vary"].lower()
    copy = site.var_dir / (path.removeprefix("/") + {"br": ".br", "gzip": ".gz", None: ""}[sent])
    assert reply.content == copy.read_bytes()


@pytest.mark.parametrize("is_hashed", [True, False])
def test_static_files_have_the_headers_that_the_chat_gives_them(
    site: DeployedServer, guest: Visitor, is_hashed: bool
) -> None:
    path = a_style(guest)
    if not is_hashed:
        path = re.sub(r"\.[0-9a-f]{12}", "", path)
    ours, theirs = guest.fetch(path), of_the_chat(site, path)
    assert ("immutable" in ours.headers["cache-control"]) == is_hashed
    assert ours.headers["cache-control"] == theirs.headers["cache-control"]
    assert guards(ours) == guards(theirs)


def test_what_a_page_is_made_of_has_the_type_that_the_chat_gives_it(
    site: DeployedServer, guest: Visitor
) -> None:
    """Browsers run and draw nothing that is served as another type."""
    root = site.var_dir / "static"
    kinds = {path.suffix: f"/static/{path.relative_to(root)}" for path in root.rglob("*.*")}
    for path in (kinds[suffix] for suffix in PARTS_OF_PAGES & kinds.keys()):
        assert media_type(guest.fetch(path)) == media_type(of_the_chat(site, path)), path


def test_a_page_has_the_headers_that_the_chat_gives_it(
    site: DeployedServer, guest: Visitor
) -> None:
    ours, theirs = guest.fetch("/accounts/login/"), of_the_chat(site, "/accounts/login/")
    assert guards(ours).keys() == guards(theirs).keys()
    assert "strict-transport-security" in ours.headers


async def test_a_file_is_sent_by_nginx_after_the_chat_has_been_asked(
    site: DeployedServer, visitor: Visitor, guest: Visitor
) -> None:
    async with visitor.chat() as socket:
        path = visitor.upload(socket.room("general"), b"0123456789").json["url"]
    asked = of_the_chat(site, path, Cookie=visitor.cookie_header())
    place = asked.headers["x-accel-redirect"]
    ours = visitor.fetch(path, headers={"Range": "bytes=2-4"})
    assert (ours.status, ours.content) == (206, b"234")
    assert "x-accel-redirect" not in ours.headers
    assert guards(ours) == guards(asked)
    for name in ("cache-control", "content-disposition", "content-type"):
        assert ours.headers[name] == asked.headers[name]
    known = {"If-None-Match": ours.headers["etag"]}
    assert visitor.fetch(path, headers=known).status == 304
    assert guest.fetch(path, headers=known).status == 302
    assert visitor.fetch(place).status == 404


@pytest.mark.parametrize("path", LARGEST)
def test_a_body_is_refused_from_one_byte_too_many_on(site: DeployedServer, path: str) -> None:
    assert announced(site, path, LARGEST[path] + 1) == 413
    assert announced(site, path, LARGEST[path]) is None


async def test_files_under_way_have_a_bound(site: DeployedServer) -> None:
    """nginx keeps them on its disk before the chat is asked whose they are."""
    (most,) = set(re.findall(r"limit_conn chatsite_senders (\d+);", SITE_CONF))
    async with asyncio.timeout(20), asyncio.TaskGroup() as group:
        answers = [group.create_task(begun_upload(site)) for _ in range(int(most) + 1)]
        answered, others = await asyncio.wait(answers, return_when=asyncio.FIRST_COMPLETED)
        for other in others:
            other.cancel()
    assert {answer.result().split()[1] for answer in answered} == {"503"}


def test_a_visitor_cannot_claim_another_address(site: DeployedServer, guest: Visitor) -> None:
    claims = {"X-Real-IP": "203.0.113.9", "X-Forwarded-For": "203.0.113.9"}
    guest.fetch("/accounts/login/", headers={"User-Agent": "claims", **claims})
    log = site.log.read_text()
    assert "127.0.0.1 GET /accounts/login/" in log
    assert "203.0.113.9" not in log


@pytest.mark.parametrize(
    ("target", "host", "status"),
    [("/healthz", "127.0.0.1", 400), (f"https://{HOST}/accounts/login/", "admin.example.org", 200)],
)
def test_a_visitor_cannot_ask_the_chat_for_another_host(
    site: DeployedServer, target: str, host: str, status: int
) -> None:
    """Where the request line names one, nginx goes by that, and the chat hears of no other."""
    connection = http.client.HTTPSConnection(HOST, site.places.https_port, timeout=10)
    connection.request("GET", target, headers={"Host": host})
    found = connection.getresponse().status
    connection.close()
    assert found == status


async def test_messages_are_compressed_as_the_chat_does_it(visitor: Visitor) -> None:
    async with visitor.chat() as socket:
        (extension,) = socket.connection.protocol.extensions
        assert extension.name == "permessage-deflate"


def test_only_the_chat_finds_that_a_peer_is_gone() -> None:
    (seconds,) = set(re.findall(r"proxy_(?:read|send)_timeout (\d+)s;", SITE_CONF))
    assert int(seconds) > 2 * HEARTBEAT_SECONDS


@pytest.mark.parametrize(
    ("address", "counted_as"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2"),
        ("2001:db8:1:2::6", "2001:db8:1:2"),
        ("2001:db8::6", "2001:db8"),
        ("::1", "::1"),
    ],
)
def test_an_ipv6_address_counts_by_its_network(address: str, counted_as: str) -> None:
    patterns = re.findall(r'"~(\^\S+)" \$named', SITE_CONF)
    found = [re.match(pattern.replace("?<", "?P<"), address) for pattern in patterns]
    assert next((match[1] for match in found if match), address) == counted_as
    assert len(patterns) == 2


def test_an_address_may_have_as_many_connections_as_the_chat_allows() -> None:
    (most,) = re.findall(r"limit_conn chatsite_visitors (\d+);", SITE_CONF)
    assert int(most) == settings.MAX_CONNECTIONS_PER_ADDRESS


def a_style(guest: Visitor) -> str:
    found = re.search(r'href="(/static/[^"]+\.css)"', guest.get("/accounts/login/").text)
    assert found is not None
    return found[1]


async def begun_upload(site: DeployedServer) -> str:
    """The first line of the answer to a file of which nothing comes after its announcement."""
    reader, writer = await asyncio.open_connection(
        "127.0.0.1", site.places.https_port, ssl=ssl.create_default_context(), server_hostname=HOST
    )
    head = [
        "POST /uploads/ HTTP/1.1",
        f"Host: {HOST}:{site.places.https_port}",
        "Content-Length: 9",
    ]
    writer.write("\r\n".join([*head, "", ""]).encode())
    try:
        return (await reader.readline()).decode().strip()
    finally:
        writer.transport.abort()


def media_type(reply: Reply) -> str:
    """Without a charset; by its present name, where it has a former one (RFC 9239)."""
    name = reply.headers["content-type"].partition(";")[0]
    return {"application/javascript": "text/javascript"}.get(name, name)


def announced(site: DeployedServer, path: str, size: int) -> int | None:
    """How a body of that size is answered before any of it is sent; None where it is waited for."""
    connection = http.client.HTTPSConnection(HOST, site.places.https_port, timeout=10)
    connection.putrequest("POST", path)
    connection.putheader("Content-Length", str(size))
    connection.endheaders()
    connection.sock.settimeout(0.3)
    try:
        return connection.getresponse().status
    except TimeoutError:
        return None
    finally:
        connection.close()
