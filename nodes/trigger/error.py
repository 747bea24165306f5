"""Error: start when a run of another workflow failed."""

from orchestrator.sdk import Context, Item, Params, trigger


class ErrorParams(Params):
    """Which workflows report here is a setting of theirs."""


@trigger(
    "trigger.error",
    title="When a run fails",
    source="error",
    aliases=("error workflow", "failure", "on error", "alert"),
)
def report(params: ErrorParams, items: list[Item], context: Context) -> list[Item]:
    """Start when a run of a workflow fails that names this one as its error workflow.

    The item holds `run` (`id`, `url`, `mode`, `error` with `code`, `message`, `hint`, `node` and
    `node_name`) and `workflow` (`id`, `name`). Failures of error workflows are not reported.
    """
    return items or [Item({})]
