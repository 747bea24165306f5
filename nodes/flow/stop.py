"""Stop: end the run with an error of your own."""

from pydantic import Field

from orchestrator.sdk import Context, Item, NodeError, Params, Text, node


class StopParams(Params):
    message: Text = Field(
        min_length=1, description="What went wrong, in words.", examples=["The order has no address."]
    )
    code: str = Field(
        default="flow.stopped",
        pattern=r"^[a-z][a-z0-9_.]*$",
        max_length=60,
        description="A short name for this kind of failure, for programs.",
    )


@node(
    "flow.stop",
    title="Stop with error",
    effect="pure",
    summary="{message}",
    aliases=("error", "fail", "throw", "abort"),
)
def stop(params: StopParams, items: list[Item], context: Context) -> list[Item]:
    """Fail the run with a message of your own as soon as items arrive."""
    raise NodeError(params.message, code=params.code)
