"""What a browser needs of the public address, and what to mend where it does not get it."""

import re
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings

from chat.protocol.limits import MAX_UPLOAD_BYTES

from . import silence
from .probe import Answer, Probe

LEAST_DAYS = 14
LEAST_CACHED_SECONDS = 30 * 24 * 60 * 60
LOGIN = "/accounts/login/"
FOREIGN = "https://foreign.invalid"
FORM_BYTES = 64 * 1024  # what a form adds to the largest file


@dataclass(frozen=True, slots=True)
class Result:
    """`mend` says where to mend it; empty where all is well."""

    check: str
    detail: str
    mend: str = ""

    @property
    def is_fine(self) -> bool:
        return not self.mend


def run(probe: Probe, session_key: str = "") -> Iterator[Result]:
    """All that can be told; nothing more where nobody answers at all."""
    certified = _certificate(probe)
    yield certified
    if not certified.is_fine:
        probe = probe.without_proof()
    first = _tried(_health, probe)
    yield first
    if first.check == "reach":
        return
    for check in (_plain_http, _login_page, _hsts, _cookies, _visitor, _static, _upload):
        yield _tried(check, probe)
    for check in (_socket, _foreign_origin):
        yield _tried(check, probe)
    if session_key:
        yield _tried(lambda asked: _silence(asked, session_key), probe)


def _tried(check: Callable[[Probe], Result], probe: Probe) -> Result:
    try:
        return check(probe)
    except (OSError, ValueError) as error:
        detail = f"{probe.host} port {probe.port} does not answer: {error}"
        return Result("reach", detail, "SITE_URL, DNS, the firewall, or the proxy's listener")


