"""What a node may import. Knows neither Django nor the engine."""

from orchestrator.sdk.collect import Library, collect
from orchestrator.sdk.context import Context, Credential, HttpClient, Memory
from orchestrator.sdk.errors import NodeError, after
from orchestrator.sdk.items import FileRef, Inputs, InputsInPieces, Item, Outputs, Route
from orchestrator.sdk.node_type import Effect, NodeType, PortsCount, PortsFrom, node, trigger
from orchestrator.sdk.options import LoaderContext, Option
from orchestrator.sdk.params import Expression, FileName, Params, Text, credential_of, options_of, ui
from orchestrator.sdk.pause import Answer, Pause

__all__ = [
    "Answer",
    "Context",
    "Credential",
    "Effect",
    "Expression",
    "FileName",
    "FileRef",
    "HttpClient",
    "Inputs",
    "InputsInPieces",
    "Item",
    "Library",
    "LoaderContext",
    "Memory",
    "NodeError",
    "NodeType",
    "Option",
    "Outputs",
    "Params",
    "Pause",
    "PortsCount",
    "PortsFrom",
    "Route",
    "Text",
    "after",
    "collect",
    "credential_of",
    "node",
    "options_of",
    "trigger",
    "ui",
]
