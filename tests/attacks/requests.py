"""HTTP requests that are broken, too much or two in one (RFC 9112); broken handshakes (RFC 6455, 4.2)."""

from collections.abc import Callable
from random import Random

PATHS = (
    *(
        "/",
        "/healthz",
        "/session",
        "/accounts/login/",
        "/accounts/signup/",
        "/static/js/socket.js",
        "/ws/",
    ),
    *("/admin/", "/admin/login/", "/rooms/general/", "/direct/1/", "/rooms/general/1/", "/nowhere"),
    *(
        "/direct/" + "9" * 30 + "/",
        "/rooms/general/" + "9" * 30 + "/",
        "/accounts/setup/x/",
        "/direct/0/",
    ),
)
TARGETS = (
    *(
        "",
        "*",
        "//",
        "///x",
        "/%",
        "/%zz",
        "/%00",
        "/%ff",
        "/%c0%ae%c0%ae/",
        "/..%2f..%2fetc/passwd",
    ),
    *(
        "/static/../settings.py",
        "/static/%2e%2e/%2e%2e/etc/passwd",
        "/static//etc/passwd",
        "/static/%00.js",
    ),
    *(
        "/static/js/\xff.js",
        "/rooms/%E5%AD%97%00/",
        "/rooms/\xe5\xad\x97/",
        "/a?" + "b=c&" * 500,
        "/?next=//evil.example",
        "/?q=%00%ff%ed%a0%80",
    ),
    *(
        "http://evil.example/",
        "https://[::1/",
        "evil.example:443",
        "/a b",
        "/\x00",
        "/\x7f",
        "/a\tb",
        "?",
        "#",
    ),
    *(
        "/accounts/login/?next=%0d%0aSet-Cookie:a=b",
        "/" + "a" * 3000,
        "/" + "%41" * 3000,
        "/;a=b?c#d",
    ),
    *("/accounts/password/reset/key/1-2/", "/accounts/password/reset/key/\xff-set-password/"),
)
VERSIONS = (
    "HTTP/1.1",
    "HTTP/1.0",
    "HTTP/0.9",
    "HTTP/2.0",
    "HTTP/9.9",
    "HTTP/1.",
    "HTTP/",
    "http/1.1",
    "HTTP/1.1.1",
    "",
)
METHODS = (
    *(
        "GET",
        "HEAD",
        "POST",
        "PUT",
        "DELETE",
        "OPTIONS",
        "TRACE",
        "CONNECT",
        "PATCH",
        "get",
        "G",
        "GET\x00",
    ),
    *("X" * 5000, "PRI", "\xff", ""),
)
HOSTS = (
    *(
        "evil.example",
        "",
        "127.0.0.1:99999",
        "[::1",
        "a b",
        "127.0.0.1, evil.example",
        "127.0.0.1\x00",
        "\xff",
    ),
    *("127.0.0.1@evil.example", "." * 300, "%00", "127.0.0.1:80:80"),
)
HEADERS = (
    *(
        "X: " + "a" * 9000,
        "X : space",
        ": no name",
        "no colon",
        "X\x00Y: 1",
        "X: \x00",
        "X: \xff\xfe",
        " folded: 1",
    ),
    *(
        "Cookie: sessionid=\xff",
        "Cookie: " + "a=b; " * 1000,
        "Cookie: sessionid=\x00",
        'Cookie: csrftoken="\\',
    ),
    *(
        "Cookie: django_language=../../etc",
        "Accept-Language: " + "a," * 2000,
        "Accept-Language: zh-\xff;q=x",
    ),
    *(
        "Content-Length: -1",
        "Content-Length: 1e3",
        "Content-Length: 99999999999999999999",
        "Content-Length: 5, 6",
    ),
    *(
        "Content-Type: \xff",
        "Content-Type: multipart/form-data",
        "Content-Type: text/html; charset=\xff",
    ),
    *(
        "Content-Type: application/x-www-form-urlencoded; charset=idna",
        "Range: bytes=0-0,0-0,5-1,-99999999999",
    ),
    *(
        "If-Modified-Since: Tue, 99 Foo 9999 99:99:99 GMT",
        'If-None-Match: "\xff',
        "Expect: 100-continue",
    ),
    *(
        "Expect: 999",
        "X-Forwarded-For: \xff, 1.2.3.4",
        "X-Forwarded-Proto: \xff",
        "X-Real-IP: not an address",
    ),
    *(
        "Transfer-Encoding: gzip",
        "Transfer-Encoding: chunked, chunked",
        "Accept-Encoding: " + "br;q=\xff," * 200,
    ),
    *(
        "Connection: close, upgrade, \xff",
        "Upgrade: h2c",
        "Referer: \xff",
        "Origin: null",
        "User-Agent: \x01",
    ),
)
CHUNKS = (
    *(
        b"0\r\n\r\n",
        b"zz\r\n\r\n",
        b"-1\r\nx\r\n",
        b"ffffffffffffffff\r\nx",
        b"5\r\nhello0\r\n\r\n",
        b"5;" + b"a" * 5000,
    ),
    *(
        b"1\r\na\r\n0\r\nTrailer: x\r\n\r\n",
        b"0x5\r\nhello\r\n0\r\n\r\n",
        b"5\nhello\n0\n\n",
        b"\r\n\r\n",
        b" 5\r\nhello",
    ),
)
FORM = b"csrfmiddlewaretoken=a&login=b&password=%ff%00&next=//x"


