"""ANY /webhook/<path>: the one open door, on a lean route in front of Django.

A request becomes a committed run before anything is answered; from a 2xx on it cannot be lost."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import orjson
import structlog
from django.conf import settings
from django.db import Error as DatabaseError

from orchestrator.errors import (
    MalformedBody,
    MethodNotAllowed,
    NotFound,
    NotSignedIn,
    ServiceError,
    Unavailable,
)
from orchestrator.runs.intake import Intake, Reply, RunEnd
from orchestrator.sdk import FileRef
from orchestrator.triggers.doors import Door, Doors
from orchestrator.triggers.hooks import ANY
from orchestrator.triggers.requests import (
    KEPT_BACK,
    Disconnected,
    Receive,
    headers_of,
    holds_files,
    parse_body,
    query_of,
    read_body,
)

Scope = MutableMapping[str, Any]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

PREFIX = "/webhook/"
LONGEST_PATH = 1000
LARGE_BODY = 128 * 1024
"""Bytes from which on a body is parsed on a thread, so that others need not wait for it."""
JSON: Headers = [(b"content-type", b"application/json")]
# A workflow may answer with HTML made from what strangers sent, on the origin of the app: the
# sandbox keeps its scripts away from the session of whoever looks at it.
SAFE: Headers = [
    (b"content-security-policy", b"sandbox allow-forms allow-scripts allow-popups allow-downloads"),
    (b"x-content-type-options", b"nosniff"),
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"x-run-id"),
]
WITHOUT_BODY = (204, 304)
NOT_FOR_REPLIES = frozenset(
    {"connection", "content-length", "keep-alive", "set-cookie", "trailer", "transfer-encoding", "upgrade"}
    | {name.decode() for name, _ in SAFE}
)

log = structlog.get_logger(__name__)


class WebhookApplication:
    """The ASGI application of one event loop. What it needs opens at the first request."""

    prefix = PREFIX

    def __init__(self) -> None:
        self._doors: Doors | None = None
        self._intake: Intake | None = None

    @property
    def doors(self) -> Doors:
        self._doors = self._doors or Doors()
        return self._doors

    @property
    def intake(self) -> Intake:
        self._intake = self._intake or Intake()
        return self._intake

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        run_id = ""
        try:
            files: dict[str, FileRef] = {}
            door, item = await self._read(scope, receive, send, files)
            if door is None:
                return
            run_id = await self._start(door, item, files)
            status, headers, body = await self._answer(door, run_id)
        except Disconnected:
            return
        except ServiceError as error:
            status, headers, body = _refusal(error)
        except Exception as error:
            log.error("webhook", path=scope["path"], run_id=run_id, exc_info=error)
            status, headers, body = _refusal(ServiceError("server.bug", "something went wrong on our side"))
        await _send(send, status, headers, body, run_id, is_head=scope["method"] == "HEAD")

    async def close(self) -> None:
        if self._doors:
            await self._doors.close()
        if self._intake:
            await self._intake.close()

    async def _read(
        self, scope: Scope, receive: Receive, send: Send, files: dict[str, FileRef]
    ) -> tuple[Door | None, dict[str, Any]]:
        """The door and the item of a request, its `files` beside it; no door when it was answered
        on the spot."""
        path = scope["path"][len(self.prefix) :].strip("/")
        method = scope["method"]
        try:
            is_plain = len(path) <= LONGEST_PATH and "\x00" not in path
            found = await self.doors.find(path) if is_plain else None
        except DatabaseError as error:
            raise database_away(error) from None
        if found is None:
            raise self.not_found(path, method)
        doors, params = found
        door = doors.get(method) or doors.get(ANY)
        if method == "OPTIONS" and "OPTIONS" not in doors:
            await _send(send, 204, _preflight(doors), b"", "", is_head=False)
            return None, {}
        if door is None and method == "HEAD" and "GET" in doors:
            # Link previews look with HEAD: that must not start anything.
            await _send(send, 200, [*JSON, *SAFE], b"", "", is_head=True)
            return None, {}
        if door is None:
            raise _wrong_method(path, method, doors)
        headers = headers_of(scope["headers"])
        _check_guard(door, headers)
        body = await _body(receive, headers, files)
        return door, {
            "body": body,
            "query": query_of(scope["query_string"]),
            "headers": {name: value for name, value in headers.items() if name not in KEPT_BACK},
            "method": method,
            "path": path,
            "params": params,
        }

    def not_found(self, path: str, method: str) -> NotFound:
        hint = "Publish the workflow whose Webhook node has this path; a draft does not listen."
        message = f"no live workflow listens for {method} {self.prefix}{path[:200]}"
        return NotFound("webhook.not_found", message, extra={"hint": hint})

    async def _start(self, door: Door, item: dict[str, Any], files: dict[str, FileRef]) -> str:
        try:
            return await self.intake.start(
                workflow_id=door.workflow_id,
                version_id=door.version_id,
                node_id=door.node_id,
                items=[item],
                files=[files] if files else None,
                source="webhook",
                wants_reply=door.respond != "at_once",
                dedupe_key=door.message_key(item),
            )
        except DatabaseError as error:
            raise database_away(error) from None

    async def _answer(self, door: Door, run_id: str) -> tuple[int, Headers, bytes]:
        if door.respond == "at_once":
            return door.status, [*JSON, *SAFE], orjson.dumps({"run_id": run_id})
        timeout_seconds = settings.WEBHOOK_TIMEOUT_SECONDS
        try:
            found = await self.intake.reply(run_id, timeout_seconds)
        except TimeoutError:
            message = f"no answer within {timeout_seconds} seconds; the run goes on"
            body = {"code": "webhook.timeout", "message": message, "run_id": run_id}
            return 504, [*JSON, *SAFE], orjson.dumps(body)
        return _from_reply(found) if isinstance(found, Reply) else _from_end(door, run_id, found)


async def _body(receive: Receive, headers: dict[str, str], files: dict[str, FileRef]) -> Any:
    if headers.get("content-encoding", "identity") != "identity":
        raise MalformedBody("webhook.encoding_unsupported", "send the body without Content-Encoding")
    announced = headers.get("content-length", "")
    body = await read_body(
        receive,
        limit=settings.WEBHOOK_BODY_LIMIT,
        announced=int(announced) if announced.isdecimal() and len(announced) < 20 else None,
    )
    content_type = headers.get("content-type", "")
    if len(body) > LARGE_BODY or holds_files(content_type):
        return await asyncio.to_thread(parse_body, body, content_type, files)
    return parse_body(body, content_type, files)


def _check_guard(door: Door, headers: dict[str, str]) -> None:
    """Takes the secret out of the headers. Raises NotSignedIn, after a comparison whose time says
    nothing about the secret."""
    if door.is_locked:
        raise Unavailable("webhook.credential_missing", "the credential that guards this webhook is gone")
    if door.guard is None:
        return
    name, secret = door.guard
    given = headers.pop(name, "")
    if not hmac.compare_digest(given.encode("latin-1", "replace"), secret):
        raise NotSignedIn("webhook.not_authorized", "the secret header is missing or wrong")


def _from_reply(reply: Reply) -> tuple[int, Headers, bytes]:
    """What an `http.respond` node said, without headers that are the server's business."""
    headers = [
        (name.lower().encode("latin-1", "replace"), _one_line(value))
        for name, value in reply.headers.items()
        if name.lower() not in NOT_FOR_REPLIES
    ]
    body = b"" if reply.status in WITHOUT_BODY else bytes(reply.body)
    return reply.status, [*headers, *SAFE], body