def _certificate(probe: Probe) -> Result:
    if not probe.is_https:
        return Result(
            "certificate", "SITE_URL is plain http", "SITE_URL: https, with a proxy that ends TLS"
        )
    try:
        days = int((probe.certificate_ends() - time.time()) // (24 * 60 * 60))
    except ssl.SSLError as error:
        why = getattr(error, "verify_message", "") or error.reason or str(error)
        return Result(
            "certificate", f"browsers refuse it: {why}", "the proxy's certificate (the whole chain)"
        )
    except OSError as error:
        return Result("certificate", f"cannot be seen: {error}", "SITE_URL, DNS or the firewall")
    mend = "" if days >= LEAST_DAYS else "the renewal of the proxy's certificate"
    return Result("certificate", f"good for {days} days", mend)


def _health(probe: Probe) -> Result:
    answer = probe.get("/healthz")
    mends = {
        400: "ALLOWED_HOSTS: it must hold the host of SITE_URL, and the proxy must pass Host on",
        502: "the proxy's upstream: no `serve` answers there",
        503: "the proxy's upstream, or `serve` is full",
        504: "the proxy's upstream: `serve` does not answer in time",
    }
    if answer.status == 200:
        return Result("health", "the process lives")
    mend = _scheme_mend(probe, answer) or mends.get(answer.status, "the proxy: pass all paths on")
    return Result("health", f"/healthz answers {answer.status}", mend)


def _plain_http(probe: Probe) -> Result:
    answer = probe.get_plainly("/") if probe.is_https and probe.port == 443 else None
    if answer is None:
        return Result("plain http", "nothing to redirect")
    if answer.header("Location").startswith("https://"):
        return Result("plain http", "leads to https")
    return Result("plain http", f"answers {answer.status}", "SSL_REDIRECT, or the proxy's port 80")


def _login_page(probe: Probe) -> Result:
    answer = probe.get(LOGIN)
    if answer.status == 200:
        return Result("sign-in page", "is there")
    mend = _scheme_mend(probe, answer) or "the proxy: pass all paths on"
    return Result("sign-in page", f"answers {answer.status}", mend)


def _scheme_mend(probe: Probe, answer: Answer) -> str:
    """Sent to where one is already, one will go round for ever."""
    place = urlsplit(answer.header("Location"))
    if probe.is_https and (place.scheme, place.hostname) == ("https", probe.host):
        return "the proxy: overwrite X-Forwarded-Proto with the scheme it was asked by"
    return ""


def _hsts(probe: Probe) -> Result:
    if not probe.is_https or not settings.SECURE_HSTS_SECONDS:
        return Result("hsts", "is off by setting")
    if probe.get(LOGIN).header("Strict-Transport-Security"):
        return Result("hsts", "is said")
    return Result(
        "hsts", "is not said", "the proxy: pass response headers on, and X-Forwarded-Proto"
    )


def _cookies(probe: Probe) -> Result:
    cookies = probe.get(LOGIN).header("Set-Cookie").splitlines()
    open_ones = [one.partition("=")[0] for one in cookies if "secure" not in one.lower()]
    if probe.is_https and open_ones:
        return Result("cookies", f"{', '.join(open_ones)} may go by plain http", "SITE_URL: https")
    return Result("cookies", "are kept to this scheme")


def _visitor(probe: Probe) -> Result:
    server = probe.get(LOGIN).header("Server").lower()
    is_proxied = any(name in server for name in ("nginx", "caddy", "apache", "cloudflare", "envoy"))
    if is_proxied and not settings.CLIENT_IP_HEADER:
        return Result(
            "visitors",
            f"all of them have the address of {server}, and share its limits",
            "CLIENT_IP_HEADER: the header that the proxy overwrites with the visitor's address",
        )
    return Result("visitors", "are told apart, as far as can be seen")


def _static(probe: Probe) -> Result:
    found = re.search(r'href="(/static/[^"]+\.css)"', probe.get(LOGIN).body)
    if found is None:
        return Result("static files", "no style on the sign-in page", "manage.py collectstatic")
    answer = probe.get(found.group(1), Accept_Encoding="gzip, br")
    if answer.status != 200:
        mend = "manage.py collectstatic, or the proxy's location for /static/"
        return Result("static files", f"{found.group(1)} answers {answer.status}", mend)
    age = re.search(r"max-age=(\d+)", answer.header("Cache-Control"))
    if age is None or int(age.group(1)) < LEAST_CACHED_SECONDS:
        mend = "the proxy: pass Cache-Control on; DEBUG: false; manage.py collectstatic"
        return Result("static files", "browsers do not keep them", mend)
    if not answer.header("Content-Encoding"):
        return Result("static files", "are not compressed", "the proxy: pass Accept-Encoding on")
    return Result("static files", "are compressed, and kept by browsers")


def _upload(probe: Probe) -> Result:
    answer = probe.announce_upload("/uploads/", MAX_UPLOAD_BYTES + FORM_BYTES)
    if answer is not None and answer.status == 413:
        mib = MAX_UPLOAD_BYTES // 1024**2
        return Result(
            "uploads",
            f"a file of {mib} MiB is refused",
            f"the proxy: a body of {mib + 1} MiB for /uploads/ (nginx: client_max_body_size)",
        )
    return Result("uploads", "the largest file gets through")


def _socket(probe: Probe) -> Result:
    answer, stream = probe.upgrade("/ws/", settings.SITE_URL)
    with closing(stream):
        if answer.status == 101:
            is_ours = answer.header("Sec-WebSocket-Protocol") == "chat.v1"
            mend = "" if is_ours else "the proxy: pass Sec-WebSocket-Protocol on"
            return Result("socket", "opens" if is_ours else "opens without chat.v1", mend)
    mends = {403: "ALLOWED_ORIGINS: it must hold the origin of SITE_URL"}
    mend = mends.get(answer.status, "the proxy: HTTP/1.1, and pass Upgrade and Connection on")
    return Result("socket", f"/ws/ answers {answer.status}", mend)


def _foreign_origin(probe: Probe) -> Result:
    answer, stream = probe.upgrade("/ws/", FOREIGN)
    stream.close()
    if answer.status == 101:
        mend = "ALLOWED_ORIGINS: only this site's; the proxy: pass Origin on as it comes"
        return Result("foreign pages", "may open a socket as their visitor", mend)
    return Result("foreign pages", "are refused")


def _silence(probe: Probe, session_key: str) -> Result:
    cookie = f"{settings.SESSION_COOKIE_NAME}={session_key}"
    answer, stream = probe.upgrade("/ws/", settings.SITE_URL, cookie=cookie)
    with closing(stream):
        if answer.status != 101:
            return Result("silence", f"/ws/ answers {answer.status}", "see socket")
        ending = silence.outlasted(stream)
    if ending is None:
        return Result("silence", "a quiet socket stays open")
    mend = "the proxy's idle time-out: 60 seconds or more (nginx: proxy_read_timeout)"
    if ending == silence.SIGNED_OUT:
        return Result("silence", "nobody is signed in by this session", "--session")
    return Result("silence", f"a quiet socket was closed ({ending})", mend)
