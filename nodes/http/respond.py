"""Respond: answer the caller of a webhook."""

from typing import Any, Literal

import orjson
from pydantic import Field

from orchestrator.sdk import Context, Expression, Item, NodeError, Params, node, ui

TYPES = {
    "json": "application/json",
    "text": "text/plain; charset=utf-8",
    "html": "text/html; charset=utf-8",
}
# The answer comes from the editor's own address: a page in it must not act as the signed-in user.
SANDBOX = "sandbox allow-forms allow-popups allow-scripts"
REFUSED = frozenset(
    {"connection", "content-length", "content-type", "keep-alive", "set-cookie", "te", "trailer"}
    | {"transfer-encoding", "upgrade", "x-content-type-options"}
)


class RespondParams(Params):
    status: int = Field(default=200, ge=200, le=599, description="HTTP status of the answer.")
    body: Expression = Field(
        default=None, description="What to answer; empty means the item.", examples=[{"status": "accepted"}]
    )
    headers: dict[str, Any] = Field(
        default={}, description="More headers for the answer.", json_schema_extra=ui(widget="key_value")
    )
    content_type: Literal["json", "text", "html"] = Field(
        default="json", description="How to write the body."
    )


@node(
    "http.respond",
    title="Respond to webhook",
    effect="pure",
    summary="{status} {content_type}",
    aliases=("answer", "reply", "return", "response"),
)
def respond(params: RespondParams, items: list[Item], context: Context) -> list[Item]:
    """Answer the caller that waits for this run, then go on with the items.

    For a webhook that responds *by node*. Only the first answer of a run is sent.
    """
    body = params.body
    if body is None:
        body = items[0].json if items else {}
    headers = _headers(params.headers)
    headers["Content-Type"] = TYPES[params.content_type]
    headers["X-Content-Type-Options"] = "nosniff"
    own = headers.pop("content-security-policy", "")
    headers["Content-Security-Policy"] = f"{own}, {SANDBOX}" if own else SANDBOX
    empty = params.status in (204, 304)
    context.reply(status=params.status, headers=headers, body=b"" if empty else _encode(body, params))
    return items


def _headers(given: dict[str, Any]) -> dict[str, str]:
    headers = {name.lower(): str(value) for name, value in given.items() if value is not None}
    for name, value in headers.items():
        if name in REFUSED:
            raise NodeError(f"the header {name!r} cannot be set here", code="http.header")
        is_name = name.isascii() and name.replace("-", "").replace("_", "").isalnum()
        if not is_name or not value.isascii() or not value.isprintable():
            raise NodeError(
                f"{name!r} is not a valid header",
                hint="Names are letters, digits and -; values are one line of plain ASCII.",
                code="http.header",
            )
    return headers


def _encode(body: Any, params: RespondParams) -> bytes:
    if params.content_type != "json" and isinstance(body, str):
        return body.encode()
    try:
        return orjson.dumps(body)
    except TypeError as error:
        raise NodeError(f"the body cannot be written as JSON: {error}", code="http.body") from error
