"""Reads workbooks in a child process: a small file can ask for all memory, or break the reader."""

from __future__ import annotations

import io
from datetime import date, datetime, time, timedelta
from typing import Any

MOST_CELLS = 5_000_000


class Refused(Exception):
    """What the workflow's author can mend."""

    def __init__(self, message: str, *, code: str, hint: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.hint = hint


def perform(request: dict[str, Any], data: bytes) -> dict[str, Any]:
    """`sheet`, its name; `sheets`, all names; `rows`, lists of JSON values, empty cells null."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        name = _chosen(workbook.sheet_names, request["sheet"])
        sheet = workbook.get_sheet_by_name(name)
    except PasswordError as error:
        raise Refused(
            "the workbook has a password", code="files.password", hint="Save it without."
        ) from error
    except (CalamineError, ValueError, OSError) as error:
        raise Refused(f"the workbook cannot be read: {error}", code="files.damaged") from error
    if sheet.total_height * sheet.total_width > MOST_CELLS:
        raise Refused(f"the sheet has more than {MOST_CELLS:,} cells", code="files.too_large")
    rows = sheet.to_python(skip_empty_area=False)
    return {
        "sheet": name,
        "sheets": workbook.sheet_names,
        "rows": [[_plain(cell) for cell in row] for row in rows],
    }


def _chosen(names: list[str], wanted: str) -> str:
    if not names:
        raise Refused("the workbook has no sheets", code="files.damaged")
    if not wanted:
        return names[0]
    if wanted in names:
        return wanted
    if wanted.isascii() and wanted.isdigit() and 0 < int(wanted[:6]) <= len(names):
        return names[int(wanted) - 1]
    known = ", ".join(names[:20])
    raise Refused(f"there is no sheet {wanted!r}; there are {known}", code="files.sheet")


def _plain(cell: Any) -> Any:
    if cell == "":
        return None
    if isinstance(cell, float):
        return int(cell) if cell.is_integer() and abs(cell) < 2**53 else cell
    if isinstance(cell, datetime | date | time):
        return cell.isoformat()
    return cell.total_seconds() if isinstance(cell, timedelta) else cell
