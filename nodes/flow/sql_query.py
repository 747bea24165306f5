"""Performs a SELECT over items in a child process: SQLite in memory, behind the wall.

A person's query can ask for all memory or run for ever; it must reach no file either. So it is
performed where neither matters: one statement, reading only, in a process that has nothing."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

MOST_ROWS = 1_000_000
MOST_COLUMNS = 2_000
LONGEST_VALUE = 16_000_000
OPEN = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, 33}  # 33: WITH RECURSIVE
CLOSED_FUNCTIONS = {"load_extension", "readfile", "writefile", "edit", "fts3_tokenizer"}


class Refused(Exception):
    """What the workflow's author can mend."""

    def __init__(self, message: str, *, code: str = "flow.sql", hint: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.hint = hint


def perform(request: dict[str, Any], data: bytes) -> list[dict[str, Any]]:
    """Rows of `query`, with `values` in the place of `:name`. `data`: a JSON list of the records of
    each table, `tables` their names."""
    base = sqlite3.connect(":memory:", isolation_level=None)
    base.execute("PRAGMA temp_store = MEMORY")
    base.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST_VALUE)
    kinds: dict[str, set[str]] = {}
    for name, records in zip(request["tables"], json.loads(data), strict=True):
        _fill(base, name, records, kinds)
    base.set_authorizer(_allowed)
    try:
        cursor = base.execute(request["query"], {name: _cell(v) for name, v in request["values"].items()})
        return _rows(cursor, kinds)
    except sqlite3.Warning as error:  # Python 3.11 says so of a second statement
        raise Refused(str(error), hint="Write one SELECT.") from error
    except (sqlite3.Error, ValueError) as error:
        raise _in_words(error, request["tables"]) from error


def _fill(base: sqlite3.Connection, table: str, records: list[dict[str, Any]], kinds: dict[str, Any]) -> None:
    names = dict.fromkeys(name for record in records for name in record)
    columns = _names(list(names)) or ["nothing"]
    for name, column in zip(names, columns, strict=False):
        kinds.setdefault(column, set()).update(_kind(record.get(name)) for record in records)
    if len(columns) > MOST_COLUMNS:
        raise Refused(f"{table} has more than {MOST_COLUMNS:,} fields", hint="Keep fewer fields first.")
    base.execute(f"CREATE TABLE {table} ({', '.join(_quoted(name) for name in columns)})")
    insert = f"INSERT INTO {table} VALUES ({', '.join('?' * len(columns))})"
    base.execute("BEGIN")
    base.executemany(insert, ([_cell(record.get(name)) for name in names or columns] for record in records))
    base.execute("COMMIT")


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""').replace("\0", "") + '"'


def _kind(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, list | dict):
        return "json"
    return "boolean" if isinstance(value, bool) else "plain"


def _cell(value: Any) -> Any:
    if isinstance(value, list | dict):
        return json.dumps(value)
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        return float(value)
    return value


def _allowed(action: int, first: str | None, second: str | None, *_: Any) -> int:
    if action == sqlite3.SQLITE_FUNCTION and str(second).lower() in CLOSED_FUNCTIONS:
        return sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK if action in OPEN else sqlite3.SQLITE_DENY


def _rows(cursor: sqlite3.Cursor, kinds: dict[str, set[str]]) -> list[dict[str, Any]]:
    if cursor.description is None:
        raise Refused("the query gives no rows", hint="Write one SELECT.")
    names = _names([column[0] for column in cursor.description])
    back = [kinds.get(name, set()) for name in names]
    rows: list[dict[str, Any]] = []
    for row in cursor:
        if len(rows) >= MOST_ROWS:
            raise Refused(
                f"the query gives more than {MOST_ROWS:,} rows",
                code="flow.too_many_items",
                hint="Join by fields that are unique, or end the query with LIMIT.",
            )
        rows.append({name: _value(cell, of) for name, cell, of in zip(names, row, back, strict=True)})
    return rows


def _names(columns: list[str]) -> list[str]:
    """A name of its own for each column: a later one of the same name gets a number. SQLite takes
    `ID` and `id` for one."""
    names: dict[str, str] = {}
    for column in columns:
        name, copies = column, 1
        while _folded(name) in names:
            copies += 1
            name = f"{column}_{copies}"
        names[_folded(name)] = name
    return list(names.values())


def _folded(name: str) -> str:
    return "".join(letter.lower() if letter.isascii() else letter for letter in name)


def _value(cell: Any, kinds: set[str]) -> Any:
    """What a cell was before it was put into the table, where its column says so."""
    if isinstance(cell, bytes):
        return cell.decode("utf-8", "replace")
    if isinstance(cell, float) and cell - cell != 0:
        return None
    if kinds - {"none"} == {"boolean"} and cell in (0, 1):
        return bool(cell)
    if "json" in kinds and isinstance(cell, str) and cell[:1] in ("[", "{"):
        try:
            return json.loads(cell)
        except ValueError:
            return cell
    return cell


def _in_words(error: Exception, tables: list[str]) -> Exception:
    said = str(error)
    if "not authorized" in said or "prohibited" in said:
        return Refused(
            "only SELECT can be performed", hint="The tables are made of the items; change these elsewhere."
        )
    if "no such table" in said:
        return Refused(said, hint=f"The tables are {', '.join(tables)}.")
    if "one statement" in said:
        return Refused(said, hint="Write one SELECT.")
    if "binding" in said.lower():
        return Refused(said, hint="Give each :name of the query a value.")
    if isinstance(error, sqlite3.DataError) or "too big" in said:
        return Refused(f"a value is too large: {said}", code="flow.too_large")
    return Refused(f"the query cannot be performed: {said}", hint="SQLite's SQL is understood.")
