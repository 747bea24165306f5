"""Merge: several branches into one."""

from pathlib import Path

import orjson

from nodes.flow.joining import check_count, combine, everything_with_everything, join_by_fields
from nodes.flow.merge_modes import Append, Branch, ByFields, ByPosition, Each, Sql
from orchestrator.sdk import Context, Inputs, Item, NodeError, PortsCount, node
from orchestrator.sdk.child import in_child

SCRIPT = Path(__file__).with_name("sql_query.py")
QUERY_SECONDS, QUERY_MEGABYTES = 60, 1024


@node(
    "flow.merge",
    title="Merge",
    effect="pure",
    inputs=PortsCount("inputs", "input", 2, 10),
    summary="{mode}",
    aliases=("join", "combine", "append", "wait for all", "cross join", "enrich", "lookup", "sql", "query"),
)
async def merge(
    params: Append | ByPosition | ByFields | Each | Branch | Sql, items: Inputs, context: Context
) -> list[Item]:
    """Bring several branches together, once each has delivered or can no longer do so.

    Where combined items share a field, the later input's value stays. Rows of a SQL query
    bring no files along.
    """
    branches = [items.get(f"input{n}", []) for n in range(1, params.inputs + 1)]
    if isinstance(params, Sql):
        return await _queried(params, branches)
    if isinstance(params, Append):
        return [item for branch in branches for item in branch]
    if isinstance(params, Branch):
        return branches[params.branch - 1] if params.branch <= len(branches) else []
    if isinstance(params, ByFields):
        if not params.fields:
            raise NodeError(
                "no fields are named", hint="Name those that must be equal.", code="params.invalid"
            )
        return join_by_fields(branches, params.fields, params.join)
    if isinstance(params, Each):
        return everything_with_everything(branches)
    lengths = [len(branch) for branch in branches]
    count = check_count(max(lengths) if params.keep_unpaired else min(lengths))
    return [combine([branch[place] for branch in branches if place < len(branch)]) for place in range(count)]


async def _queried(params: Sql, branches: list[list[Item]]) -> list[Item]:
    request = {
        "query": params.query,
        "values": params.values,
        "tables": [f"input{n}" for n in range(1, len(branches) + 1)],
    }
    data = orjson.dumps([[item.json for item in branch] for branch in branches])
    rows = await in_child(SCRIPT, request, data, seconds=QUERY_SECONDS, megabytes=QUERY_MEGABYTES)
    return [Item(row) for row in rows]
