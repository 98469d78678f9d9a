"""Where a backup is written to and read from: a folder, or a tar of the same. All names are ours."""

import hashlib
import os
import tarfile
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copyfileobj, rmtree
from typing import IO, BinaryIO, Protocol, cast

from chat.errors import BadRequest, Conflict

PIECE_BYTES = 1024 * 1024
CHECKSUMS = "checksums.txt"


class Readable(Protocol):
    def read(self, size: int = -1, /) -> bytes: ...


class Target(ABC):
    """Takes files, and notes the checksum of each."""

    def __init__(self, part: Path) -> None:
        self._sums_path = part.with_name(f"{part.name}.sums")
        self._sums = self._sums_path.open("w+b")
        self.files = self.bytes = 0

    def add(self, name: str, source: Readable, size: int) -> None:
        hashing = _Hashing(source)
        self._put(name, hashing, size)
        self._sums.write(f"{hashing.hexdigest()}  {name}\n".encode())
        self.files, self.bytes = self.files + 1, self.bytes + hashing.size

    def add_checksums(self) -> str:
        """The last but the manifest; its own checksum."""
        size = self._sums.tell()
        self._sums.seek(0)
        hashing = _Hashing(self._sums)
        self._put(CHECKSUMS, hashing, size)
        return hashing.hexdigest()

    def add_manifest(self, name: str, source: Readable, size: int) -> None:
        self._put(name, source, size)

    def close(self) -> None:
        self._sums.close()
        self._sums_path.unlink(missing_ok=True)

    @abstractmethod
    def _put(self, name: str, source: Readable, size: int) -> None: ...


class Source(ABC):
    """A backup to read. What is not what was written is a `Conflict`."""

    @abstractmethod
    @contextmanager
    def open(self, name: str) -> Iterator[IO[bytes]]:
        """Raises `Conflict` where there is no such file."""

    def read(self, name: str) -> bytes:
        with self.open(name) as file:
            return file.read()

    def sums(self, expected: str) -> Iterator[tuple[str, str]]:
        """Each file's name and checksum."""
        with self.open(CHECKSUMS) as file:
            hashing = hashlib.sha256()
            for line in file:
                hashing.update(line)
                digest, _, name = line.decode().rstrip("\n").partition("  ")
                yield name, digest
        if hashing.hexdigest() != expected:
            raise damaged(CHECKSUMS)

    @contextmanager
    def checked(self, name: str, digest: str) -> Iterator[Readable]:
        """To be read to its end."""
        with self.open(name) as file:
            hashing = _Hashing(file)
            yield hashing
        if hashing.hexdigest() != digest:
            raise damaged(name)


@contextmanager
def target_at(path: Path) -> Iterator[Target]:
    """It appears at `path` when all is written; where that fails, nothing does."""
    if not path.parent.is_dir():
        raise BadRequest(f"There is no folder {str(path.parent)!r}.")
    if path.exists():
        raise Conflict(f"There is something at {str(path)!r} already.")
    part = path.with_name(f"{path.name}.part")
    _remove(part)  # of a run that was killed
    former = os.umask(0o077)
    try:
        target = _Tar(part) if path.suffix == ".tar" else _Folder(part)
        try:
            yield target
        finally:
            target.close()
        os.sync()  # it was written to be there after a power cut
        part.rename(path)
    except BaseException:
        _remove(part)
        raise
    finally:
        os.umask(former)


@contextmanager
def source_at(path: Path) -> Iterator[Source]:
    if path.is_dir():
        yield _FolderSource(path)
        return
    try:
        with tarfile.open(path, "r:") as tar:
            yield _TarSource(tar)
    except FileNotFoundError:
        raise BadRequest(f"There is no backup at {str(path)!r}.") from None
    except tarfile.TarError:
        raise BadRequest(f"{str(path)!r} is no backup, or is cut off.") from None


def damaged(name: str) -> Conflict:
    return Conflict(f"The backup is damaged: {name} is not what was written.")


class Telling:
    """A file that tells how many bytes of it were read."""

    def __init__(self, file: Readable, tell: Callable[[int], None]) -> None:
        self._file = file
        self._tell = tell
        self._read = 0

    def read(self, size: int = -1) -> bytes:
        piece = self._file.read(size)
        self._read += len(piece)
        self._tell(self._read)
        return piece


class _Hashing:
    """A file that knows the checksum of what was read of it."""

    def __init__(self, file: Readable) -> None:
        self._file = file
        self._hash = hashlib.sha256()
        self.size = 0

    def read(self, size: int = -1) -> bytes:
        piece = self._file.read(size)
        self._hash.update(piece)
        self.size += len(piece)
        return piece

    def hexdigest(self) -> str:
        return self._hash.hexdigest()


class _Folder(Target):
    def __init__(self, part: Path) -> None:
        super().__init__(part)
        self._root = part
        part.mkdir()

    def _put(self, name: str, source: Readable, size: int) -> None:
        path = self._root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            copyfileobj(source, file, PIECE_BYTES)


class _Tar(Target):
    def __init__(self, part: Path) -> None:
        super().__init__(part)
        self._tar = tarfile.open(part, "w", format=tarfile.PAX_FORMAT)  # noqa: SIM115 - see close

    def close(self) -> None:
        super().close()
        self._tar.close()

    def _put(self, name: str, source: Readable, size: int) -> None:
        info = tarfile.TarInfo(name)
        info.size, info.mode = size, 0o600
        self._tar.addfile(info, cast(IO[bytes], source))  # it only reads


class _FolderSource(Source):
    def __init__(self, root: Path) -> None:
        self._root = root

    @contextmanager
    def open(self, name: str) -> Iterator[BinaryIO]:
        try:
            file = (self._root / name).open("rb")
        except FileNotFoundError:
            raise Conflict(f"The backup is not whole: {name} is missing.") from None
        with file:
            yield file


class _TarSource(Source):
    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self._members = {member.name: member for member in tar if member.isfile()}

    @contextmanager
    def open(self, name: str) -> Iterator[IO[bytes]]:
        member = self._members.get(name)
        file = None if member is None else self._tar.extractfile(member)
        if file is None:
            raise Conflict(f"The backup is not whole: {name} is missing.")
        with file:
            yield file


def _remove(part: Path) -> None:
    if part.is_dir():
        rmtree(part)
    else:
        part.unlink(missing_ok=True)
