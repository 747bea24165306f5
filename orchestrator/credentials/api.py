"""Credentials over the API: written, never read back."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import Router, Status

from orchestrator.accounts.api import user_of
from orchestrator.credentials import services
from orchestrator.credentials.checks import CHECKS, SECONDS, Trial, try_out
from orchestrator.credentials.models import Credential, CredentialUse
from orchestrator.credentials.schemas import (
    CheckOut,
    CheckWanted,
    CredentialChange,
    CredentialList,
    CredentialOut,
    CredentialTypeList,
    NewCredential,
)
from orchestrator.credentials.services import create_credential, delete_credential, update_credential
from orchestrator.credentials.types import TYPES
from orchestrator.errors import InvalidInput
from orchestrator.sdk.egress import EgressPolicy
from orchestrator.sdk.http import open_client

router = Router(tags=["credentials"])


@router.get("/credential-types", response=CredentialTypeList, operation_id="list_credential_types")
def list_types(request: HttpRequest) -> dict[str, Any]:
    """The kinds of credentials, each with the JSON schema of its fields."""
    items = [
        {
            "type": key,
            "title": title,
            "fields_schema": fields.model_json_schema(),
            "check": CHECKS[key].needs if key in CHECKS else None,
        }
        for key, (title, fields) in TYPES.items()
    ]
    return {"items": items, "next": None}


@router.get("/credentials", response=CredentialList, operation_id="list_credentials")
def list_credentials(request: HttpRequest) -> dict[str, Any]:
    """All credentials by name, without their data."""
    uses: dict[str, list[str]] = defaultdict(list)
    for credential_id, workflow_id in CredentialUse.objects.values_list("credential_id", "workflow_id"):
        uses[credential_id].append(workflow_id)
    rows = Credential.objects.defer("secret").order_by("name")
    return {"items": [_out(row, uses[row.pk]) for row in rows], "next": None}


@router.post("/credentials", response={201: CredentialOut}, operation_id="create_credential")
def post_credential(request: HttpRequest, payload: NewCredential) -> Status[dict[str, Any]]:
    credential = create_credential(
        name=payload.name, type=payload.type, data=payload.data, by=user_of(request)
    )
    return Status(201, _out(credential, []))


@router.post("/credentials/check", response=CheckOut, operation_id="check_credential")
def post_check(request: HttpRequest, payload: CheckWanted) -> dict[str, Any]:
    """Try it against its service: what was entered, or the stored one of that `id`. 200 with
    `ok: false` when the service refuses; 422 `credential.no_check` for what cannot be tried."""
    type, fields = services.opened(id=payload.id, type=payload.type, data=payload.data)
    check = CHECKS.get(type)
    if check is None:
        raise InvalidInput("credential.no_check", "a credential of this kind cannot be tried")
    http = open_client(EgressPolicy(settings.EGRESS_ALLOW), timeout_seconds=SECONDS)
    return asyncio.run(try_out(check, Trial(fields=fields, url=payload.url, http=http)))


@router.put("/credentials/{credential_id}", response=CredentialOut, operation_id="update_credential")
def put_credential(request: HttpRequest, credential_id: str, payload: CredentialChange) -> dict[str, Any]:
    """Rename, or replace all of its data, or both."""
    credential = update_credential(credential_id=credential_id, name=payload.name, data=payload.data)
    uses = CredentialUse.objects.filter(credential_id=credential_id).values_list("workflow_id", flat=True)
    return _out(credential, list(uses))


@router.delete("/credentials/{credential_id}", response={204: None}, operation_id="delete_credential")
def remove_credential(request: HttpRequest, credential_id: str, force: bool = False) -> HttpResponse:
    """409 `credential.in_use` with the workflows that name it, unless `force=true`."""
    delete_credential(credential_id=credential_id, force=force)
    return HttpResponse(status=204)


def _out(credential: Credential, used_by: list[str]) -> dict[str, Any]:
    return {
        "id": credential.pk,
        "name": credential.name,
        "type": credential.type,
        "updated_at": credential.updated_at,
        "used_by": used_by,
    }
