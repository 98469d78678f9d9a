import io
from typing import IO, Any

from django.core.files import File
from django.core.files.storage import Storage


class Bucket(Storage):
    """A storage as one reaches it over a network: no file in it has a path on this machine."""

    def __init__(self) -> None:
        self.held: dict[str, bytes] = {}

    def _open(self, name: str, mode: str = "rb") -> "File[bytes]":
        if name not in self.held:
            raise FileNotFoundError(name)
        return File(io.BytesIO(self.held[name]), name)

    def _save(self, name: str, content: IO[Any]) -> str:
        self.held[name] = content.read()
        return name

    def exists(self, name: str) -> bool:
        return name in self.held

    def size(self, name: str) -> int:
        return len(self.held[name])

    def delete(self, name: str) -> None:
        self.held.pop(name, None)
