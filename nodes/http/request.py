"""HTTP request: call any API."""

import asyncio
from typing import Annotated, Any, Literal

from pydantic import Field

from nodes.http.client import Auth, Body, NoAuth, NoBody, content_of, decode, headers_of, kept, url_of
from orchestrator.sdk import Context, Effect, Item, Params, node, ui
from orchestrator.sdk.http import check_status, http_errors

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]
EFFECTS: dict[str, Effect] = {
    "GET": "read",
    "HEAD": "read",
    "OPTIONS": "read",
    "PUT": "idempotent_write",
    "DELETE": "idempotent_write",
}


class RequestParams(Params):
    method: Method = Field(default="GET", description="What to do there.")
    url: str = Field(
        min_length=1,
        description="The address, with http:// or https://.",
        examples=["https://api.example.com/orders"],
    )
    query: dict[str, Any] = Field(
        default={},
        description="Added to the address after `?`; a list repeats its name, null leaves it out.",
        json_schema_extra=ui(widget="key_value"),
    )
    headers: dict[str, Any] = Field(
        default={}, description="Headers to send.", json_schema_extra=ui(widget="key_value")
    )
    body: Annotated[Body, Field(discriminator="kind")] = Field(default=NoBody(), description="What to send.")
    authentication: Annotated[Auth, Field(discriminator="kind")] = Field(
        default=NoAuth(), description="How to sign in there."
    )
    timeout_seconds: float = Field(default=30, gt=0, le=3600, description="How long to wait for the answer.")
    response: Literal["auto", "json", "text", "file"] = Field(
        default="auto",
        description="How to read the answer: by its content type, or always as JSON or text; `file` keeps "
        "it as the item's file `data`. By its type, what is neither comes as base64 text.",
    )
    fail_on_error_status: bool = Field(
        default=True, description="Fail on a status of 400 or more; otherwise the answer is passed on."
    )


def effect_for(params: dict[str, Any]) -> Effect:
    return EFFECTS.get(params.get("method", "GET"), "write")


@node(
    "http.request",
    title="HTTP request",
    effect="write",
    effect_for=effect_for,
    per="item",
    summary="{method} {url}",
    aliases=("api", "rest", "fetch", "curl", "call", "download"),
)
async def request(params: RequestParams, item: Item, context: Context) -> Item:
    """Call an API or fetch a page, once for each item.

    The answer comes as `status`, `headers` and `body`. Writing methods send an
    `Idempotency-Key` that stays the same when the step is tried again.
    """
    headers = await headers_of(params.headers, params.authentication, context)
    if effect_for({"method": params.method}) != "read":
        headers.setdefault("Idempotency-Key", f"{context.idempotency_key}:{item.index or 0}")
    content, content_type = content_of(params.body)
    if content_type:
        headers.setdefault("Content-Type", content_type)
    with http_errors():
        async with asyncio.timeout(params.timeout_seconds):
            async with context.http.stream(
                params.method,
                url_of(params.url, params.query),
                headers=headers,
                content=content,
                timeout=params.timeout_seconds,
            ) as response:
                file = await kept(response, context) if params.response == "file" else None
                if file is None:
                    await response.aread()
    if params.fail_on_error_status and file is None:
        check_status(response, now=context.now())
    answer = {"status": response.status_code, "headers": dict(response.headers)}
    if file is not None:
        return item.derive(answer | {"size": file.size}, {**(item.files or {}), "data": file})
    return item.derive(
        answer | {"body": decode(response, "auto" if params.response == "file" else params.response)}
    )
