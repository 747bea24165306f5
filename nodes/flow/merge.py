"""Merge: several branches into one."""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import orjson

from nodes.flow.joining import by_position, everything_with_everything, join_by_fields
from nodes.flow.merge_modes import Append, Branch, ByFields, ByPosition, Each, Sql
from orchestrator.sdk import Context, Inputs, InputsInPieces, Item, NodeError, PortsCount, node
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
    if isinstance(params, Sql):
        return await _queried(params, [items.get(name, []) for name in _ports(params)])
    return list(merge_in_pieces(params, items, context))


@merge.in_pieces(unless=lambda params: params.get("mode") == "sql")
def merge_in_pieces(
    params: Append | ByPosition | ByFields | Each | Branch | Sql, items: InputsInPieces, context: Context
) -> Iterator[Item]:
    """The same of branches that are too long to hold. A SQL query holds them all."""
    if isinstance(params, Sql):
        raise NodeError("the branches are too long for a query", hint="Filter them.", code="flow.too_large")
    branches = [items.get(name, []) for name in _ports(params)]
    if isinstance(params, Append):
        return chain.from_iterable(branches)
    if isinstance(params, Branch):
        return iter(branches[params.branch - 1] if params.branch <= len(branches) else [])
    if isinstance(params, ByPosition):
        return by_position(branches, keep_unpaired=params.keep_unpaired)
    if isinstance(params, Each):
        return everything_with_everything(branches, context)
    if not params.fields:
        raise NodeError("no fields are named", hint="Name those that must be equal.", code="params.invalid")
    return join_by_fields(branches, params.fields, params.join, context)


def _ports(params: Append | ByPosition | ByFields | Each | Branch | Sql) -> list[str]:
    return [f"input{n}" for n in range(1, params.inputs + 1)]


async def _queried(params: Sql, branches: list[list[Item]]) -> list[Item]:
    request = {
        "query": params.query,
        "values": params.values,
        "tables": _ports(params),
    }
    data = orjson.dumps([[item.json for item in branch] for branch in branches])
    rows = await in_child(SCRIPT, request, data, seconds=QUERY_SECONDS, megabytes=QUERY_MEGABYTES)
    return [Item(row) for row in rows]
