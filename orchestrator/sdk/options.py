"""Options that must be fetched: the models of a service, the tables of a database."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Protocol

from orchestrator.sdk.context import Credential, HttpClient


@dataclass(frozen=True)
class Option:
    """One choice: `value` goes into the param; `label` (the value when empty) and `note` are shown."""

    value: str
    label: str = ""
    note: str = ""


class LoaderContext(Protocol):
    """What a loader may ask of its surroundings."""

    http: HttpClient

    async def credential(self, ref: str) -> Credential:
        """The secret's fields. Raises NodeError `credential.missing`."""
        ...


Loader = Callable[[dict[str, Any], str, LoaderContext], Awaitable[list[Option]]]
"""`async def f(params, search, context)`: the params as far as they are filled in, unchecked and
unresolved, and what was typed to narrow the choice. A NodeError is shown beside the field."""
