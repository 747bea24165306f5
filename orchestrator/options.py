"""POST /node-types/{key}/options/{name}: choices that a node fetches while its form is filled in."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import Field

from orchestrator.accounts.schemas import Input
from orchestrator.credentials.services import credential_for_step
from orchestrator.errors import NotFound
from orchestrator.rest import answer
from orchestrator.sdk import Credential, NodeError, Option
from orchestrator.sdk.egress import EgressPolicy
from orchestrator.sdk.http import GuardedClient, open_client
from orchestrator.sdk.options import Loader
from orchestrator.workflows.library import library

router = Router(tags=["workflows"])

SECONDS = 20
MOST_OPTIONS = 1000


class OptionsWanted(Input):
    params: dict[str, Any] = Field(default_factory=dict)
    """The node's params as far as they are filled in."""
    search: str = Field("", max_length=200)


class OptionOut(Schema):
    value: str
    label: str
    note: str


class OptionsError(Schema):
    code: str
    message: str
    hint: str


class Options(Schema):
    items: list[OptionOut]
    error: OptionsError | None = None
    """Why there are none; the value may be typed all the same."""


class _Surroundings:
    def __init__(self, http: GuardedClient) -> None:
        self.http = http

    async def credential(self, ref: str) -> Credential:
        return await credential_for_step(ref)


@router.post("/node-types/{key}/options/{name}", response=Options, operation_id="load_options")
def post_options(request: HttpRequest, key: str, name: str, payload: OptionsWanted) -> HttpResponse:
    """What can be chosen for a param. Always 200 for what a person may have typed; `error` says what
    the other side did not like."""
    node_type = library().get(key)
    loader = node_type.loader(name) if node_type else None
    if loader is None:
        raise NotFound("options.not_found", f"the node type {key} has no options called {name}")
    try:
        found = asyncio.run(_load(loader, payload))
    except NodeError as error:
        problem = {"code": error.code, "message": error.message, "hint": error.hint}
        return answer({"items": [], "error": problem})
    items = [asdict(option) | {"label": option.label or option.value} for option in found[:MOST_OPTIONS]]
    return answer({"items": items, "error": None})


async def _load(loader: Loader, wanted: OptionsWanted) -> list[Option]:
    http = open_client(EgressPolicy(settings.EGRESS_ALLOW), timeout_seconds=SECONDS)
    try:
        async with asyncio.timeout(SECONDS):
            return await loader(wanted.params, wanted.search, _Surroundings(http))
    except TimeoutError:
        raise NodeError("the other side did not answer in time", code="http.timeout") from None
    finally:
        await http.aclose()
