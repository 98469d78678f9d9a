"""What a backup says of itself, and whether this site can take it."""

from collections.abc import Iterable
from datetime import UTC, datetime

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from msgspec import DecodeError, Struct, ValidationError, json

from chat.errors import BadRequest, Conflict

NAME = "manifest.json"


class Manifest(Struct, frozen=True, kw_only=True):
    version: str
    database: str
    migrations: list[str]
    site_url: str
    made_at: datetime
    checksums: str  # of checksums.txt


def describe(checksums: str) -> Manifest:
    applied = MigrationRecorder(connection).applied_migrations()
    return Manifest(
        version=settings.VERSION,
        database=connection.vendor,
        migrations=_names(applied),
        site_url=settings.SITE_URL,
        made_at=datetime.now(UTC),
        checksums=checksums,
    )


def write(manifest: Manifest) -> bytes:
    return json.format(json.encode(manifest)) + b"\n"


def read(text: bytes) -> Manifest:
    try:
        return json.decode(text, type=Manifest)
    except (DecodeError, ValidationError):
        raise BadRequest(f"Its {NAME} cannot be read: this is no backup.") from None


def refuse_foreign(manifest: Manifest) -> None:
    """Raises `Conflict` where this program is not the one that made it, or keeps its data elsewhere."""
    if manifest.database != connection.vendor:
        raise Conflict(
            f"This backup is of {manifest.database}, but DATABASE_URL names {connection.vendor}."
        )
    own = _names(MigrationLoader(None).disk_migrations)
    if manifest.version != settings.VERSION or manifest.migrations != own:
        raise Conflict(
            f"This backup is of another version ({manifest.version}; this is {settings.VERSION}):"
            " install that one, restore, then update."
        )


def _names(migrations: Iterable[tuple[str, str]]) -> list[str]:
    return sorted(f"{app}.{name}" for app, name in migrations)