def _one_line(value: str) -> bytes:
    return str(value).replace("\r", " ").replace("\n", " ").encode("latin-1", "replace")


def _from_end(door: Door, run_id: str, end: RunEnd) -> tuple[int, Headers, bytes]:
    """The last step's items; strangers are told that a run failed, its owner why."""
    if end.status != "succeeded":
        message = f"the run {'was cancelled' if end.status == 'cancelled' else 'failed'}"
        body = {"code": f"run.{end.status}", "message": message, "run_id": run_id}
        return 500, [*JSON, *SAFE], orjson.dumps(body)
    if door.respond == "by_node":
        body = {"run_id": run_id, "message": "the run ended without coming to a Respond node"}
        return door.status, [*JSON, *SAFE], orjson.dumps(body)
    shown: Any = end.outputs[0] if len(end.outputs) == 1 else end.outputs
    return door.status, [*JSON, *SAFE], orjson.dumps(shown)


def _refusal(error: ServiceError) -> tuple[int, Headers, bytes]:
    headers = [*JSON, *SAFE]
    if "allow" in error.extra:
        headers.append((b"allow", error.extra.pop("allow").encode()))
    if isinstance(error, Unavailable):
        headers.append((b"retry-after", b"2"))
    return error.status, headers, orjson.dumps(error.as_dict())


def _wrong_method(path: str, method: str, doors: dict[str, Door]) -> MethodNotAllowed:
    allowed = _allowed(doors)
    message = f"/webhook/{path} takes {allowed}, not {method}"
    return MethodNotAllowed("webhook.method_not_allowed", message, extra={"allow": allowed})


def database_away(error: DatabaseError) -> Unavailable:
    log.error("webhook: the database does not answer", error=str(error))
    return Unavailable("webhook.unavailable", "nothing was started; send it again in a moment")


def _allowed(doors: dict[str, Door]) -> str:
    return ", ".join(sorted(doors))


def _preflight(doors: dict[str, Door]) -> Headers:
    allowed = "GET, POST, PUT, PATCH, DELETE, HEAD" if ANY in doors else _allowed(doors)
    return [
        (b"allow", f"{allowed}, OPTIONS".encode()),
        (b"access-control-allow-methods", allowed.encode()),
        (b"access-control-allow-headers", b"*"),
        (b"access-control-max-age", b"600"),
        *SAFE,
    ]


async def _send(
    send: Send, status: int, headers: Headers, body: bytes, run_id: str, *, is_head: bool
) -> None:
    sent = [*headers]
    if status not in WITHOUT_BODY:
        sent.append((b"content-length", str(len(body)).encode()))
    if run_id:
        sent.append((b"x-run-id", run_id.encode()))
    await send({"type": "http.response.start", "status": status, "headers": sent})
    await send({"type": "http.response.body", "body": b"" if is_head else body})


webhook_application = WebhookApplication()
