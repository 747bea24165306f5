"""Webhook: start by an HTTP request."""

from typing import Annotated, Literal

from pydantic import Field

from orchestrator.sdk import Context, Expression, Item, Params, credential_of, trigger, ui


class Open(Params):
    """Anyone who knows the address may call it."""

    kind: Literal["none"] = "none"


class HeaderSecret(Params):
    """The caller must send a secret header."""

    kind: Literal["header"] = "header"
    credential: Annotated[str, credential_of("header_auth")] = Field(
        description="The header's name and value that every call must carry."
    )


class WebhookParams(Params):
    path: str = Field(
        pattern=r"^/?[A-Za-z0-9_~-][A-Za-z0-9_~.:/-]*$",
        max_length=200,
        description="The address below /webhook/. Unique among the published workflows.",
        examples=["orders"],
    )
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "ANY"] = Field(
        default="POST", description="The HTTP method to listen for."
    )
    respond: Literal["at_once", "when_finished", "by_node"] = Field(
        default="at_once",
        description="Answer as soon as the run is safely stored, with the last step's items when it has "
        "finished, or with what a Respond node says.",
    )
    status: int = Field(
        default=200, ge=200, le=599, description="Status of the answer, unless a Respond node sets another."
    )
    authentication: Annotated[Open | HeaderSecret, Field(discriminator="kind")] = Field(
        default=Open(), description="Who may call."
    )
    deduplicate_by: Expression = Field(
        default="",
        description="What names a message, such as its id: one that comes again starts no second run. "
        "A caller's header Idempotency-Key does the same by itself.",
        examples=["={{ $json.body.id }}"],
        json_schema_extra=ui(widget="expression", advanced=True),
    )


@trigger(
    "trigger.webhook",
    title="Webhook",
    source="webhook",
    summary="{method} /webhook/{path}",
    aliases=("http", "api", "endpoint", "callback"),
)
def receive(params: WebhookParams, items: list[Item], context: Context) -> list[Item]:
    """Start the workflow when an HTTP request arrives.

    The item holds the request: `body`, `query`, `headers`, `method`, `path` and `params`.
    """
    return items
