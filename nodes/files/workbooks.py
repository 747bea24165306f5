"""Workbooks of one sheet, written row by row: Excel's format and OpenDocument's."""

from __future__ import annotations

import io
import math
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import orjson

LONGEST_TEXT = 32_767
"""What Excel takes in a cell."""
ODS = "application/vnd.oasis.opendocument.spreadsheet"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Rows = Iterable[Sequence[Any]]


def xlsx(sheet_name: str, rows: Rows) -> bytes:
    """Texts stay texts, whatever they begin with."""
    from openpyxl import Workbook  # type: ignore[import-untyped] # takes a moment to load
    from openpyxl.cell import WriteOnlyCell  # type: ignore[import-untyped]

    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet(sheet_name)

    def cell(value: Any) -> Any:
        made = WriteOnlyCell(sheet, value=_plain(value))
        if isinstance(made.value, str):
            made.data_type = "s"  # not a formula, whatever it begins with
        return made

    for row in rows:
        sheet.append([cell(value) for value in row])
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def ods(sheet_name: str, rows: Rows) -> bytes:
    """OpenDocument 1.2: the smallest package that office programs open."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        # First and unpacked: that is how the kind of a package is recognised.
        package.writestr(zipfile.ZipInfo("mimetype"), ODS, zipfile.ZIP_STORED)
        package.writestr(zipfile.ZipInfo("META-INF/manifest.xml"), _MANIFEST, zipfile.ZIP_DEFLATED)
        content = zipfile.ZipInfo("content.xml")
        content.compress_type = zipfile.ZIP_DEFLATED
        with package.open(content, "w") as part:
            part.write(_HEAD.encode())
            part.write(f"<table:table table:name={quoteattr(sheet_name)}>".encode())
            for row in rows:
                cells = "".join(_cell(_plain(value)) for value in row)
                part.write(f"<table:table-row>{cells}</table:table-row>".encode())
            part.write(b"</table:table></office:spreadsheet></office:body></office:document-content>")
    return file.getvalue()


def _plain(value: Any) -> Any:
    if isinstance(value, list | dict):
        value = orjson.dumps(value).decode()
    if isinstance(value, str):
        # Control characters have no place in either format, longer texts make Excel refuse the file.
        return "".join(letter for letter in value if letter >= " " or letter in "\t\n\r")[:LONGEST_TEXT]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def _cell(value: Any) -> str:
    if value is None or value == "":
        return "<table:table-cell/>"
    if isinstance(value, bool):
        word = str(value).lower()
        told = f'office:value-type="boolean" office:boolean-value="{word}"'
        return f"<table:table-cell {told}><text:p>{word.upper()}</text:p></table:table-cell>"
    if isinstance(value, int | float):
        told = f'office:value-type="float" office:value="{value!r}"'
        return f"<table:table-cell {told}><text:p>{value!r}</text:p></table:table-cell>"
    lines = "".join(f"<text:p>{line}</text:p>" for line in _lines(str(value)))
    return f'<table:table-cell office:value-type="string">{lines}</table:table-cell>'


def _lines(text: str) -> Iterator[str]:
    """Paragraphs, with the spaces that the format would drop written out."""
    for line in re.split(r"\r\n|\r|\n", text):
        marked = escape("".join(letter for letter in line if letter not in "\ufffe\uffff"))
        marked = re.sub(r"^ | {2,}| $", lambda found: f'<text:s text:c="{len(found[0])}"/>', marked)
        yield marked.replace("\t", "<text:tab/>")


_NAMES = "urn:oasis:names:tc:opendocument:xmlns"
_MANIFEST = f"""<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest xmlns:manifest="{_NAMES}:manifest:1.0" manifest:version="1.2">
<manifest:file-entry manifest:full-path="/" manifest:media-type="{ODS}" manifest:version="1.2"/>
<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>
</manifest:manifest>"""
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    f'<office:document-content xmlns:office="{_NAMES}:office:1.0" xmlns:table="{_NAMES}:table:1.0" '
    f'xmlns:text="{_NAMES}:text:1.0" office:version="1.2"><office:body><office:spreadsheet>'
)
