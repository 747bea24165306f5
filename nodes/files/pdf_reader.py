"""Reads PDFs in a child process: they can be made to unfold without end."""

from __future__ import annotations

import io
import logging
from typing import Any

MOST_CHARACTERS = 16_000_000
MOST_PAGES = 5_000


class Refused(Exception):
    """What the workflow's author can mend."""

    def __init__(self, message: str, *, code: str, hint: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.hint = hint


def perform(request: dict[str, Any], data: bytes) -> dict[str, Any]:
    """`page_count`, `pages` (the texts of those asked for) and `metadata`."""
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    logging.disable()
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(request["password"]):
            raise Refused("the PDF has a password", code="files.password", hint="Give it in the settings.")
        count = len(reader.pages)
        first, last = request["first"], min(request["last"] or count, count)
        if last - first >= MOST_PAGES:
            raise Refused(f"more than {MOST_PAGES:,} pages are asked for", code="files.too_large")
        pages = _texts(reader, range(first - 1, last))
        return {"page_count": count, "pages": pages, "metadata": _metadata(reader)}
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
        raise Refused(f"the PDF cannot be read: {str(error)[:200]}", code="files.damaged") from error


def _texts(reader: Any, places: range) -> list[str]:
    texts: list[str] = []
    left = MOST_CHARACTERS
    for place in places:
        text = reader.pages[place].extract_text().encode("utf-8", "replace").decode()
        left -= len(text)
        if left < 0:
            raise Refused(f"the PDF holds more than {MOST_CHARACTERS:,} characters", code="files.too_large")
        texts.append(text)
    return texts


def _metadata(reader: Any) -> dict[str, str]:
    found = reader.metadata or {}
    return {str(name).strip("/").lower(): str(value)[:1000] for name, value in list(found.items())[:50]}
