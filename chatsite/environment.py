"""Reads settings from the environment, and from `.env` where the environment is silent.

A value that makes no sense ends the start with one line that begins with the setting's name. Guessing would
be worse: `RATE_LIMITS=ture` must not mean "no limits". Addresses may hold passwords and are not repeated.
A setting that is set to nothing counts as not set.
"""

import os
import re
import sys
from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import SplitResult, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

YES = {"true", "yes", "on", "1"}
NO = {"false", "no", "off", "0"}
DATABASES = {"postgres", "postgresql", "sqlite"}


def read_file(path: Path) -> None:
    environ.Env.read_env(path)


def refuse(name: str, why: str) -> NoReturn:
    sys.exit(f"{name} {why}.")


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, "").strip() or default


def whole_number(name: str, default: int, least: int = 1) -> int:
    value = text(name, str(default))
    if not (value.isascii() and value.isdecimal() and int(value[:18]) >= least):
        refuse(name, f"must be a whole number from {least} on, not {value!r}")
    return int(value[:18])


def yes_or_no(name: str, *, default: bool) -> bool:
    value = text(name, str(default)).lower()
    if value not in YES | NO:
        refuse(name, f"must be true or false, not {value!r}")
    return value in YES


def one_of(name: str, choices: Sequence[str]) -> str:
    """The first choice is the default."""
    value = text(name, choices[0])
    for choice in choices:
        if choice.lower() == value.lower():
            return choice
    refuse(name, f"must be {', '.join(choices[:-1])} or {choices[-1]}, not {value!r}")


def several(name: str, default: list[str], pattern: str, example: str) -> list[str]:
    """Values with commas between them, each of which has to look like the example."""
    values = [part.strip() for part in text(name).split(",") if part.strip()]
    for value in values:
        if not re.fullmatch(pattern, value):
            refuse(name, f"must hold values like {example}, not {value!r}")
    return values or default


def host(name: str) -> str:
    """The name of a host as browsers ask for it, without a port."""
    value = text(name).lower()
    if not re.fullmatch(r"[a-z0-9.-]*|\[[0-9a-f:.]+\]", value):
        refuse(name, f"must be the name of a host, like admin.example.org, not {value!r}")
    return value


def networks(name: str) -> list[IPv4Network | IPv6Network]:
    values = [part.strip() for part in text(name).split(",") if part.strip()]
    try:
        return [ip_network(value) for value in values]
    except ValueError as error:  # which says which of them, and what is wrong with it
        refuse(name, f"must hold networks like 10.8.0.0/16 or 2001:db8::/32: {error}")


def secret(name: str, least: int) -> str:
    value = text(name)
    if not value:
        refuse(name, "is not set: put one into .env (`make run` writes it for you)")
    if len(value) < least:
        refuse(name, f"must have at least {least} characters: who guesses it can be anybody")
    return value


def token(name: str, least: int) -> str:
    """Nothing, or what may follow "Bearer" in a header (RFC 6750 section 2.1)."""
    value = text(name)
    if value and not re.fullmatch(rf"[A-Za-z0-9._~+/-]{{{least},}}=*", value):
        refuse(name, f"must have {least} letters or digits at least, or be empty")
    return value


def folder(name: str, default: Path) -> Path:
    path = Path(text(name, str(default)))
    try:
        is_none = any(part.is_file() for part in (path, *path.parents))
    except PermissionError:
        refuse(name, f"must be a folder that this user may enter, not {str(path)!r}")
    if is_none:
        refuse(name, f"must be a folder, not {str(path)!r}")
    return path


def origin(name: str, default: str) -> SplitResult:
    """Scheme, host and perhaps a port: the site is at the root of its host."""
    value = text(name, default)
    parts = _split(value)
    if parts is None or not re.fullmatch(r"https?://[^/?#@]+/?", value, re.IGNORECASE):
        refuse(name, f"must look like https://chat.example.org, without a path, not {value!r}")
    return parts


def address(name: str) -> str:
    """Nothing, or where something is asked for by HTTP."""
    value = text(name)
    parts = _split(value)
    if value and not (parts and parts.scheme in {"http", "https"} and parts.hostname):
        refuse(name, "must look like https://storage.example.org")
    return value


def redis(name: str) -> list[str]:
    """One address or several with commas between them; none where it is not set."""
    values = [part.strip() for part in text(name).split(",") if part.strip()]
    for value in values:
        parts = _split(value)
        if not (parts and parts.scheme in {"redis", "rediss", "unix"}):
            refuse(name, "must look like redis://host:6379/0, several with commas between them")
    return values


def database(name: str, sqlite: Path) -> dict[str, Any]:
    value = text(name)
    if not value:  # no URL is made of the path: it may hold characters that mean something in one
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": str(sqlite)}
    try:
        is_known = value.partition("://")[0] in DATABASES
        config: dict[str, Any] = environ.Env.db_url_config(value) if is_known else {}
    except ValueError:  # a port that is none
        config = {}
    if not config.get("NAME"):
        refuse(name, "must look like postgres://user:password@host:5432/name or sqlite:////path")
    return config


def mail(name: str, default: str) -> dict[str, Any]:
    try:
        config: dict[str, Any] = environ.Env.email_url_config(text(name, default))
    except (ImproperlyConfigured, ValueError):
        refuse(name, "must look like smtp+tls://user:password@host:587")
    return config


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        _ = parts.hostname, parts.port  # raises where it is no port
    except ValueError:
        return None
    return parts
