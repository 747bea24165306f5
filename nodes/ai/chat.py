"""Chat: ask a language model."""

from typing import Any, Literal

from pydantic import Field

from nodes.ai.client import chat, read_json
from nodes.ai.models import ModelParams, load_models
from orchestrator.sdk import Context, Item, NodeError, Text, node, ui


class ChatParams(ModelParams):
    system: Text = Field(default="", description="Who the model is and how it should answer.")
    prompt: Text = Field(min_length=1, description="What to ask, once for each item.")
    output: Literal["text", "json"] = Field(
        default="text", description="Take the answer as text, or make the model answer with a JSON object."
    )
    temperature: float | None = Field(
        default=None,
        ge=0,
        le=2,
        description="0 is matter-of-fact, 1 is lively; empty leaves it to the model.",
        json_schema_extra=ui(advanced=True),
    )
    max_tokens: int | None = Field(
        default=None, gt=0, description="Longest answer, in tokens.", json_schema_extra=ui(advanced=True)
    )


@node(
    "ai.chat",
    title="Ask AI",
    effect="read",
    per="item",
    summary="{model}",
    aliases=("llm", "gpt", "openai", "ollama", "prompt", "summarise", "generate"),
)
async def ask_model(params: ChatParams, item: Item, context: Context) -> dict[str, Any]:
    """Ask a language model; its words appear live.

    The answer comes as `text`, for JSON also parsed as `data`, with `model`,
    `finish_reason` and `usage` (`tokens_in`, `tokens_out`).
    """
    messages = [{"role": "system", "content": params.system}] if params.system else []
    messages.append({"role": "user", "content": params.prompt})
    said = await chat(
        params.ask(
            messages,
            temperature=params.temperature,
            max_tokens=params.max_tokens,
            wants_json=params.output == "json",
        ),
        context,
    )
    answer: dict[str, Any] = {"text": said.text}
    if params.output == "json":
        answer["data"] = _parsed(said.text)
    return {**answer, "model": said.model, "finish_reason": said.finish_reason, "usage": said.usage}


def _parsed(text: str) -> Any:
    try:
        return read_json(text)
    except ValueError as error:
        raise NodeError(
            f"the model did not answer with JSON: {text[:200]!r}",
            hint="Say in the prompt which fields the JSON object should have.",
            retry="soon",
            code="ai.not_json",
        ) from error


ask_model.options("models")(load_models)
