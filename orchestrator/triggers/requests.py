"""Reading what callers of webhooks send, without Django's request objects."""

from __future__ import annotations

import io
import mimetypes
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any
from urllib.parse import parse_qsl

from django.core.exceptions import SuspiciousOperation
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http.multipartparser import MultiPartParser, MultiPartParserError
from django.utils.http import parse_header_parameters

from orchestrator import strict_json
from orchestrator.errors import MalformedBody, TooLarge
from orchestrator.runs.blobs import write_blob
from orchestrator.runs.files import plain_name
from orchestrator.sdk import FileRef

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]

DRAIN_FACTOR = 4
"""A body up to this many times too large is read to its end, so that the caller gets our answer
instead of a broken connection."""
MOST_FIELDS = 10_000
VALUES = frozenset(
    {"application/json", "application/x-www-form-urlencoded", "application/xml", "application/javascript"}
)
KEPT_BACK = frozenset({"authorization", "proxy-authorization", "cookie"})
"""Headers that are secrets of the caller: they must not end up in the data of runs."""


class Disconnected(Exception):
    """The caller went away before the body was complete."""


async def read_body(receive: Receive, *, limit: int, announced: int | None) -> bytes:
    """The whole body. Raises TooLarge beyond `limit` bytes."""
    chunks: list[bytes] = []
    size = 0
    while True:
        if announced is not None and announced > limit * DRAIN_FACTOR:
            break
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Disconnected
        chunk = message.get("body", b"")
        size += len(chunk)
        if size <= limit:
            chunks.append(chunk)
        else:
            chunks.clear()
        if not message.get("more_body") or size > limit * DRAIN_FACTOR:
            break
    if size > limit or (announced or 0) > limit:
        raise TooLarge("webhook.body_too_large", f"the body is larger than {limit // (1024 * 1024)} MB")
    return b"".join(chunks)


def headers_of(raw: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Names in lower case; repeated ones joined by a comma, as HTTP has it."""
    found: dict[str, str] = {}
    for name, value in raw:
        key, text = name.decode("latin-1").lower(), value.decode("latin-1").replace("\x00", "")
        found[key] = f"{found[key]}, {text}" if key in found else text
    return found


def query_of(raw: bytes) -> dict[str, Any]:
    """A value that is repeated becomes a list. Raises MalformedBody for thousands of them."""
    return _fields(raw.decode("latin-1"))


def holds_files(content_type: str) -> bool:
    """Whether `parse_body` will write files: not to be done on an event loop then."""
    kind = parse_header_parameters(content_type)[0]
    return bool(kind) and not (kind.startswith("text/") or kind in VALUES or kind.endswith("+json"))


def parse_body(body: bytes, content_type: str, files: dict[str, FileRef]) -> Any:
    """What the body says, by its content type: JSON and forms as values, text as a string. Uploads
    are kept in `files`, under the names of their fields; anything else as the file `data`. In the
    body stands `{"name", "mime_type", "size"}` for a file; an empty body is `{}`. Raises
    MalformedBody."""
    if not body:
        return {}
    kind, options = parse_header_parameters(content_type)
    if kind == "application/json" or kind.endswith("+json"):
        return strict_json.loads(body)
    if kind == "application/x-www-form-urlencoded":
        return _form_or_json(body)
    if kind == "multipart/form-data":
        return _multipart(body, content_type, files)
    if kind.startswith("text/") or kind in {"application/xml", "application/javascript"}:
        return _text(body, options.get("charset", "utf-8"))
    if not kind:
        return _guessed(body)
    return _kept(files, "data", "", kind, body)


def _kept(files: dict[str, FileRef], field: str, name: str, mime_type: str, content: bytes) -> dict[str, Any]:
    """Keep a file beside the item; what tells of it in the body."""
    key, copies = field, 1
    while key in files:
        copies += 1
        key = f"{field}_{copies}"
    if not name:
        name = f"{field}{mimetypes.guess_extension(mime_type) or ''}"
    files[key] = FileRef(write_blob(content), plain_name(name), mime_type[:200], len(content))
    return {"name": files[key].name, "mime_type": mime_type, "size": len(content)}


def _form_or_json(body: bytes) -> Any:
    """`curl -d '{…}'` sends JSON and calls it a form."""
    if body[:1] in b"{[":
        try:
            return strict_json.loads(body)
        except MalformedBody:
            pass
    return _fields(body.decode("utf-8", "replace"))


def _guessed(body: bytes) -> Any:
    try:
        return strict_json.loads(body)
    except MalformedBody:
        return _text(body, "utf-8")


def _text(body: bytes, charset: str) -> str:
    try:
        text = body.decode(charset, "replace")
    except LookupError:
        raise MalformedBody("webhook.unknown_charset", f"there is no charset {charset!r}") from None
    return text.replace("\x00", "\ufffd")


def _fields(text: str) -> dict[str, Any]:
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        raise MalformedBody("webhook.too_many_fields", f"there are more than {MOST_FIELDS} fields") from None
    found: dict[str, Any] = {}
    for raw_name, raw_value in pairs:
        name, value = raw_name.replace("\x00", ""), raw_value.replace("\x00", "\ufffd")
        _add(found, name, value)
    return found


def _add(found: dict[str, Any], name: str, value: Any) -> None:
    if name not in found:
        found[name] = value
    elif isinstance(found[name], list):
        found[name].append(value)
    else:
        found[name] = [found[name], value]


class _InMemory(MemoryFileUploadHandler):
    """Keeps files of any size: the whole body is in memory already, and limited."""

    def handle_raw_input(self, *args: Any, **options: Any) -> None:
        self.activated = True


def _multipart(body: bytes, content_type: str, kept: dict[str, FileRef]) -> dict[str, Any]:
    """Fields as strings, files as `{"name", "mime_type", "size"}`."""
    meta = {"CONTENT_TYPE": content_type, "CONTENT_LENGTH": len(body)}
    try:
        posted, files = MultiPartParser(meta, io.BytesIO(body), [_InMemory()]).parse()
    except (MultiPartParserError, SuspiciousOperation, UnicodeError) as error:
        raise MalformedBody("webhook.malformed_form", f"the form cannot be read: {error}") from None
    found: dict[str, Any] = {}
    for name, values in posted.lists():
        for value in values:
            _add(found, name, value.replace("\x00", "\ufffd"))
    for name, uploads in files.lists():
        for upload in uploads:
            kind = upload.content_type or "application/octet-stream"
            _add(found, name, _kept(kept, name or "data", upload.name or "", kind, upload.read()))
    return found
