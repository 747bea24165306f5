"""No-op: nothing."""

from orchestrator.sdk import Context, Item, Params, node


class NoopParams(Params):
    """Doing nothing needs no settings."""


@node("flow.noop", title="No operation", effect="pure", aliases=("nothing", "pass", "placeholder"))
def pass_on(params: NoopParams, items: list[Item], context: Context) -> list[Item]:
    """Pass the items on as they are; useful as a named place where branches meet."""
    return items
