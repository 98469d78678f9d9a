"""A visitor who goes in the middle of a file leaves nothing open."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from pathlib import Path
from typing import IO, Any

import pytest
from django.core.files.storage import FileSystemStorage
from django.test import RequestFactory

from files import serving
from files.serving import PIECE_BYTES, StoredFile, serve


async def test_the_file_is_closed_with_the_response(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[IO[Any]] = []

    class Storage(FileSystemStorage):
        def open(self, name: str, mode: str = "rb") -> Any:
            opened.append(super().open(name, mode))
            return opened[-1]

    monkeypatch.setattr(serving, "default_storage", Storage(tmp_path))
    (tmp_path / "film").write_bytes(bytes(3 * PIECE_BYTES))
    response = serve(RequestFactory().get("/"), StoredFile("film", "film", "video/mp4", "1", None))
    pieces: AsyncGenerator[bytes] = aiter(response)  # type: ignore[arg-type]
    async with aclosing(pieces):  # as Django does it
        await anext(pieces)
        assert [file.closed for file in opened] == [False]
    assert [file.closed for file in opened] == [True]
