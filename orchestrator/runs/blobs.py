"""Blob store: large payloads by content hash, as files under DATA_DIR/blobs.

A blob is removed once no run refers to it and nobody has stored it anew for BLOB_KEEP_HOURS: the
time between storing and the commit of what refers to it. Storing what is there already only renews
its date. So that this and a removal cannot miss each other, a removal first takes the file away
under another name and then looks at the date again: whoever stores it after that finds nothing and
writes it anew, whoever did so before it has changed the date, and the file is put back."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

INLINE_BYTES = 256 * 1024
"""Payloads up to this size stay inside their event."""
FOLDERS = 256
_HASH = re.compile(r"[0-9a-f]{48}")
_LEAVING = ".leaving"
_AT_ONCE = 500


def _root() -> Path:
    return Path(settings.DATA_DIR) / "blobs"


def _path(hash: str) -> Path:
    return _root() / hash[:2] / hash


def write_blob(data: bytes) -> str:
    """Store durably; returns the hash. Writing the same content twice costs nothing."""
    hash = hashlib.blake2b(data, digest_size=24).hexdigest()
    if _is_renewed(_path(hash)):
        return hash
    writer = BlobWriter()
    writer.write(data)
    return writer.finish()


def _is_renewed(path: Path) -> bool:
    """Whether it is there and, with its date of now, will stay."""
    try:
        os.utime(path)
    except FileNotFoundError:
        return False
    return True


def read_blob(hash: str) -> bytes:
    """The content. Raises FileNotFoundError when it was removed."""
    with open_blob(hash) as file:
        return file.read()


class BlobWriter:
    """Content that arrives in pieces: `write` them, then `finish` for the hash, or `discard`."""

    def __init__(self) -> None:
        folder = _root()
        folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=folder, suffix=".part")
        self._file = os.fdopen(handle, "wb")
        self._partial = Path(name)
        self._hash = hashlib.blake2b(digest_size=24)
        self.size = 0

    def write(self, piece: bytes) -> None:
        self._file.write(piece)
        self._hash.update(piece)
        self.size += len(piece)

    def finish(self) -> str:
        """Make it durable under its hash."""
        hash = self._hash.hexdigest()
        path = _path(hash)
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        path.parent.mkdir(parents=True, exist_ok=True)
        os.utime(self._partial)
        self._partial.rename(path)
        return hash

    def discard(self) -> None:
        self._file.close()
        self._partial.unlink(missing_ok=True)


def open_blob(hash: str) -> BinaryIO:
    """The content as an open file. Raises FileNotFoundError, also for what is no hash."""
    if not _HASH.fullmatch(hash):
        raise FileNotFoundError(hash)
    path = _path(hash)
    for place in (path, path.with_name(hash + _LEAVING)):  # it may be put back, see above
        with suppress(FileNotFoundError):
            return place.open("rb")
    return path.open("rb")


def remove_unused(
    folder: int, used: Callable[[Iterable[str]], set[str]], *, keep_seconds: float, now: float | None = None
) -> int:
    """Remove what is in folder number `folder` (of FOLDERS) and neither used nor new; with the first,
    also what broken writers left. `used` gives those of the hashes that are. Returns how many."""
    before = (time.time() if now is None else now) - keep_seconds
    if folder == 0:
        for path in _root().glob("*.part"):
            _unlink_old(path, before)
    old: list[str] = []
    with suppress(FileNotFoundError), os.scandir(_root() / f"{folder:02x}") as entries:
        for entry in entries:
            with suppress(FileNotFoundError):
                if entry.stat().st_mtime < before:
                    old.append(entry.name.removesuffix(_LEAVING))
    removed = 0
    for start in range(0, len(old), _AT_ONCE):
        portion = set(old[start : start + _AT_ONCE])
        removed += sum(_remove(hash, before) for hash in portion - used(portion))
    return removed


def _remove(hash: str, before: float) -> bool:
    path = _path(hash)
    leaving = path.with_name(hash + _LEAVING)
    with suppress(FileNotFoundError):
        path.rename(leaving)
    try:
        if leaving.stat().st_mtime < before:
            leaving.unlink()
            return True
        if not _is_renewed(path):
            leaving.rename(path)
        else:
            leaving.unlink()
    except FileNotFoundError:
        return False
    return False


def _unlink_old(path: Path, before: float) -> None:
    with suppress(FileNotFoundError):
        if path.stat().st_mtime < before:
            path.unlink()
