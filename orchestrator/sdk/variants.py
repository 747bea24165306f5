"""Params of several shapes: a node whose function takes `params: A | B` shows the fields of one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo
from pydantic_core import ValidationError

from orchestrator.sdk.params import Params


class Variants:
    """Models that share a `Literal` field, whose value says which of them it is.

    Without that field the first is meant. Fields that only another variant has are passed over,
    so that changing one's mind in a form loses nothing. Speaks like a model class where the
    engine asks: `model_validate`, `model_json_schema`, `model_fields`.
    """

    def __init__(self, models: Sequence[type[Params]]) -> None:
        self.field = _discriminator(models)
        self.models = {tag: model for model in models for tag in _tags(model, self.field)}
        self._names = {tag: [name for name, _ in _named(model)] for tag, model in self.models.items()}
        self._all = {name for names in self._names.values() for name in names}
        self._schemas = {model: model.model_json_schema(by_alias=True) for model in models}
        self._check()

    def _check(self) -> None:
        seen: dict[str, Any] = {}
        for model, schema in self._schemas.items():
            for name, told in schema["properties"].items():
                if name != self.field and seen.setdefault(name, told) != told:
                    raise TypeError(f"{model.__name__}.{name} is declared otherwise in another variant")

    @property
    def first(self) -> type[Params]:
        return next(iter(self.models.values()))

    def model_validate(self, raw: Any) -> Params:
        """One of the models. Raises pydantic's ValidationError."""
        if not isinstance(raw, dict):
            return self.first.model_validate(raw)
        tag = raw.get(self.field, next(iter(self.models)))
        model = self.models.get(tag) if isinstance(tag, str) else None
        if model is None:
            expected = " or ".join(repr(known) for known in self.models)
            mistake: Any = {
                "type": "literal_error", "loc": (self.field,), "input": tag, "ctx": {"expected": expected}
            }  # fmt: skip
            raise ValidationError.from_exception_data("Params", [mistake])
        foreign = self._all.difference(self._names[tag])
        return model.model_validate({name: value for name, value in raw.items() if name not in foreign})

    def model_json_schema(self, **_: Any) -> dict[str, Any]:
        """One schema with the fields of all; `variants` tells which belong to which tag."""
        schemas = list(self._schemas.values())
        properties = {name: told for schema in schemas for name, told in schema["properties"].items()}
        properties[self.field] = self._choice(schemas)
        required = [set(schema.get("required", ())) for schema in schemas]
        return {
            "type": "object",
            "properties": properties,
            "required": sorted(set.intersection(*required)),
            "additionalProperties": False,
            "variants": {"property": self.field, "fields": self._names},
            "$defs": {name: told for schema in schemas for name, told in schema.get("$defs", {}).items()},
        }

    def _choice(self, schemas: list[dict[str, Any]]) -> dict[str, Any]:
        told = {key: value for key, value in schemas[0]["properties"][self.field].items() if key != "const"}
        return {**told, "enum": list(self.models), "default": next(iter(self.models)), "type": "string"}


def _named(model: type[Params]) -> Iterator[tuple[str, FieldInfo]]:
    for name, info in model.model_fields.items():
        yield info.alias or name, info


def _discriminator(models: Sequence[type[Params]]) -> str:
    for name in models[0].model_fields:
        tags = [tag for model in models for tag in _tags(model, name)]
        if all(_tags(model, name) for model in models) and len(tags) == len(set(tags)):
            return name
    named = " and ".join(model.__name__ for model in models)
    raise TypeError(f"no `Literal` field tells {named} apart")


def _tags(model: type[Params], field: str) -> tuple[str, ...]:
    info = model.model_fields.get(field)
    kind = info.annotation if info else None
    return get_args(kind) if get_origin(kind) is Literal else ()
