"""What has to be there before anybody is served, each missing thing in one line that says what to do.

A database that cannot be reached is none of these: it may come, and until then the chat says so itself.
"""

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.staticfiles.storage import ManifestFilesMixin
from django.core.files.storage import storages
from django.db import OperationalError, connection

from accounts.schema import missing_migrations

LOOPBACK = {"127.0.0.1", "localhost", "[::1]", "::1"}


class NotReady(Exception):
    """Says what to do."""


def check() -> None:
    """Raises `NotReady`."""
    _check_static_files()
    _check_database()


def _check_static_files() -> None:
    storage: object = storages["staticfiles"]
    if isinstance(storage, ManifestFilesMixin) and not storage.hashed_files:
        raise NotReady(
            f"VAR_DIR {str(settings.VAR_DIR)!r} holds no static files: run manage.py collectstatic."
        )


def _check_database() -> None:
    try:
        missing = missing_migrations()
    except OperationalError as error:
        if connection.vendor == "sqlite":
            raise NotReady(
                f"The database {connection.settings_dict['NAME']!r} (DATABASE_URL, VAR_DIR) cannot be"
                f" used: {error}."
            ) from None
        return
    finally:
        connection.close()
    if missing:
        raise NotReady("The database (DATABASE_URL) is of another version: run manage.py prepare.")


def other_address(host: str, port: int) -> str | None:
    """A page at an address that SITE_URL does not name is another site's to us: its sockets are refused."""
    address = settings.SITE_URL
    place = urlsplit(address)
    if place.hostname not in LOOPBACK:
        return None
    if host not in LOOPBACK and LOOPBACK.issuperset(settings.ALLOWED_HOSTS):
        return (
            f"SITE_URL is {address}, so whoever opens another address of this machine is refused."
        )
    if host in LOOPBACK and place.port not in {port, None}:
        return f"SITE_URL is {address}, so pages at port {port} will stay without a connection."
    return None
