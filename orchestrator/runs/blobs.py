"""Blob store: large payloads by content hash, as files under DATA_DIR/blobs."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

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
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{hash}.{os.getpid()}.part")
    with partial.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    partial.rename(path)
    return hash


def read_blob(hash: str) -> bytes:
    """The content. Raises FileNotFoundError when it was removed."""
    return _path(hash).read_bytes()
