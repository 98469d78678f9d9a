"""Pictures that are drawn anew, and what is refused before it can do harm."""

from pathlib import Path

import pytest
from PIL import Image, ImageCms

from files import pictures
from tests.chat.uploading import animation, bomb, encoded, photo, picture


def remake(folder: Path, content: bytes, **options: object) -> tuple[pictures.Picture, Image.Image]:
    source = folder / "source"
    source.write_bytes(content)
    made = pictures.remake(source, folder, **options)  # type: ignore[arg-type]
    return made, opened(folder / "picture")


def opened(path: Path) -> Image.Image:
    with Image.open(path) as image:
        image.load()
        return image


@pytest.mark.parametrize(
    ("kind", "becomes"), [("PNG", "PNG"), ("JPEG", "JPEG"), ("WEBP", "WEBP"), ("AVIF", "WEBP")]
)
def test_a_picture_stays_what_it_shows(tmp_path: Path, kind: str, becomes: str) -> None:
    made, image = remake(tmp_path, picture(kind))
    assert made == pictures.Picture(f"image/{becomes.lower()}", 40, 30, has_thumb=False)
    assert (image.format, image.size) == (becomes, (40, 30))
    grey = image.convert("L").tobytes()
    assert grey[40 + 20] < 30 < 220 < grey[28 * 40 + 20]


def test_a_photo_stands_upright_and_tells_nothing(tmp_path: Path) -> None:
    content = photo()
    assert b"Spycam" in content
    made, image = remake(tmp_path, content)
    assert (made.width, made.height, image.size) == (30, 40, (30, 40))
    assert not image.getexif()
    assert b"Spycam" not in (tmp_path / "picture").read_bytes()


def test_what_is_hidden_behind_a_picture_is_left_out(tmp_path: Path) -> None:
    script = b"<script>alert(1)</script>PK\x03\x04"
    remake(tmp_path, picture("PNG") + script)
    assert script not in (tmp_path / "picture").read_bytes()


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "AVIF"])
def test_what_is_transparent_stays_so(tmp_path: Path, kind: str) -> None:
    _, image = remake(tmp_path, encoded(Image.new("RGBA", (20, 20), (200, 0, 0, 0)), kind))
    assert image.convert("RGBA").getpixel((10, 10))[3] == 0  # type: ignore[index]


def test_a_palette_with_a_hole_keeps_it(tmp_path: Path) -> None:
    image = Image.new("P", (20, 20), 3)
    _, image = remake(tmp_path, encoded(image, "GIF", transparency=3))
    assert image.convert("RGBA").getpixel((10, 10))[3] == 0  # type: ignore[index]


def test_colours_of_another_space_become_ours(tmp_path: Path) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    _, image = remake(tmp_path, picture("JPEG", icc_profile=profile))
    assert "icc_profile" not in image.info


def test_a_broken_profile_does_no_harm(tmp_path: Path) -> None:
    made, _ = remake(tmp_path, picture("JPEG", icc_profile=b"nonsense" * 30))
    assert made.type == "image/jpeg"


@pytest.mark.parametrize("mode", ["1", "L", "LA", "I;16", "P", "RGB", "RGBA"])
def test_every_kind_of_pixel_is_drawn(tmp_path: Path, mode: str) -> None:
    made, _ = remake(tmp_path, encoded(Image.new(mode, (20, 10)), "PNG"))
    assert (made.width, made.height) == (20, 10)


def test_a_print_is_drawn_for_screens(tmp_path: Path) -> None:
    _, image = remake(tmp_path, encoded(Image.new("CMYK", (20, 10)), "JPEG"))
    assert image.mode == "RGB"


def test_a_large_picture_has_a_thumb(tmp_path: Path) -> None:
    made, _ = remake(tmp_path, picture("JPEG", (3000, 1000)))
    thumb = opened(tmp_path / "thumb")
    assert made.has_thumb
    assert (thumb.format, thumb.size) == ("WEBP", (720, 240))


def test_an_animation_moves_on(tmp_path: Path) -> None:
    made, image = remake(tmp_path, animation(20))
    assert made == pictures.Picture("image/webp", 12, 9, has_thumb=False)
    assert getattr(image, "n_frames", 1) == 20


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x89PNG\r\n\x1a\n",
        b"\x89PNG\r\n\x1a\n" + b"junk" * 100,
        b"GIF89a" + b"\xff" * 100,
        picture("JPEG", (300, 300))[:2000],
        picture("PNG", (300, 300))[:-40],
        encoded(Image.new("RGB", (20, 20)), "TIFF"),
        encoded(Image.new("RGB", (20, 20)), "BMP"),
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 20 20\n",
    ],
)
def test_what_is_broken_or_another_kind_is_none(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(pictures.Unreadable):
        remake(tmp_path, content)


def test_a_bomb_is_not_even_decoded(tmp_path: Path) -> None:
    with pytest.raises(pictures.TooLarge):
        remake(tmp_path, bomb())


def test_a_bomb_of_allowed_size_is_broken(tmp_path: Path) -> None:
    with pytest.raises(pictures.Unreadable):
        remake(tmp_path, bomb(8_000, 8_000))


def test_an_animation_without_end_is_none(tmp_path: Path) -> None:
    with pytest.raises(pictures.Unreadable):
        remake(tmp_path, animation(401))


def test_a_decoder_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "LIMIT_SECONDS", 0.01)
    with pytest.raises(pictures.Unreadable):
        remake(tmp_path, picture("JPEG", (3000, 3000)))


def test_a_decoder_that_breaks_is_told_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    broken = tmp_path / "broken.py"
    broken.write_text("raise SystemExit('out of order')")
    monkeypatch.setattr(pictures, "WORKER", broken)
    with pytest.raises(pictures.Unreadable):
        remake(tmp_path, picture())
    assert "out of order" in caplog.text


def test_too_many_that_wait_are_sent_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "WAIT_SECONDS", 0)
    for _ in range(pictures.AT_ONCE):
        assert pictures._turns.acquire(blocking=False)
    try:
        with pytest.raises(pictures.Busy):
            remake(tmp_path, picture())
    finally:
        for _ in range(pictures.AT_ONCE):
            pictures._turns.release()


def test_a_square_is_cut_from_the_middle(tmp_path: Path) -> None:
    made, image = remake(tmp_path, photo((600, 300)), shape="square")
    assert made == pictures.Picture("image/webp", 256, 256, has_thumb=False)
    assert image.size == (256, 256)
