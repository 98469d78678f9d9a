"""One picture, drawn anew, in a process that ends with it: `picture_worker.py SOURCE FOLDER SHAPE`.

It prints one line of JSON, a `pictures.Picture` or {"refusal": "pixels" | "unreadable"}. It stands alone: no
Django, no settings, nothing of ours.
"""

import json
import os
import resource
import sys
import warnings
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image, ImageCms, ImageOps, ImageSequence

MEMORY_BYTES = 1536 * 1024 * 1024
CPU_SECONDS = 20
NICENESS = 10
MAX_PIXELS = 64_000_000
# Of an animation all frames are drawn, so all count.
MAX_FRAMES = 400
MAX_FRAMES_PIXELS = 120_000_000
THUMB = (720, 720)
SQUARE = (256, 256)
FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "AVIF")
# AVIF takes a hundred times as long to write; whoever shows it shows WebP.
WRITTEN_AS = {"PNG": "PNG", "JPEG": "JPEG", "GIF": "PNG", "WEBP": "WEBP", "AVIF": "WEBP"}
OPTIONS: dict[str, dict[str, Any]] = {
    "PNG": {},
    "JPEG": {"quality": 88, "progressive": True},
    "WEBP": {"quality": 86, "method": 3},
}


class Refused(Exception):
    pass


def main(source: str, folder: str, shape: str) -> dict[str, Any]:
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    try:
        with Image.open(source, formats=FORMATS) as picture:  # reads the head only
            if picture.width * picture.height > MAX_PIXELS:
                raise Refused("pixels")
            if shape == "square":
                return draw_square(picture, Path(folder))
            if getattr(picture, "is_animated", False):
                return draw_frames(picture, Path(folder))
            return draw(picture, Path(folder))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Refused("pixels") from None


def draw(picture: Image.Image, folder: Path) -> dict[str, Any]:
    written_as = WRITTEN_AS[picture.format or ""]
    drawn = plain(picture)
    if written_as == "JPEG" and drawn.mode == "RGBA":
        drawn = drawn.convert("RGB")
    drawn.save(folder / "picture", written_as, **OPTIONS[written_as])
    has_thumb = drawn.width > THUMB[0] or drawn.height > THUMB[1]
    if has_thumb:
        small = drawn.copy()
        small.thumbnail(THUMB, Image.Resampling.LANCZOS)
        small.save(folder / "thumb", "WEBP", **OPTIONS["WEBP"])
    return told(written_as, drawn.size, has_thumb=has_thumb)


def draw_frames(picture: Image.Image, folder: Path) -> dict[str, Any]:
    """An animation stays one, as a WebP. One that is too long for that is nothing to be shown."""
    frames: list[Image.Image] = []
    durations: list[int] = []
    for frame in ImageSequence.Iterator(picture):
        pixels = (len(frames) + 1) * picture.width * picture.height
        if len(frames) == MAX_FRAMES or pixels > MAX_FRAMES_PIXELS:
            raise Refused("unreadable")
        durations.append(max(20, int(frame.info.get("duration") or 100)))
        frames.append(frame.convert("RGBA"))
    first, *rest = frames
    first.info.clear()
    first.save(
        folder / "picture",
        "WEBP",
        save_all=True,
        append_images=rest,
        duration=durations,
        loop=0,
        quality=80,
        method=2,
    )
    return told("WEBP", first.size, has_thumb=False)


def draw_square(picture: Image.Image, folder: Path) -> dict[str, Any]:
    drawn = ImageOps.fit(plain(picture), SQUARE, Image.Resampling.LANCZOS)
    drawn.save(folder / "picture", "WEBP", **OPTIONS["WEBP"])
    return told("WEBP", drawn.size, has_thumb=False)


def plain(picture: Image.Image) -> Image.Image:
    """Upright, in sRGB, and without anything but pixels."""
    upright = ImageOps.exif_transpose(picture)
    profile = picture.info.get("icc_profile")
    if profile and upright.mode in {"RGB", "RGBA", "CMYK", "L"}:
        upright = in_srgb(upright, profile)
    mode = "RGBA" if upright.has_transparency_data else "L" if upright.mode == "L" else "RGB"
    drawn = upright.convert(mode)
    drawn.info.clear()
    return drawn


def in_srgb(picture: Image.Image, profile: bytes) -> Image.Image:
    """As it is where the profile is broken, or for another kind of picture."""
    mode = "RGBA" if picture.mode == "RGBA" else "RGB"
    with suppress(ImageCms.PyCMSError, OSError, ValueError):
        of_picture = ImageCms.ImageCmsProfile(BytesIO(profile))
        srgb = ImageCms.createProfile("sRGB")
        changed = ImageCms.profileToProfile(picture, of_picture, srgb, outputMode=mode)
        if changed is not None:
            return changed
    return picture


def told(written_as: str, size: tuple[int, int], *, has_thumb: bool) -> dict[str, Any]:
    width, height = size
    kind = f"image/{written_as.lower()}"
    return {"type": kind, "width": width, "height": height, "has_thumb": has_thumb}


def bound_myself() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    os.nice(NICENESS)
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
        # The server keeps to one core. Its children would share it, with one another and with the server.
        os.sched_setaffinity(0, range(os.cpu_count() or 1))


if __name__ == "__main__":
    bound_myself()
    try:
        answer = main(*sys.argv[1:])
    except Refused as refusal:
        answer = {"refusal": str(refusal)}
    except Exception:  # whatever a decoder says: it is no picture for us
        answer = {"refusal": "unreadable"}
    sys.stdout.write(json.dumps(answer))
