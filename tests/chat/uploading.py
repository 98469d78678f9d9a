"""Files for uploads: real pictures, hostile ones, and short ways to upload."""

import io
import struct
import zlib
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from accounts.models import User
from chat.actions import uploads
from chat.models import Attachment, Room

PNG_HEAD = b"\x89PNG\r\n\x1a\n"
CAMERA, ORIENTATION, QUARTER_TURN = 0x010F, 0x0112, 6  # Exif tags


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 30), **options: Any) -> bytes:
    """A picture with something in it."""
    drawn = Image.linear_gradient("L").resize(size).convert("RGB")
    return encoded(drawn, kind, **options)


def encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def photo(size: tuple[int, int] = (40, 30)) -> bytes:
    """As a camera that was held upright stores it: lying, with a note to turn it, and more notes."""
    notes = Image.Exif()
    notes[CAMERA], notes[ORIENTATION] = "Spycam 3000", QUARTER_TURN
    return picture("JPEG", size, exif=notes)


def animation(frames: int, size: tuple[int, int] = (12, 9)) -> bytes:
    pictures = [Image.new("P", size, number % 256) for number in range(frames)]
    for number, frame in enumerate(pictures):
        frame.putpalette(
            [number * 61 % 256, number // 256, number * 97 % 256] * 256
        )  # none like the one before
    return encoded(pictures[0], "GIF", save_all=True, append_images=pictures[1:], duration=50)


def bomb(width: int = 50_000, height: int = 50_000) -> bytes:
    """A PNG of a few bytes that says it has that many pixels."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(bytes(1_000_000))
    return PNG_HEAD + _chunk(b"IHDR", head) + _chunk(b"IDAT", rows) + _chunk(b"IEND", b"")


def upload(
    user: User, room: Room | int, content: bytes = b"hello", name: str = "hello.txt"
) -> Attachment:
    """Uploads as the user; the row."""
    file = SimpleUploadedFile("x", content)
    file._name = name  # type: ignore[attr-defined]  # as a client that keeps to no rule names it
    room_id = room if isinstance(room, int) else room.pk
    return Attachment.objects.get(pk=uploads.upload_file(user.pk, room_id, file).id)


def read(row: Attachment) -> Image.Image:
    """The picture that is stored."""
    with row.file.open("rb") as file:
        image = Image.open(io.BytesIO(file.read()))
        image.load()
        return image


def stored_files(media: Path) -> list[str]:
    return sorted(str(path.relative_to(media)) for path in media.rglob("*") if path.is_file())


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
