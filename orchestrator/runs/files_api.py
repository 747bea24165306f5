"""Files on items over the API: whole or in ranges, and never as a page of this site."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import BinaryIO
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from ninja import Field, Query, Router, Schema

from orchestrator.errors import NotFound
from orchestrator.rest import answer
from orchestrator.runs.blobs import open_blob
from orchestrator.runs.files import PIECE_BYTES, plain_name

router = Router(tags=["files"])

SHOWN = re.compile(
    r"image/(?:png|jpeg|gif|webp|avif|bmp)|audio/[\w.+-]+|video/(?:mp4|webm|ogg)|application/pdf|text/plain"
)
"""What a browser may show in place; all else is only downloaded."""
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


class FileWanted(Schema):
    name: str = Field("file", max_length=300)
    """The name to save it under."""
    type: str = Field("application/octet-stream", max_length=200)
    """Its media type, as the item's `files` has it."""
    inline: bool = False
    """Show it in place, where its type is harmless."""


@router.get("/{hash}", operation_id="get_file")
def get_file(
    request: HttpRequest, hash: str, query: Query[FileWanted]
) -> HttpResponse | StreamingHttpResponse:
    """A file's content. Understands `Range: bytes=…` (one range), so that players can seek."""
    try:
        file = open_blob(hash)
    except FileNotFoundError:
        raise NotFound("file.not_found", "there is no such file, or it was removed with its run") from None
    size = os.fstat(file.fileno()).st_size
    wanted = _range(request.headers.get("Range", ""), size)
    if wanted is None:
        file.close()
        refused = answer({"code": "file.range", "message": f"the file has {size} bytes"}, status=416)
        refused["Content-Range"] = f"bytes */{size}"
        return refused
    start, stop, is_part = wanted
    response = StreamingHttpResponse(_pieces(file, start, stop), status=206 if is_part else 200)
    if is_part:
        response["Content-Range"] = f"bytes {start}-{stop - 1}/{size}"
    response["Content-Length"] = str(stop - start)
    _guard(response, query)
    response["ETag"] = f'"{hash}"'
    return response


def _guard(response: StreamingHttpResponse, query: FileWanted) -> None:
    """Whatever strangers put into a file, it must not act on this site."""
    is_shown = query.inline and SHOWN.fullmatch(query.type)
    text = query.type == "text/plain"
    kind = f"{query.type}; charset=utf-8" if text and is_shown else query.type
    response["Content-Type"] = kind if is_shown else "application/octet-stream"
    name = plain_name(query.name)
    response["Content-Disposition"] = (
        f"{'inline' if is_shown else 'attachment'}; filename*=UTF-8''{quote(name, safe='')}"
    )
    response["Accept-Ranges"] = "bytes"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'; style-src 'unsafe-inline'"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, max-age=3600, immutable"


def _range(header: str, size: int) -> tuple[int, int, bool] | None:
    """(start, stop, whether it is a part); None for one that cannot be given. What is no single
    range of bytes is passed over, as HTTP has it (RFC 9110 §14.2)."""
    found = _RANGE.fullmatch(header.strip())
    if not found or found.groups() == ("", "") or len(header) > 50:
        return 0, size, False
    first, last = found.groups()
    if first == "":
        start, stop = max(size - int(last), 0), size
    else:
        start, stop = int(first), min(int(last) + 1 if last else size, size)
    return (start, stop, True) if start < stop else None


def _pieces(file: BinaryIO, start: int, stop: int) -> Iterator[bytes]:
    with file:
        file.seek(start)
        while start < stop and (piece := file.read(min(PIECE_BYTES, stop - start))):
            start += len(piece)
            yield piece
