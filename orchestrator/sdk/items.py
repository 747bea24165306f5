"""Items: the records that travel along edges."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec


class FileRef(msgspec.Struct, frozen=True):
    """A file kept in the blob store; `size` in bytes."""

    hash: str
    name: str
    mime_type: str
    size: int


class Item:
    """One record on an edge: `json` (an object) and optional `files`.

    `index` is its place in the step's input; `source` names the input places an output
    item was made from. The engine fills `index`; `derive` fills `source`.
    """

    __slots__ = ("files", "index", "json", "source")

    def __init__(
        self,
        json: dict[str, Any],
        files: dict[str, FileRef] | None = None,
        *,
        index: int | None = None,
        source: int | tuple[int, ...] | None = None,
    ) -> None:
        self.json = json
        self.files = files
        self.index = index
        self.source = source

    def derive(self, json: dict[str, Any], files: dict[str, FileRef] | None = None) -> Item:
        """Make an output item that remembers it came from this one."""
        return Item(json, files if files is not None else self.files, source=self.index)

    def __repr__(self) -> str:
        return f"Item({self.json!r})"


class Route:
    """What a `per="item"` node returns to send an item to a named output port."""

    __slots__ = ("item", "port")

    def __init__(self, port: str, item: Item | dict[str, Any]) -> None:
        self.port = port
        self.item = item


Outputs = dict[str, list[Item]]
"""Items by output port. A port that is missing or empty sends nothing."""

Inputs = dict[str, list[Item]]
"""Items by input port: what a node with several input ports receives."""

InputsInPieces = Mapping[str, Iterable[Item]]
"""The same for a node that streams: lists, or what can be gone through once, a piece at a time."""
