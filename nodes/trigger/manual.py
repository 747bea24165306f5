"""Manual: start by hand."""

from orchestrator.sdk import Context, Item, Params, trigger


class ManualParams(Params):
    """A start by hand needs no settings."""


@trigger("trigger.manual", title="Manual trigger", source="manual", aliases=("start", "run", "test"))
def start(params: ManualParams, items: list[Item], context: Context) -> list[Item]:
    """Start the workflow by hand, from the editor or through the API.

    Items given to the run flow on; without any, one empty item does.
    """
    return items or [Item({})]
