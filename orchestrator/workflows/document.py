"""The workflow document: its shape, its canonical text, its hash.

The shape is checked whenever a document is saved; whether it can *run* is for the engine's check,
whose problems a draft may well have."""

from __future__ import annotations

import hashlib
import json
from typing import Annotated, Any, Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from orchestrator.engine.upgrades import upgraded
from orchestrator.errors import InvalidInput, Problem
from orchestrator.workflows.library import library

Identifier = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
Port = Annotated[str, Field(min_length=1, max_length=200)]
Number = int | float
LONGEST_DOCUMENT = 8 * 1024 * 1024
"""Bytes of JSON."""
MOST_NODES = 5_000
LAYOUT_KEYS = frozenset({"notes", "groups", "pins"})


class Shape(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NodeDocument(Shape):
    id: Identifier
    type: str = Field(min_length=1, max_length=100)
    version: int = Field(1, ge=1, le=10_000)
    name: str = Field(min_length=1, max_length=200)
    position: tuple[Number, Number] = (0, 0)
    params: dict[str, Any] = {}
    settings: dict[str, Any] = {}
    disabled: bool = False
    notes: str = Field("", max_length=10_000)


class EdgeDocument(Shape):
    source: Identifier
    output: Port = "main"
    target: Identifier
    input: Port = "main"


class Document(Shape):
    """A workflow as JSON: what is drawn, exported, copied to the clipboard and kept in git."""

    format: Literal[1] = 1
    name: str = Field(min_length=1, max_length=200)
    nodes: list[NodeDocument] = Field(default=[], max_length=MOST_NODES)
    edges: list[EdgeDocument] = Field(default=[], max_length=10 * MOST_NODES)
    settings: dict[str, Any] = {}
    pins: dict[str, Any] = {}
    notes: list[Any] = []
    groups: list[Any] = []

    @model_validator(mode="after")
    def _ids_are_unique(self) -> Document:
        seen: set[str] = set()
        for node in self.nodes:
            if node.id in seen:
                raise ValueError(f"two nodes have the id {node.id!r}")
            seen.add(node.id)
        return self


def empty_document(name: str) -> dict[str, Any]:
    return Document(name=name).model_dump(mode="json")


def read_document(raw: Any) -> dict[str, Any]:
    """A document with its defaults filled in and its nodes as the installed types have them. Raises
    InvalidInput with a problem for each place whose shape is wrong."""
    try:
        return upgraded(complete(Document.model_validate(raw)), library())
    except ValidationError as error:
        problems = [
            Problem(
                ".".join(["document", *(str(part) for part in entry["loc"])]),
                "input." + entry["type"],
                entry["msg"],
            )
            for entry in error.errors(include_url=False)
        ]
        message = f"{problems[0].path}: {problems[0].message}"
        raise InvalidInput("workflow.malformed_document", message, problems) from None


def complete(document: Document) -> dict[str, Any]:
    """The JSON of a document. Raises InvalidInput when it is too large to keep."""
    found = document.model_dump(mode="json")
    if len(orjson.dumps(found)) > LONGEST_DOCUMENT:
        limit = LONGEST_DOCUMENT // (1024 * 1024)
        raise InvalidInput("workflow.too_large", f"the workflow is larger than {limit} MB; unpin some data")
    return found


def content_hash(document: dict[str, Any]) -> str:
    return hashlib.sha256(orjson.dumps(document, option=orjson.OPT_SORT_KEYS)).hexdigest()


def behaviour_hash(document: dict[str, Any]) -> str:
    """Equal for documents that do the same: places, notes, groups and pins do not count."""
    kept = {key: value for key, value in document.items() if key not in LAYOUT_KEYS}
    kept["nodes"] = [
        {key: value for key, value in node.items() if key not in {"position", "notes"}}
        for node in document["nodes"]
    ]
    return content_hash(kept)


def canonical(document: dict[str, Any]) -> str:
    """The text to export: keys sorted, each node a block of its own with its position last, each
    edge a line, so that a difference between two exports reads well."""
    parts = []
    for key in sorted(document, key=lambda key: (key in {"edges", "nodes"}, key)):
        value = document[key]
        if key == "nodes":
            text = _blocks(_node_block(node) for node in value)
        elif key == "edges":
            text = _blocks(json.dumps(edge, sort_keys=True, ensure_ascii=False) for edge in value)
        else:
            text = _indented(value, 2)
        parts.append(f"  {json.dumps(key)}: {text}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _node_block(node: dict[str, Any]) -> str:
    keys = sorted(node, key=lambda key: (key == "position", key))
    lines = [
        f"      {json.dumps(key)}: "
        + (json.dumps(node[key]) if key == "position" else _indented(node[key], 6))
        for key in keys
    ]
    return "{\n" + ",\n".join(lines) + "\n    }"


def _indented(value: Any, spaces: int) -> str:
    text = json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False)
    return text.replace("\n", "\n" + " " * spaces)


def _blocks(entries: Any) -> str:
    listed = [f"    {entry}" for entry in entries]
    return "[\n" + ",\n".join(listed) + "\n  ]" if listed else "[]"
