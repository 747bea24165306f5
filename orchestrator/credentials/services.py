"""Keeping secrets: encrypted before they reach the database, opened only for a running step."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import orjson
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import IntegrityError, transaction
from django.dispatch import Signal
from django.utils import timezone
from pydantic import ValidationError

from orchestrator.accounts.models import User
from orchestrator.credentials.models import Credential, CredentialUse
from orchestrator.credentials.types import fields_of
from orchestrator.errors import Conflict, InvalidInput, NotFound, Problem, ServiceError, Unavailable
from orchestrator.sdk import Credential as StepCredential
from orchestrator.sdk import NodeError
from orchestrator.threads import on_thread

changed = Signal()
"""Sent when a credential was changed or deleted, inside the transaction."""


@lru_cache(maxsize=4)
def _box(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def _encrypt(data: dict[str, Any]) -> str:
    return _box(tuple(settings.CREDENTIALS_KEYS)).encrypt(orjson.dumps(data)).decode()


def create_credential(*, name: str, type: str, data: dict[str, Any], by: User | None) -> Credential:
    """Raises InvalidInput for data that does not fit the type; Conflict for a name that is taken."""
    sealed = _encrypt(_checked(type, data))
    with _unique_name(name):
        return Credential.objects.create(name=name, type=type, secret=sealed, created_by=by)


def update_credential(
    *, credential_id: str, name: str | None = None, data: dict[str, Any] | None = None
) -> Credential:
    """Change the name, the data, or both. Data replaces all fields: what is kept is never shown, so
    it cannot be edited in part."""
    credential = get_credential(credential_id)
    if data is not None:
        credential.secret = _encrypt(_checked(credential.type, data))
    credential.name = credential.name if name is None else name
    credential.updated_at = timezone.now()
    with _unique_name(credential.name):
        credential.save(update_fields=["name", "secret", "updated_at"])
        changed.send(sender=Credential)
    return credential


@transaction.atomic
def delete_credential(*, credential_id: str, force: bool = False) -> None:
    """Raises Conflict `credential.in_use` (with `used_by`) unless `force`."""
    credential = get_credential(credential_id)
    used_by = list(
        CredentialUse.objects.filter(credential_id=credential_id).values_list("workflow_id", flat=True)
    )
    if used_by and not force:
        raise Conflict(
            "credential.in_use",
            f"{len(used_by)} workflow{'s use' if len(used_by) > 1 else ' uses'} {credential.name}",
            extra={"used_by": used_by},
        )
    credential.delete()
    changed.send(sender=Credential)


def get_credential(credential_id: str) -> Credential:
    credential = Credential.objects.filter(pk=credential_id).first()
    if credential is None:
        raise NotFound("credential.not_found", f"the credential {credential_id} does not exist")
    return credential


def reveal(credential_id: str) -> dict[str, Any]:
    """The secret's fields, for a running step only. Raises NotFound; Unavailable
    `credential.unreadable` when it was encrypted with a key that is no longer there."""
    credential = get_credential(credential_id)
    try:
        plain = _box(tuple(settings.CREDENTIALS_KEYS)).decrypt(credential.secret.encode())
    except InvalidToken:
        raise Unavailable(
            "credential.unreadable",
            f"{credential.name} was encrypted with another key; enter it again, or restore CREDENTIALS_KEY",
        ) from None
    return fields_of(credential.type).model_validate(orjson.loads(plain)).model_dump(mode="json")


def opened(*, id: str, type: str, data: dict[str, Any] | None) -> tuple[str, dict[str, Any]]:
    """Type and fields of what is to be tried: `data` as entered, else what is stored under `id`.
    For trying only; the fields go to the service and nowhere else."""
    if id:
        type = get_credential(id).type
    return type, reveal(id) if data is None else _checked(type, data)


async def credential_for_step(ref: str) -> StepCredential:
    """A stored secret's fields, for a node. Raises NodeError `credential.missing` or
    `credential.unreadable`."""
    try:
        return await on_thread(reveal, ref)
    except NotFound:
        raise NodeError(
            "the credential of this node does not exist",
            hint="Open the node and choose a credential, or create one.",
            code="credential.missing",
        ) from None
    except ServiceError as error:
        raise NodeError(
            error.message, hint="Enter the credential's data again.", code="credential.unreadable"
        ) from None


def rotate() -> int:
    """Encrypt everything with the first key. Returns how many credentials there are."""
    box = _box(tuple(settings.CREDENTIALS_KEYS))
    count = 0
    for credential in Credential.objects.all():
        sealed = box.rotate(credential.secret.encode()).decode()
        count += Credential.objects.filter(pk=credential.pk, secret=credential.secret).update(secret=sealed)
    return count


def record_uses(*, workflow_id: str, credential_ids: Iterable[str]) -> None:
    """Remember which credentials a workflow names; call it inside the transaction that saves."""
    wanted = {ref for ref in credential_ids if len(ref) == 26}
    rows = CredentialUse.objects.filter(workflow_id=workflow_id)
    there = set(rows.values_list("credential_id", flat=True))
    if gone := there - wanted:
        rows.filter(credential_id__in=gone).delete()
    CredentialUse.objects.bulk_create(
        [CredentialUse(workflow_id=workflow_id, credential_id=ref) for ref in wanted - there],
        ignore_conflicts=True,
    )


def _checked(credential_type: str, data: dict[str, Any]) -> dict[str, Any]:
    """The data as its type wants it. The problems name fields, never what was entered."""
    try:
        return fields_of(credential_type).model_validate(data).model_dump(mode="json")
    except ValidationError as error:
        problems = [
            Problem(
                ".".join(["body.data", *(str(part) for part in entry["loc"])]),
                "input." + entry["type"],
                entry["msg"],
            )
            for entry in error.errors(include_url=False, include_input=False)
        ]
    message = f"{problems[0].path}: {problems[0].message}"
    raise InvalidInput("input.invalid", message, problems)


@contextmanager
def _unique_name(name: str) -> Iterator[None]:
    """Turns the database's refusal of a second credential with one name into a Conflict."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError:
        raise Conflict("credential.name_taken", f"there is a credential named {name!r} already") from None
