"""Talking to a model behind any OpenAI-compatible address."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

import orjson

from orchestrator.sdk import Context, NodeError
from orchestrator.sdk.egress import check_url
from orchestrator.sdk.errors import Retry
from orchestrator.sdk.http import STATUS_HINTS, http_errors, retry_after

DEFAULT_BASE_URL = "https://api.openai.com/v1"
LONGEST_SHOWN = 20_000
"""Characters of a message that the log keeps."""
SHORTEST_SECRET = 8


@dataclass(frozen=True)
class Ask:
    """One question to a model."""

    credential: str
    model: str
    messages: list[dict[str, str]]
    temperature: float | None = None
    max_tokens: int | None = None
    wants_json: bool = False
    timeout_seconds: float = 120
    price_in: float | None = None
    """US dollars for a million tokens that the model reads; None when nobody told."""
    price_out: float | None = None
    """The same for what it writes."""


@dataclass
class Said:
    """A model's answer; `usage` in tokens, as the model itself counted them; `cost` in US dollars, if
    its service tells."""

    text: str = ""
    model: str = ""
    finish_reason: str = ""
    usage: dict[str, int] = field(default_factory=lambda: {"tokens_in": 0, "tokens_out": 0})
    cost: float | None = None


async def chat(ask: Ask, context: Context) -> Said:
    """Ask and listen, token by token; what was said stays in the step's log, also when it failed.
    Raises NodeError `ai.*` or `egress.*`."""
    # openai takes over half a second to import: only processes that ask a model should pay that,
    # and on a thread, so that other runs go on meanwhile.
    openai = await asyncio.to_thread(import_module, "openai")

    secret = await context.credential(ask.credential)
    base_url = str(secret.get("base_url") or DEFAULT_BASE_URL)
    await check_url(base_url, context.http.policy)
    client = openai.AsyncOpenAI(
        api_key=str(secret.get("api_key") or "none"),  # local models want no key; the client wants one
        base_url=base_url,
        http_client=context.http,
        max_retries=0,  # the engine retries
        timeout=ask.timeout_seconds,
    )
    said = Said(model=ask.model)
    try:
        with http_errors():
            async with await client.chat.completions.create(**_request(ask)) as stream:
                async for chunk in stream:
                    text = _hear(chunk, said)
                    if text and not ask.wants_json:  # an object is for the machine
                        context.stream(text)
    except openai.OpenAIError as error:
        raise _explain(error) from error
    finally:
        cost = _cost(ask, said)
        context.usage(**said.usage, cost=cost or 0.0)
        _record(ask, said, cost, context, secret=str(secret.get("api_key") or ""))
    if not said.text and said.finish_reason in ("content_filter", "length"):
        raise NodeError(f"the model gave no answer ({said.finish_reason})", code="ai.no_answer")
    return said


def _request(ask: Ask) -> dict[str, Any]:
    request: dict[str, Any] = {
        "model": ask.model,
        "messages": ask.messages,
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    if ask.temperature is not None:
        request["temperature"] = ask.temperature
    if ask.max_tokens is not None:
        request["max_tokens"] = ask.max_tokens
    if ask.wants_json:
        request["response_format"] = {"type": "json_object"}
    return request


def _hear(chunk: Any, said: Said) -> str:
    """Note what a chunk brings; the words in it."""
    words = ""
    if chunk.usage:
        said.usage = {
            "tokens_in": chunk.usage.prompt_tokens or 0,
            "tokens_out": chunk.usage.completion_tokens or 0,
        }
        told = getattr(chunk.usage, "cost", None)  # OpenRouter's, and others' that follow it
        said.cost = float(told) if isinstance(told, int | float) else None
    said.model = chunk.model or said.model
    for choice in chunk.choices[:1]:
        words = (choice.delta.content if choice.delta else None) or ""
        said.finish_reason = choice.finish_reason or said.finish_reason
    said.text += words
    return words


def _record(ask: Ask, said: Said, cost: float | None, context: Context, *, secret: str) -> None:
    """What was sent and what came back, as a log line that the run's page shows as a talk."""
    messages = [*ask.messages, *([{"role": "assistant", "content": said.text}] if said.text else [])]
    shown = [{**message, "content": _shortened(message["content"], secret)} for message in messages]
    facts: dict[str, Any] = {"model": said.model, "finish_reason": said.finish_reason, **said.usage}
    if cost is not None:
        facts["cost"] = cost
    context.log(f"asked {said.model}", messages=shown, **facts)


def _shortened(text: str, secret: str) -> str:
    if len(secret) >= SHORTEST_SECRET:  # shorter ones stand in ordinary words
        text = text.replace(secret, "•••")
    left_out = len(text) - LONGEST_SHOWN
    return f"{text[:LONGEST_SHOWN]}… ({left_out:,} more characters)" if left_out > 0 else text


def _cost(ask: Ask, said: Said) -> float | None:
    if said.cost is not None or (ask.price_in is None and ask.price_out is None):
        return said.cost
    used = said.usage
    read, written = used["tokens_in"] * (ask.price_in or 0), used["tokens_out"] * (ask.price_out or 0)
    return (read + written) / 1_000_000


def read_json(text: str) -> Any:
    """The JSON value in a model's answer, code fences and surrounding chatter removed; raises
    ValueError when there is none."""
    fenced = re.search(r"```(?:json)?\s*(.*?)```", text, re.DOTALL)
    candidates = [text, fenced.group(1) if fenced else "", text[text.find("{") : text.rfind("}") + 1]]
    for candidate in candidates:
        if candidate.strip():
            try:
                return orjson.loads(candidate.strip())
            except orjson.JSONDecodeError:
                continue
    raise ValueError("no JSON in the answer")


def _explain(error: Exception) -> NodeError:
    import openai

    if isinstance(error.__cause__, NodeError):  # the guard's refusal, wrapped by the client
        return error.__cause__
    if isinstance(error, openai.APITimeoutError):
        return NodeError(
            "the model did not answer in time",
            hint="Raise the node's timeout, or take a quicker model.",
            retry="soon",
            code="ai.timeout",
        )
    if isinstance(error, openai.APIStatusError):
        return _status(error)
    if isinstance(error, openai.APIConnectionError):
        return NodeError(
            f"cannot reach the model: {error.__cause__ or error}",
            hint="Check the base URL in the credential, and that the server there is up.",
            retry="soon",
            code="ai.unreachable",
        )
    return NodeError(f"the model's server answered something unexpected: {error}", code="ai.protocol")


def _status(error: Any) -> NodeError:
    status, response = error.status_code, error.response
    body = error.body if isinstance(error.body, dict) else {}
    said = str(body.get("message") or error.message)[:300]
    passing = status in (408, 409, 425, 429) or status >= 500
    if body.get("code") == "insufficient_quota":
        passing = False
    retry: Retry = (retry_after(response.headers.get("retry-after")) or "soon") if passing else "never"
    hints = STATUS_HINTS | {404: "Check the model's name and the base URL in the credential."}
    return NodeError(
        f"the model's server answered {status}: {said}",
        hint=hints.get(status, ""),
        retry=retry,
        code="ai.status",
    )
