"""Exit loop: enough."""

from orchestrator.sdk import Context, Item, Outputs, Params, node


class ExitLoopParams(Params):
    """Leaving a loop needs no settings."""


@node(
    "flow.exit_loop",
    title="Exit loop",
    effect="pure",
    outputs=(),
    control="break",
    aliases=("break", "leave", "stop loop", "enough"),
)
def leave(params: ExitLoopParams, items: list[Item], context: Context) -> Outputs:
    """End the loop around this node: no further turn begins.

    The items that come here count as sent back to the loop, so they are among those of its
    output `done`. Turns that run at the same time come to their end. Of nested loops it is the
    inner one that ends.
    """
    return {}