def make_request(seed: int, number: int, host: str, session: str) -> bytes:
    """One connection's bytes; the seed and the number alone decide them."""
    random = Random(f"{seed} request {number}")
    return random.choice(MAKERS)(random, host, session)


def _odd(random: Random, host: str, session: str) -> bytes:
    """One thing wrong, or several."""
    method = random.choice(METHODS) if random.random() < 0.3 else random.choice(["GET", "POST"])
    target = random.choice(TARGETS) if random.random() < 0.6 else random.choice(PATHS)
    version = random.choice(VERSIONS) if random.random() < 0.2 else "HTTP/1.1"
    headers = random.sample(HEADERS, random.randrange(4))
    if random.random() < 0.3:
        host = random.choice(HOSTS)
    return _head(f"{method} {target} {version}", f"Host: {host}", *headers) + FORM


def _flood_of_headers(random: Random, host: str, session: str) -> bytes:
    count = random.choice([50, 200, 1000, 5000])
    return _head("GET / HTTP/1.1", f"Host: {host}", *(f"X-{number}: y" for number in range(count)))


def _huge_line(random: Random, host: str, session: str) -> bytes:
    size = random.choice([8_000, 20_000, 100_000, 1_000_000])
    if random.random() < 0.5:
        return b"GET /" + b"a" * size + f" HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()
    return _head("GET / HTTP/1.1", f"Host: {host}", "X: " + "a" * size)


def _chunked(random: Random, host: str, session: str) -> bytes:
    headers = (f"Host: {host}", "Transfer-Encoding: chunked", f"Cookie: sessionid={session}")
    return _head("POST /accounts/login/ HTTP/1.1", *headers) + b"".join(
        random.choices(CHUNKS, k=random.randrange(1, 4))
    )


def _smuggled(random: Random, host: str, session: str) -> bytes:
    """Two lengths that disagree, and a second request where one of them ends."""
    hidden = _head("GET /admin/ HTTP/1.1", f"Host: {host}")
    lengths = random.choice(
        [
            ("Content-Length: 5", "Transfer-Encoding: chunked"),
            ("Transfer-Encoding: chunked", "Content-Length: 5"),
            ("Content-Length: 5", "Content-Length: 50"),
            ("Content-Length: 5", "Transfer-Encoding: xchunked"),
            ("Content-Length: 5", "Transfer-Encoding : chunked"),
            ("Content-Length: 5", "Transfer-Encoding:\x0bchunked"),
            ("Content-Length: +5",),
            ("Content-Length: 5\r\n X",),
        ]
    )
    return _head("POST / HTTP/1.1", f"Host: {host}", *lengths) + b"0\r\n\r\n" + hidden


