"""Which model to ask, and which ones a service offers."""

from __future__ import annotations

from typing import Annotated, Any

import orjson
from pydantic import Field

from nodes.ai.client import DEFAULT_BASE_URL, Ask
from orchestrator.sdk import LoaderContext, NodeError, Option, Params, credential_of, options_of, ui
from orchestrator.sdk.http import check_status, http_errors

MOST_OPTIONS = 500
TIMEOUT_SECONDS = 15


class ModelParams(Params):
    """What every node that asks a model needs to know."""

    credential: Annotated[str, credential_of("openai")] = Field(
        description="Base URL and key of any OpenAI-compatible service, a local one too."
    )
    model: Annotated[str, options_of("models", needs=("credential",))] = Field(
        min_length=1, description="Name of the model there.", examples=["gpt-5-mini"]
    )
    timeout_seconds: float = Field(
        default=120,
        gt=0,
        le=3600,
        description="How long to wait for the answer.",
        json_schema_extra=ui(advanced=True),
    )
    price_in: float | None = Field(
        default=None,
        ge=0,
        description="US dollars for a million tokens that the model reads, to know what a run cost; "
        "empty where the service tells it.",
        json_schema_extra=ui(advanced=True),
    )
    price_out: float | None = Field(
        default=None,
        ge=0,
        description="US dollars for a million tokens that the model writes.",
        json_schema_extra=ui(advanced=True),
    )

    def ask(self, messages: list[dict[str, str]], **wanted: Any) -> Ask:
        """The question to the model, with more of an `Ask` in `wanted`."""
        return Ask(
            credential=self.credential,
            model=self.model,
            messages=messages,
            timeout_seconds=self.timeout_seconds,
            price_in=self.price_in,
            price_out=self.price_out,
            **wanted,
        )


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
