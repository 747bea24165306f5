"""Which models a service offers."""

from __future__ import annotations

from typing import Any

import orjson

from nodes.ai.client import DEFAULT_BASE_URL
from orchestrator.sdk import LoaderContext, NodeError, Option
from orchestrator.sdk.http import check_status, http_errors

MOST_OPTIONS = 500
TIMEOUT_SECONDS = 15


async def load_models(params: dict[str, Any], search: str, context: LoaderContext) -> list[Option]:
    """The models behind the credential that `params` names, by name."""
    secret = await context.credential(str(params.get("credential") or ""))
    base_url = str(secret.get("base_url") or DEFAULT_BASE_URL).rstrip("/")
    key = str(secret.get("api_key") or "")
    with http_errors():
        response = await context.http.get(
            f"{base_url}/models",
            headers={"Authorization": f"Bearer {key}"} if key else {},
            timeout=TIMEOUT_SECONDS,
        )
    check_status(response)
    words = search.casefold()
    found = [option for option in _read(response.content) if words in option.value.casefold()]
    return sorted(found, key=lambda option: option.value)[:MOST_OPTIONS]


def _read(body: bytes) -> list[Option]:
    try:
        listed = orjson.loads(body)["data"]
        return [Option(str(entry["id"]), note=str(entry.get("owned_by") or "")) for entry in listed]
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise NodeError(
            "the service answered, but not with a list of models",
            hint="Check the base URL in the credential; most end with /v1. The name can be typed too.",
            code="ai.protocol",
        ) from error
