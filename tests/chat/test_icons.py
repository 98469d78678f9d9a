from typing import IO
from zipfile import ZipFile

import pytest

from chat.templatetags import icons


def test_icons_are_drawn_from_an_archive_that_is_opened_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    opened = []

    def open_it(file: IO[bytes]) -> ZipFile:
        opened.append(file)
        return ZipFile(file)

    monkeypatch.setattr(icons, "ZipFile", open_it)
    icons._drawings.cache_clear()
    icons._drawing.cache_clear()
    for name in ("flag", "hash", "flag"):
        drawing = icons.icon(name)
        assert drawing.startswith("<svg ")
        assert drawing.endswith("</svg>")
    assert len(opened) == 1
