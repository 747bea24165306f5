"""XML to JSON and back.

An element becomes an object: attributes as `@name`, text as `#text`, elements inside by name,
repeated ones as a list. One with nothing but text becomes that text, an empty one null.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from nodes.data.values import MOST_DEPTH, check_depth, check_size, text_of, too_deep
from orchestrator.sdk import NodeError

MOST_ELEMENTS = 1_000_000
NAME = re.compile(r"[^\W\d][\w.-]{0,200}(:[^\W\d][\w.-]{0,200})?")
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


class Reader:
    """Builds the object while expat reads; a document type is refused, so no entity can grow."""

    def __init__(self, always_list: list[str], trim: bool) -> None:
        self.always_list = frozenset(always_list)
        self.trim = trim
        self.root: dict[str, Any] = {}
        self.open: list[tuple[dict[str, Any], list[str]]] = [(self.root, [])]
        self.count = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.count += 1
        if len(self.open) > MOST_DEPTH:
            raise too_deep("the XML")
        if self.count > MOST_ELEMENTS:
            raise NodeError(f"the XML has more than {MOST_ELEMENTS:,} elements", code="data.too_large")
        self.open.append(({f"@{key}": value for key, value in attributes.items()}, []))

    def text(self, text: str) -> None:
        self.open[-1][1].append(text)

    def end(self, name: str) -> None:
        element, texts = self.open.pop()
        text = "".join(texts)
        bare = text.strip() if self.trim else text
        value: Any = element or (bare or None)
        if element and text.strip():
            element["#text"] = bare
        parent = self.open[-1][0]
        if name not in parent:
            parent[name] = [value] if name in self.always_list else value
        elif isinstance(parent[name], list):
            parent[name].append(value)
        else:
            parent[name] = [parent[name], value]

    def refuse(self, *_: Any) -> None:
        raise NodeError(
            "the XML has a document type (DTD), which is not read",
            hint="Documents can be made to grow without end by it; leave it out.",
            code="data.xml",
        )


def parse_xml(text: str, *, always_list: list[str], trim: bool) -> dict[str, Any]:
    """Raises NodeError `data.xml`, `data.too_deep`, `data.too_large`."""
    check_size(text, "the XML")
    reader = Reader(always_list, trim)
    parser = expat.ParserCreate("utf-8")  # the text is decoded already, whatever its head says
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.StartDoctypeDeclHandler = reader.refuse
    try:
        parser.Parse(text.strip().encode(), True)
    except expat.ExpatError as error:
        where = f"line {error.lineno}, column {error.offset + 1}"
        raise NodeError(
            f"the XML cannot be read: {expat.ErrorString(error.code)} at {where}", code="data.xml"
        ) from error
    return reader.root


def build_xml(value: dict[str, Any], *, root: str, indent: bool, declaration: bool) -> str:
    """Raises NodeError `data.xml` for names and characters that XML does not have."""
    check_depth(value, "the value")
    head = '<?xml version="1.0" encoding="UTF-8"?>\n' if declaration else ""
    content = {root: value} if root else value
    if len(content) != 1 or isinstance(next(iter(content.values())), list):
        raise NodeError("an XML document has one outermost element", hint="Name one.", code="data.xml")
    text = "".join(_written(content, "\n" if indent else ""))
    return check_size(head + text.lstrip("\n"), "the XML")


def _written(content: dict[str, Any], line: str) -> Iterator[str]:
    for name, value in content.items():
        for entry in value if isinstance(value, list) else [value]:
            yield from _element(_name(name), entry, line)


def _element(name: str, value: Any, line: str) -> Iterator[str]:
    fields = value if isinstance(value, dict) else {"#text": value}
    attributes = {_name(key[1:]): text_of(fields[key]) for key in fields if key.startswith("@")}
    inner = {key: fields[key] for key in fields if not key.startswith("@") and key != "#text"}
    tag = name + "".join(f" {key}={quoteattr(_plain(text))}" for key, text in attributes.items())
    text = escape(_plain(text_of(fields.get("#text"))))
    if inner:
        yield f"{line}<{tag}>{text}"
        yield from _written(inner, line and line + "  ")
        yield f"{line}</{name}>"
    else:
        yield f"{line}<{tag}>{text}</{name}>" if text else f"{line}<{tag}/>"


def _name(name: str) -> str:
    if NAME.fullmatch(name) is None:
        raise NodeError(
            f"{name[:60]!r} cannot be the name of an element or attribute",
            hint="Names begin with a letter and have no spaces.",
            code="data.xml",
        )
    return name


def _plain(text: str) -> str:
    return UNWRITABLE.sub("", text)
