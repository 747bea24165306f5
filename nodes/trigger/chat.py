"""Chat: start when somebody writes a message."""

from typing import Annotated, Literal

from pydantic import Field

from orchestrator.sdk import Context, Item, NodeError, Params, Text, trigger


class Closed(Params):
    """Only in the editor and over the API."""

    kind: Literal["closed"] = "closed"


class PublicPage(Params):
    """Anyone who has the address, without signing in."""

    kind: Literal["public"] = "public"
    path: str = Field(
        pattern=r"^/?[A-Za-z0-9_~-][A-Za-z0-9_~./-]*$",
        max_length=200,
        description="The address of the page below /chat/. Unique among the published workflows.",
        examples=["help"],
    )
    title: str = Field(default="Chat", min_length=1, max_length=200, description="The page's heading.")
    streams: bool = Field(
        default=False,
        title="Words as they come",
        description="Show visitors what AI steps write, while they write it. That may be more than the "
        "reply: leave it off when one of them writes what visitors should not read.",
    )


class ChatParams(Params):
    page: Annotated[Closed | PublicPage, Field(discriminator="kind")] = Field(
        default=Closed(), description="Who may talk to it once it is published."
    )
    greeting: Text = Field(
        default="Hello! How can I help?",
        max_length=2000,
        description="What stands there before the first message; Markdown.",
    )
    suggestions: list[str] = Field(
        default=[], max_length=10, description="Messages to begin with, sent by a click."
    )
    reply: str = Field(
        default="text",
        min_length=1,
        max_length=100,
        description="The field of the last item that is the reply. A Respond node goes before it.",
        examples=["text"],
    )


@trigger(
    "trigger.chat",
    title="Chat",
    source="chat",
    aliases=("message", "conversation", "bot", "assistant", "chatbot", "talk"),
)
def receive(params: ChatParams, items: list[Item], context: Context) -> list[Item]:
    """Start the workflow for each message of a conversation, and reply with what it makes.

    The item holds `message`, `session` (the same for all of a conversation), and `history`: the
    messages before, as a list of `role` (`user` or `assistant`) and `content`.
    """
    for item in items:
        if not isinstance(item.json.get("message"), str):
            raise NodeError(
                "the item has no text `message`",
                hint="Open the chat in the editor, or give items with `message` and `session`.",
                item=item.index,
                code="chat.no_message",
            )
    return items
