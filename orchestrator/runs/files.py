"""Files on items and files in the allowed folder, as nodes reach them: always in pieces."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import stat
import tempfile
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable
from contextlib import suppress
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import BinaryIO

from django.conf import settings

from orchestrator.runs.blobs import BlobWriter, open_blob
from orchestrator.sdk import FileRef, NodeError

PIECE_BYTES = 256 * 1024
WRITTEN_AT_ONCE = 4 * 1024 * 1024
LARGEST_BYTES = 2 * 1024 * 1024 * 1024


class OpenFile:
    """See `orchestrator.sdk.OpenFile`."""

    def __init__(self, opens: Callable[[], BinaryIO]) -> None:
        self._opens = opens
        self._file: BinaryIO | None = None

    def __enter__(self) -> BinaryIO:
        self._file = self._opens()
        return self._file

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    async def __aenter__(self) -> OpenFile:
        await asyncio.to_thread(self.__enter__)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.__exit__(kind, error, trace)

    async def read(self, size: int = PIECE_BYTES) -> bytes:
        """The next bytes, at most `size`; empty at the end."""
        assert self._file is not None, "use it inside `async with`"
        return await asyncio.to_thread(self._file.read, size)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while piece := await self.read():
            yield piece


def open_file(ref: FileRef) -> OpenFile:
    """The content of a file on an item."""

    def opens() -> BinaryIO:
        try:
            return open_blob(ref.hash)
        except FileNotFoundError:
            raise NodeError(
                f"the content of {ref.name!r} is gone",
                hint="It was removed with the run that made it; run the step that makes it again.",
                code="file.gone",
            ) from None

    return OpenFile(opens)


async def write_file(
    name: str, mime_type: str, pieces: AsyncIterable[bytes] | Iterable[bytes] | bytes
) -> FileRef:
    """Keep the pieces as one file. Raises NodeError `file.too_large`."""
    writer = await asyncio.to_thread(BlobWriter)
    try:
        await _write_all(pieces, writer.write)
        hash = await asyncio.to_thread(writer.finish)
    except BaseException:
        await asyncio.to_thread(writer.discard)
        raise
    return FileRef(hash=hash, name=plain_name(name), mime_type=mime_type, size=writer.size)


def plain_name(name: str) -> str:
    """A name without folders and control characters, at most 200 characters."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(c for c in last if c.isprintable())[:200].strip(". ") or "file"


async def _write_all(
    pieces: AsyncIterable[bytes] | Iterable[bytes] | bytes, write: Callable[[bytes], object]
) -> None:
    waiting: list[bytes] = []
    size = total = 0
    async for piece in _each(pieces):
        waiting.append(piece)
        size += len(piece)
        total += len(piece)
        if total > LARGEST_BYTES:
            raise NodeError("the file is larger than 2 GB", hint="Split it.", code="file.too_large")
        if size >= WRITTEN_AT_ONCE:
            await asyncio.to_thread(write, b"".join(waiting))
            waiting, size = [], 0
    if waiting:
        await asyncio.to_thread(write, b"".join(waiting))


async def _each(pieces: AsyncIterable[bytes] | Iterable[bytes] | bytes) -> AsyncIterator[bytes]:
    if isinstance(pieces, bytes):
        yield pieces
    elif isinstance(pieces, AsyncIterable):
        async for piece in pieces:
            yield piece
    else:
        for piece in pieces:
            yield piece


def scratch() -> BinaryIO:
    """An empty file without a name, gone when it is closed."""
    return tempfile.TemporaryFile(dir=_scratch_folder())


def scratch_database() -> sqlite3.Connection:
    """An empty database whose file has no name, gone when it is closed. For one thread at a time."""
    descriptor, path = tempfile.mkstemp(dir=_scratch_folder())
    os.close(descriptor)
    try:
        base = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        base.execute("PRAGMA journal_mode = OFF")  # it would be a second file, with a name
    finally:
        os.unlink(path)
    return base


def _scratch_folder() -> Path:
    folder = Path(settings.DATA_DIR) / "scratch"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def open_path(path: str) -> OpenFile:
    """A file in the allowed folder. Raises NodeError `file.refused` or `file.missing` on opening."""
    return OpenFile(lambda: os.fdopen(_open(path, os.O_RDONLY), "rb"))


async def write_path(path: str, pieces: AsyncIterable[bytes] | Iterable[bytes] | bytes) -> int:
    """Write a file in the allowed folder whole or not at all. Returns its size."""
    parts = _parts(path)
    folder = await asyncio.to_thread(_open_folder, parts[:-1], True)
    partial = f".{parts[-1]}.{os.urandom(6).hex()}.part"
    try:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        file = os.fdopen(os.open(partial, flags, 0o640, dir_fd=folder), "wb")
        try:
            with file:
                await _write_all(pieces, file.write)
                size = file.tell()
                os.fsync(file.fileno())
            os.rename(partial, parts[-1], src_dir_fd=folder, dst_dir_fd=folder)
        except BaseException:
            os.unlink(partial, dir_fd=folder)
            raise
    except OSError as error:
        raise _refused(path, error.strerror or str(error)) from None
    finally:
        os.close(folder)
    return size


def _parts(path: str) -> tuple[str, ...]:
    parts = tuple(part for part in PurePosixPath(path).parts if part not in ("/", "."))
    if not parts or ".." in parts or "\0" in path or "\\" in path:
        raise _refused(path, "it must name a file below the allowed folder")
    return parts


def _open_folder(parts: tuple[str, ...], is_made: bool = False) -> int:
    """A descriptor of the folder: each step without following a link, so that nothing that is
    swapped meanwhile leads outside."""
    if not settings.FILES_DIR:
        raise NodeError(
            "no folder is opened for workflows",
            hint="An administrator names one in the setting FILES_DIR.",
            code="file.refused",
        )
    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
    folder = os.open(Path(settings.FILES_DIR).resolve(), flags)
    for part in parts:
        try:
            if is_made:
                with suppress(FileExistsError):
                    os.mkdir(part, 0o750, dir_fd=folder)
            inner = os.open(part, flags, dir_fd=folder)
        except OSError as error:
            raise _refused("/".join(parts), error.strerror or str(error)) from None
        finally:
            os.close(folder)
        folder = inner
    return folder


def _open(path: str, flags: int) -> int:
    parts = _parts(path)
    folder = _open_folder(parts[:-1])
    try:
        # Not blocking: a pipe that somebody put there would wait for ever.
        handle = os.open(parts[-1], flags | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK, dir_fd=folder)
    except FileNotFoundError:
        raise NodeError(
            f"there is no file {path!r}", hint="Paths begin at the allowed folder.", code="file.missing"
        ) from None
    except OSError as error:
        raise _refused(path, error.strerror or str(error)) from None
    finally:
        os.close(folder)
    found = os.fstat(handle)
    if not stat.S_ISREG(found.st_mode) or found.st_nlink > 1:
        os.close(handle)
        raise _refused(path, "it is no plain file")
    return handle


def _refused(path: str, why: str) -> NodeError:
    return NodeError(
        f"{path!r} cannot be used: {why}",
        hint="Links are not followed; only what lies below the allowed folder can be reached.",
        code="file.refused",
    )
