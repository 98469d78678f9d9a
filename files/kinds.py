"""What a file is, by how it begins.

Only what browsers show by themselves is told apart, and what a card in a timeline calls by its name. All
the rest, markup included, is bytes to be downloaded: a type that is never shown need not be right.
"""

UNKNOWN = "application/octet-stream"
HEAD_BYTES = 4096

PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"})
PLAYED = frozenset(
    {
        *("audio/mpeg", "audio/mp4", "audio/ogg", "audio/wav", "audio/flac"),
        *("video/mp4", "video/webm"),
    }
)
SHOWN = PICTURES | PLAYED

# Each format's own specification gives these bytes; the offset is 0 unless told.
_BEGINNINGS = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
    (b"PK\x05\x06", "application/zip"),
    (b"\x1f\x8b\x08", "application/gzip"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"OggS", "audio/ogg"),
    (b"fLaC", "audio/flac"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"\xff\xf3", "audio/mpeg"),
    (b"\xff\xf2", "audio/mpeg"),
)
_RIFF_FORMS = {b"WEBP": "image/webp", b"WAVE": "audio/wav"}
# Of the ISO base media file format, whose first box names what may read it (ISO/IEC 14496-12, 4.3).
_BRANDS = {
    **dict.fromkeys((b"avif", b"avis"), "image/avif"),
    **dict.fromkeys((b"M4A ", b"M4B "), "audio/mp4"),
    **dict.fromkeys(
        (b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ", b"dash"),
        "video/mp4",
    ),
}
_EBML, _WEBM = b"\x1aE\xdf\xa3", b"webm"
_EBML_HEAD_BYTES = 64
_SUFFIXES = {
    "image/png": (".png",),
    "image/jpeg": (".jpg", ".jpeg", ".jpe", ".jfif"),
    "image/gif": (".gif",),
    "image/webp": (".webp",),
}


def kind_of(head: bytes) -> str:
    """The media type of what begins with `head`, which is HEAD_BYTES of it, or all."""
    for beginning, kind in _BEGINNINGS:
        if head.startswith(beginning):
            return kind
    if head[:4] == b"RIFF":
        return _RIFF_FORMS.get(head[8:12], UNKNOWN)
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], UNKNOWN)
    if head[:4] == _EBML and _WEBM in head[:_EBML_HEAD_BYTES]:
        return "video/webm"
    return "text/plain" if _is_text(head) else UNKNOWN


def suffixes(kind: str) -> tuple[str, ...]:
    """How names of that kind of picture end, the usual one first."""
    return _SUFFIXES.get(kind, ())


def _is_text(head: bytes) -> bool:
    """UTF-8 without control characters. The head may end within a character."""
    try:
        text = head.decode()
    except UnicodeDecodeError as error:
        if error.start < len(head) - 3 or len(head) < HEAD_BYTES:
            return False
        text = head[: error.start].decode()
    return not any(ord(character) < 32 and character not in "\t\n\r\f" for character in text)
