"""Blob store: large payloads by content hash, as files under DATA_DIR/blobs."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

INLINE_BYTES = 256 * 1024
"""Payloads up to this size stay inside their event."""


def _path(hash: str) -> Path:
    return Path(settings.DATA_DIR) / "blobs" / hash[:2] / hash


def write_blob(data: bytes) -> str:
    """Store durably; returns the hash. Writing the same content twice costs nothing."""
    hash = hashlib.blake2b(data, digest_size=24).hexdigest()
    path = _path(hash)
    if path.exists():
        return hash
    writer = BlobWriter()
    writer.write(data)
    return writer.finish()


def read_blob(hash: str) -> bytes:
    """The content. Raises FileNotFoundError when it was removed."""
    return _path(hash).read_bytes()


class BlobWriter:
    """Content that arrives in pieces: `write` them, then `finish` for the hash, or `discard`."""

    def __init__(self) -> None:
        folder = Path(settings.DATA_DIR) / "blobs"
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
        self._partial.rename(path)
        return hash

    def discard(self) -> None:
        self._file.close()
        self._partial.unlink(missing_ok=True)


_HASH = re.compile(r"[0-9a-f]{48}")


def open_blob(hash: str) -> BinaryIO:
    """The content as an open file. Raises FileNotFoundError, also for what is no hash."""
    if not _HASH.fullmatch(hash):
        raise FileNotFoundError(hash)
    return _path(hash).open("rb")
