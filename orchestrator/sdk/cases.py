"""Cases: examples of a node that are its tests, its documentation and the editor's samples.

A case is an object in `<node>.cases.json`:

    name        one sentence
    edge        true for one that is at the edge of what the node takes: empty, missing, odd
    params      as the node sees them: values, no expressions
    items       the input items' json: a list, or lists by port for a node with several inputs
    outputs     the expected items' json by port; ports left out send nothing
    lineage     by port, the input places that each output item came from
    error       the expected error's code, or parts of it: code, message (some of it), item, retry
    pause       parts of the expected pause: kind, reason, until, data
    answer      what ends the pause (outcome, data, asked), after which `outputs` are compared
    reply       parts of the answer to the caller: status, headers, body
    memory, memory_after    {"workflow": {...}, "shared": {...}} before, and parts of it after; what
                was met is under "seen": {name: {key: the step that met it first}}
    credentials {id: fields}
    server      {path: {status, headers, json | text | events}}: a real local HTTP server; the text
                {server} anywhere in the case stands for its address
    requests    parts of what that server must be asked: method, path, headers, json, text
    streamed, usage         the text shown live; the tokens counted
    files       for each item its files, by name: {"name", "mime_type", "text" | "base64"}
    files_after by port, for each output item the same: parts of what it must hold
    folder, folder_after    {path: text} of the folder opened for workflows, before and after
    now, timezone, allow    the moment (ISO 8601), the time zone, EGRESS_ALLOW
"""

from __future__ import annotations

import json
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, BinaryIO, cast
from zoneinfo import ZoneInfo

import orjson
from pydantic import ValidationError

from orchestrator.sdk.case_files import CaseFiles
from orchestrator.sdk.context import Context, Credential, HttpClient, OpenFile, Pieces
from orchestrator.sdk.egress import EgressPolicy
from orchestrator.sdk.errors import NodeError
from orchestrator.sdk.http import open_client
from orchestrator.sdk.items import FileRef, Item, Outputs, Route
from orchestrator.sdk.local_server import LocalServer, Seen, local_server
from orchestrator.sdk.node_type import NodeType, resolve_ports
from orchestrator.sdk.pause import Answer, Pause

Case = dict[str, Any]
RunCode = Callable[..., Awaitable[list[Any]]]
NOW = "2026-01-05T09:00:00+00:00"


@dataclass
class CaseMemory:
    """Key-value memory in a dictionary of dictionaries by scope."""

    values: dict[str, dict[str, Any]]

    async def get(self, key: str, *, scope: str = "workflow") -> Any:
        return self.values.setdefault(scope, {}).get(key)

    async def set(
        self, key: str, value: Any, *, scope: str = "workflow", ttl_seconds: int | None = None
    ) -> None:
        self.values.setdefault(scope, {})[key] = value

    def first_seen(
        self,
        keys: Sequence[str],
        *,
        name: str,
        owner: str,
        scope: str = "workflow",
        most: int = 100_000,
        ttl_seconds: int | None = None,
    ) -> frozenset[str]:
        met = self.values.setdefault("seen", {}).setdefault(name, {})
        return frozenset(key for key in keys if met.setdefault(key, owner) == owner)

    def forget_seen(self, *, name: str, scope: str = "workflow") -> int:
        return len(self.values.setdefault("seen", {}).pop(name, {}))

    async def delete(self, key: str, *, scope: str = "workflow") -> bool:
        return self.values.setdefault(scope, {}).pop(key, None) is not None


