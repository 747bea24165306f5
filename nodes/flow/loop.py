"""Loop: perform a part of the workflow for a few items at a time."""

from pydantic import Field

from orchestrator.sdk import Context, Item, Outputs, Params, node, ui


class LoopParams(Params):
    size: int = Field(default=1, ge=1, le=100_000, description="How many items each turn gets.")
    concurrency: int = Field(
        default=1,
        ge=1,
        le=50,
        description="How many turns may run at the same time.",
        json_schema_extra=ui(advanced=True),
    )


@node(
    "flow.loop",
    title="Loop over items",
    effect="pure",
    inputs=("in", "back"),
    outputs=("each", "done"),
    control="loop",
    summary="{size} at a time",
    aliases=("split in batches", "for each", "iterate"),
)
def loop(params: LoopParams, items: dict[str, list[Item]], context: Context) -> Outputs:
    """Send items in turns to `each`; what comes back is collected and sent to `done`.

    Connect the end of the part that repeats to `back`. Every batch that arrives on `in` opens
    turns of its own, so loops may be nested and may stand in parallel branches. When nothing is
    connected to `back`, `done` gets the original items.
    """
    return {"each": [item for batch in items.values() for item in batch]}