def _pipelined(random: Random, host: str, session: str) -> bytes:
    """Many at once, the last perhaps cut."""
    one = _head(f"GET {random.choice(PATHS)} HTTP/1.1", f"Host: {host}")
    many = one * random.randrange(2, 30)
    return many[: -random.randrange(1, 30)] if random.random() < 0.5 else many


def _cut(random: Random, host: str, session: str) -> bytes:
    whole = (
        _handshake(random, host, session) if random.random() < 0.5 else _odd(random, host, session)
    )
    return whole[: random.randrange(len(whole))]


def _body_that_lies(random: Random, host: str, session: str) -> bytes:
    size = random.choice([0, 1, len(FORM) - 1, len(FORM) + 1, 2**20, 2**31, 2**40])
    kinds = (
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=\xff",
        "multipart/form-data; boundary=b",
    )
    headers = (f"Host: {host}", f"Content-Length: {size}", f"Content-Type: {random.choice(kinds)}")
    body = random.choice(
        [
            FORM,
            b'--b\r\nContent-Disposition: form-data; name="a"; filename="\xff\x00"\r\n\r\n',
            b"a=1&" * 2000,
        ]
    )
    return _head(f"POST {random.choice(PATHS)} HTTP/1.1", *headers) + body


def _handshake(random: Random, host: str, session: str) -> bytes:
    """One for a socket, with up to three of its headers exchanged or left out."""
    headers = {
        "Host": host,
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Protocol": "chat.v1",
        "Origin": f"http://{host}",
        "Cookie": f"sessionid={session}",
    }
    wrong = (
        "",
        "\xff",
        "x" * 5000,
        "\x00",
        "7",
        "13, 8",
        "a, b, c",
        "websocket, h2c",
        "=",
        '"',
        ";;;",
        "null",
        "chat%2Ev1",
    )
    for name in random.sample(sorted(headers), random.randrange(4)):
        if random.random() < 0.3:
            del headers[name]
        else:
            headers[name] = random.choice(wrong)
    if random.random() < 0.4:
        headers["Sec-WebSocket-Extensions"] = random.choice(EXTENSIONS)
    version = random.choice(VERSIONS) if random.random() < 0.1 else "HTTP/1.1"
    path = random.choice(TARGETS) if random.random() < 0.1 else "/ws/"
    lines = [f"{name}: {value}" for name, value in headers.items()]
    return _head(f"GET {path} {version}", *lines) + random.choice(
        [b"", b"\x81\x80", random.randbytes(50)]
    )


def _noise(random: Random, host: str, session: str) -> bytes:
    start = random.choice(
        [b"", b"\x16\x03\x01\x02\x00\x01", b"\r\n" * 50, b"SSH-2.0-x\r\n", b"\x00" * 100]
    )
    return start + random.randbytes(random.randrange(1, 500))


EXTENSIONS = (
    *(
        "permessage-deflate",
        "permessage-deflate; client_max_window_bits",
        "permessage-deflate; server_max_window_bits=7",
    ),
    *(
        "permessage-deflate; server_max_window_bits=99",
        "permessage-deflate; client_no_context_takeover=1",
    ),
    *(
        "permessage-deflate; x=y, permessage-deflate",
        "permessage-deflate" + "; a" * 500,
        "\xff",
        ";",
        "x-webkit-deflate-frame",
    ),
    *(
        "permessage-deflate; server_max_window_bits; server_max_window_bits",
        'permessage-deflate; a="\xff"',
    ),
    *("permessage-bzip2", "permessage-brotli; x, permessage-deflate", "permessage-snappy"),
)


def _head(line: str, *headers: str) -> bytes:
    return "\r\n".join([line, *headers, "", ""]).encode("latin1", errors="replace")


Maker = Callable[[Random, str, str], bytes]
MAKERS: tuple[Maker, ...] = (
    *(
        _odd,
        _odd,
        _odd,
        _handshake,
        _handshake,
        _handshake,
        _flood_of_headers,
        _huge_line,
        _chunked,
    ),
    *(_smuggled, _pipelined, _cut, _body_that_lies, _noise),
)