@dataclass
class CaseContext:
    """A Context in memory: the clock stands still, HTTP is real."""

    http: HttpClient
    memory: CaseMemory
    credentials: dict[str, Credential]
    moment: datetime
    timezone: str
    code_runner: RunCode | None = None
    run_id: str = "run"
    step_id: str = "node:1"
    workflow_id: str = "workflow"
    workflow_name: str = "Workflow"
    node_id: str = "node"
    node_name: str = "Node"
    try_number: int = 1
    idempotency_key: str = "run:node:1"
    autonomy: int = 50
    logs: list[dict[str, Any]] = field(default_factory=list)
    replies: list[dict[str, Any]] = field(default_factory=list)
    streamed: str = ""
    used: dict[str, float] = field(default_factory=dict)
    kept: CaseFiles = field(default_factory=CaseFiles)

    def now(self) -> datetime:
        return self.moment

    async def credential(self, ref: str) -> Credential:
        if ref not in self.credentials:
            raise NodeError(f"there is no credential {ref!r}", code="credential.missing")
        return self.credentials[ref]

    def log(self, message: str, **fields: Any) -> None:
        self.logs.append({"message": message, **fields})

    def stream(self, text: str) -> None:
        self.streamed += text

    def usage(self, *, tokens_in: int = 0, tokens_out: int = 0, cost: float = 0.0) -> None:
        for name, amount in (("tokens_in", tokens_in), ("tokens_out", tokens_out), ("cost", cost)):
            self.used[name] = self.used.get(name, 0) + amount

    def reply(self, *, status: int, headers: dict[str, str], body: bytes) -> None:
        self.replies.append({"status": status, "headers": headers, "body": body.decode("utf-8", "replace")})

    async def run_code(
        self, source: str, items: list[dict[str, Any]], *, language: str = "javascript", per: str = "batch"
    ) -> list[Any]:
        if self.code_runner is None:
            raise NodeError("this case needs a sandbox to run code", code="sandbox.missing")
        return await self.code_runner(source, items, language=language, per=per)

    def open_file(self, ref: FileRef) -> OpenFile:
        return self.kept.open(ref.hash)

    async def write_file(self, name: str, mime_type: str, pieces: Pieces) -> FileRef:
        return await self.kept.write(name, mime_type, pieces)

    def scratch(self) -> BinaryIO:
        return tempfile.TemporaryFile()

    def scratch_database(self) -> sqlite3.Connection:
        return sqlite3.connect("", isolation_level=None, check_same_thread=False)

    def open_path(self, path: str) -> OpenFile:
        return self.kept.open(path)

    async def write_path(self, path: str, pieces: Pieces) -> int:
        return (await self.kept.write(path, "", pieces, key=path)).size


@dataclass
class Outcome:
    """What a node did with a case."""

    context: CaseContext
    outputs: Outputs = field(default_factory=dict)
    error: NodeError | None = None
    pause: Pause | None = None
    requests: list[Seen] = field(default_factory=list)
    case: Case = field(default_factory=dict)
    """The case with its places filled in."""


async def run_case(
    node_type: NodeType,
    case: Case,
    *,
    places: Mapping[str, str] | None = None,
    code_runner: RunCode | None = None,
) -> Outcome:
    """Perform a case for real. `places` are more texts to fill in, like `{server}`."""
    async with _server(case.get("server")) as server:
        known = {"server": server.url if server else "", **(places or {})}
        filled = fill(case, known)
        async with open_client(EgressPolicy(filled.get("allow", "127.0.0.1"))) as http:
            outcome = Outcome(_context(filled, http, code_runner), case=filled)
            try:
                await _perform(node_type, filled, outcome)
            except NodeError as error:
                outcome.error = error
            except ValidationError as error:
                outcome.error = NodeError(str(error), code="params.invalid")
        outcome.requests = server.seen if server else []
        return outcome


def fill(value: Any, places: Mapping[str, str]) -> Any:
    """`value` with every `{name}` of `places` in its texts replaced."""
    if isinstance(value, str):
        for name, text in places.items():
            value = value.replace("{" + name + "}", text)
        return value
    if isinstance(value, list):
        return [fill(entry, places) for entry in value]
    if isinstance(value, dict):
        return {fill(name, places): fill(entry, places) for name, entry in value.items()}
    return value


