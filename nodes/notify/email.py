"""Send e-mail: one message for each item."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from nodes.notify.client import compose, deliver
from orchestrator.sdk import Context, Item, Params, Text, credential_of, node


def _joined(value: Any) -> Any:
    return ", ".join(str(entry) for entry in value) if isinstance(value, list) else value


Addresses = Annotated[str, BeforeValidator(_joined)]


class EmailParams(Params):
    credential: Annotated[str, credential_of("smtp")] = Field(description="The mail server to send through.")
    to: Addresses = Field(
        min_length=3,
        description="Who receives it; commas between several addresses.",
        examples=["Ada <ada@example.com>, ben@example.com"],
    )
    cc: Addresses = Field(default="", description="Who receives a copy.")
    sender: str = Field(default="", description="Address it comes from; empty means the mail server's.")
    subject: str = Field(default="", max_length=900, description="Subject line.")
    text: Text = Field(default="", description="The message as plain text.")
    html: Text = Field(default="", description="The message as HTML; the plain text stays as an alternative.")


@node(
    "notify.email",
    title="Send e-mail",
    effect="write",
    per="item",
    summary="to {to}",
    aliases=("mail", "smtp", "message", "notify"),
)
async def send(params: EmailParams, item: Item, context: Context) -> dict[str, Any]:
    """Send an e-mail over SMTP.

    The item passes on with the field `email`: `message_id`, `to` and what was `refused`.
    """
    server = await context.credential(params.credential)
    key = f"{context.idempotency_key}:{item.index or 0}"
    message = compose(
        sender=params.sender or server.get("sender") or server.get("username") or "",
        to=params.to,
        cc=params.cc,
        subject=params.subject,
        text=params.text,
        html=params.html,
        key=key,
        now=context.now(),
    )
    refused = await deliver(message, server, context.http.policy)
    sent_to = [str(address) for address in message["To"].addresses]
    return {**item.json, "email": {"message_id": message["Message-ID"], "to": sent_to, "refused": refused}}
