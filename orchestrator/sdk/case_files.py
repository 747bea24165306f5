"""The files of node cases, in memory."""

from __future__ import annotations

import base64
import hashlib
import io
from collections.abc import AsyncIterable, AsyncIterator
from typing import Any, BinaryIO

from orchestrator.sdk.context import Pieces
from orchestrator.sdk.errors import NodeError
from orchestrator.sdk.items import FileRef


class CaseOpenFile:
    """See `orchestrator.sdk.context.OpenFile`."""

    def __init__(self, content: bytes | None, what: str) -> None:
        self._content = content
        self._what = what
        self._file = io.BytesIO()

    def __enter__(self) -> BinaryIO:
        if self._content is None:
            raise NodeError(f"there is no file {self._what!r}", code="file.missing")
        self._file = io.BytesIO(self._content)
        return self._file

    def __exit__(self, *error: Any) -> None:
        self._file.close()

    async def __aenter__(self) -> CaseOpenFile:
        self.__enter__()
        return self

    async def __aexit__(self, *error: Any) -> None:
        self._file.close()

    async def read(self, size: int = 65536) -> bytes:
        return self._file.read(size)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while piece := self._file.read(65536):
            yield piece


class CaseFiles:
    """Contents by hash, and those of the folder by path."""

    def __init__(self) -> None:
        self.contents: dict[str, bytes] = {}
        self.paths: dict[str, bytes] = {}

    def open(self, key: str) -> CaseOpenFile:
        return CaseOpenFile(self.contents.get(key, self.paths.get(key)), key)

    def add_paths(self, folder: dict[str, str]) -> None:
        self.paths.update({path: text.encode() for path, text in folder.items()})

    def of(self, spec: dict[str, str]) -> FileRef:
        """The file that a case describes."""
        content = base64.b64decode(spec["base64"]) if "base64" in spec else spec["text"].encode()
        return self._keep(spec.get("name", "file"), spec.get("mime_type", "text/plain"), content)

    async def write(self, name: str, mime_type: str, pieces: Pieces, *, key: str = "") -> FileRef:
        found = [pieces] if isinstance(pieces, bytes) else []
        if isinstance(pieces, AsyncIterable):
            found = [piece async for piece in pieces]
        elif not isinstance(pieces, bytes):
            found = list(pieces)
        if key:
            self.paths[key] = b"".join(found)
        return self._keep(name, mime_type, b"".join(found))

    def _keep(self, name: str, mime_type: str, content: bytes) -> FileRef:
        hash = hashlib.blake2b(content, digest_size=24).hexdigest()
        self.contents[hash] = content
        return FileRef(hash=hash, name=name, mime_type=mime_type, size=len(content))

    def told(self, ref: FileRef) -> dict[str, Any]:
        """A file in the words of a case."""
        text = self.contents[ref.hash].decode("utf-8", "replace")
        return {"name": ref.name, "mime_type": ref.mime_type, "size": ref.size, "text": text}