def _context(case: Case, http: HttpClient, code_runner: RunCode | None) -> CaseContext:
    timezone = case.get("timezone", "UTC")
    return CaseContext(
        http=http,
        memory=CaseMemory(json.loads(json.dumps(case.get("memory", {})))),
        credentials=case.get("credentials", {}),
        moment=datetime.fromisoformat(case.get("now", NOW)).astimezone(ZoneInfo(timezone)),
        timezone=timezone,
        code_runner=code_runner,
    )


async def _perform(node_type: NodeType, case: Case, outcome: Outcome) -> None:
    context = cast(Context, outcome.context)
    params = node_type.params.model_validate(case.get("params", {}))
    items, arguments = _inputs(case)
    for item, texts in zip(items, case.get("files", []), strict=False):
        item.files = {name: outcome.context.kept.of(spec) for name, spec in texts.items()}
    outcome.context.kept.add_paths(case.get("folder", {}))
    first = next(iter(resolve_ports(node_type.outputs, case.get("params", {}))), "main")
    if node_type.per == "item":
        for item in items:
            try:
                _take(await _settled(node_type(params, item, context)), item, first, outcome)
            except NodeError as error:
                error.item = item.index
                raise
        return
    result = await _settled(node_type(params, arguments, context))
    if isinstance(result, Pause):
        outcome.pause = result
        if "answer" not in case:
            return
        resume = node_type.resume_function
        told = case["answer"]
        answer = Answer(told["outcome"], told.get("data", {}), told.get("asked", result.data))
        result = (
            items if resume is None else await _settled(resume(params, arguments, answer, outcome.context))
        )
    for port, entries in (result if isinstance(result, dict) else {first: result or []}).items():
        outcome.outputs[port] = []
        for entry in entries:
            named, made = (entry.port, entry.item) if isinstance(entry, Route) else (port, entry)
            outcome.outputs.setdefault(named, []).append(made if isinstance(made, Item) else Item(made))


async def _settled(result: Any) -> Any:
    return await result if isinstance(result, Awaitable) else result


def _inputs(case: Case) -> tuple[list[Item], Any]:
    """The items numbered over all ports, and what a batch node receives."""
    given = case.get("items", [{}])
    if isinstance(given, list):
        items = [Item(record, index=index) for index, record in enumerate(given)]
        return items, items
    ports: dict[str, list[Item]] = {}
    items = []
    for port, records in given.items():
        ports[port] = [Item(record, index=len(items) + at) for at, record in enumerate(records)]
        items += ports[port]
    return items, ports


def _take(result: Any, item: Item, first: str, outcome: Outcome) -> None:
    for entry in result if isinstance(result, list) else [result]:
        port, made = (entry.port, entry.item) if isinstance(entry, Route) else (first, entry)
        if isinstance(made, dict):
            made = item.derive(made)
        if made is not None:
            outcome.outputs.setdefault(port, []).append(made)


@asynccontextmanager
async def _server(spec: dict[str, Any] | None) -> AsyncIterator[LocalServer | None]:
    if spec is None:
        yield None
        return

    def answer(seen: Seen) -> tuple[int, dict[str, str], bytes]:
        told = spec.get(seen.path) or spec.get(seen.path.partition("?")[0]) or {"status": 404}
        if "events" in told:
            lines = [orjson.dumps(event).decode() for event in told["events"]] + ["[DONE]"]
            headers = {"Content-Type": "text/event-stream"}
            return 200, headers, "".join(f"data: {line}\n\n" for line in lines).encode()
        headers = dict(told.get("headers", {}))
        if "json" in told:
            return (
                told.get("status", 200),
                {"Content-Type": "application/json"} | headers,
                orjson.dumps(told["json"]),
            )
        return told.get("status", 200), headers, told.get("text", "").encode()

    async with local_server(answer) as server:
        yield server
