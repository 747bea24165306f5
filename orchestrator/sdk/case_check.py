"""Compare what a node did with what its case expects."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import orjson

from orchestrator.sdk.cases import Case, Outcome
from orchestrator.sdk.items import Item
from orchestrator.sdk.local_server import Seen

Found = list[str]


def mismatches(outcome: Outcome) -> Found:
    """Sentences on what is not as the case expects; none when it passes."""
    case = outcome.case
    found = _error(outcome, case.get("error"))
    if outcome.error is None:
        expected = {port: records for port, records in case.get("outputs", {}).items() if records}
        actual = {port: [item.json for item in items] for port, items in outcome.outputs.items() if items}
        found += differences("outputs", actual, expected)
    for port, sources in case.get("lineage", {}).items():
        found += differences(
            f"lineage.{port}", [_source(item) for item in outcome.outputs.get(port, [])], sources
        )
    found += _pause(outcome, case)
    context = outcome.context
    if "reply" in case:
        found += parts("reply", context.replies[0] if context.replies else None, case["reply"])
    elif context.replies:
        found.append("reply: the node answered the caller, and the case expects no `reply`")
    told = {"memory_after": context.memory.values, "streamed": context.streamed, "usage": context.used}
    for name, value in told.items():
        found += parts(name, value, case[name]) if name in case else []
    found += _files(outcome, case)
    if "requests" in case:
        found += parts("requests", [_request(seen) for seen in outcome.requests], case["requests"])
    return found


def _files(outcome: Outcome, case: Case) -> Found:
    kept = outcome.context.kept
    found: Found = []
    for port, expected in case.get("files_after", {}).items():
        items = outcome.outputs.get(port, [])
        told = [{name: kept.told(ref) for name, ref in (item.files or {}).items()} for item in items]
        found += parts(f"files_after.{port}", told, expected)
    if "folder_after" in case:
        texts = {path: content.decode("utf-8", "replace") for path, content in kept.paths.items()}
        found += parts("folder_after", texts, case["folder_after"])
    return found


def differences(where: str, actual: Any, expected: Any) -> Found:
    return [] if actual == expected else [f"{where}: expected {expected!r}, found {actual!r}"]


def parts(where: str, actual: Any, expected: Any) -> Found:
    """Objects may hold more than expected; everything else must be equal."""
    if isinstance(expected, dict) and isinstance(actual, dict):
        return [line for key in expected for line in parts(f"{where}.{key}", actual.get(key), expected[key])]
    if isinstance(expected, list) and isinstance(actual, list) and len(expected) == len(actual):
        pairs = enumerate(zip(actual, expected, strict=True))
        return [line for at, (one, other) in pairs for line in parts(f"{where}.{at}", one, other)]
    return differences(where, actual, expected)


def _error(outcome: Outcome, expected: dict[str, Any] | str | None) -> Found:
    error = outcome.error
    if isinstance(expected, str):
        expected = {"code": expected}
    if expected is None:
        return [f"error: {error.code}: {error.message}"] if error else []
    if error is None:
        return [f"error: expected {expected!r}, and there was none"]
    retry = error.retry if isinstance(error.retry, str) else {"after": error.retry.seconds}
    actual = {"code": error.code, "item": error.item, "retry": retry, "message": error.message}
    found = parts("error", actual, {key: value for key, value in expected.items() if key != "message"})
    if expected.get("message", "") not in error.message:
        found.append(f"error.message: expected {expected['message']!r} in {error.message!r}")
    return found


def _pause(outcome: Outcome, case: Case) -> Found:
    pause, expected = outcome.pause, case.get("pause")
    if pause is None or expected is None:
        if pause is not None and "answer" not in case:
            return [f"pause: not expected, but {pause.reason}"]
        return [] if expected is None else ["pause: expected one, and there was none"]
    expected = dict(expected)
    if until := expected.pop("until", None):
        if pause.until != datetime.fromisoformat(until):
            return [f"pause.until: expected {until}, found {pause.until}"]
    elif "until" in case["pause"] and pause.until is not None:
        return [f"pause.until: expected none, found {pause.until}"]
    return parts("pause", {"kind": pause.kind, "reason": pause.reason, "data": pause.data}, expected)


def _source(item: Item) -> Any:
    source = item.source if item.source is not None else item.index
    return list(source) if isinstance(source, tuple) else source


def _request(seen: Seen) -> dict[str, Any]:
    told: dict[str, Any] = {"method": seen.method, "path": seen.path, "headers": seen.headers}
    told["text"] = seen.body.decode("utf-8", "replace")
    try:
        told["json"] = orjson.loads(seen.body)
    except orjson.JSONDecodeError:
        told["json"] = None
    return told
