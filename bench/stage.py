"""What a measurement stands on: a running product of its own and how to report."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import httpx

from bench.slow_server import slow_server
from tools.instance import Instance
from tools.postgres import new_database, running_server


@dataclass(frozen=True)
class Measurement:
    """A function that reports `figures`; it runs when one of them is asked for."""

    figures: tuple[str, ...]
    measure: Callable[[Stage], None]


def measures(*figures: str) -> Callable[[Callable[[Stage], None]], Measurement]:
    return lambda function: Measurement(figures, function)


class Stage:
    """One product for all measurements; `fast` asks for their short form."""

    def __init__(self, stack: ExitStack, *, fast: bool, database: str, only: frozenset[str]) -> None:
        self._stack = stack
        self.fast = fast
        self.database = database
        self.only = only
        self._published: set[str] = set()

    def report(self, figure: str, value: float, unit: str, **more: Any) -> None:
        """Print the figure as one JSON line, unless others were asked for."""
        if self.only and figure not in self.only:
            return
        line = {"figure": figure, "value": round(value, 3), "unit": unit, "database": self.database, **more}
        if self.fast:
            line["fast"] = True
        print(json.dumps(line), flush=True)

    @cached_property
    def folder(self) -> Path:
        return Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="orchestrator-bench-")))

    @cached_property
    def database_url(self) -> str:
        return self.new_database_url()

    def new_database_url(self) -> str:
        """Of an empty database, for a product beside the stage's own."""
        return "" if self.database == "sqlite" else self._stack.enter_context(new_database(self._server))

    @cached_property
    def _server(self) -> str:
        return self._stack.enter_context(running_server())

    @cached_property
    def instance(self) -> Instance:
        """The product, started."""
        return self._stack.enter_context(Instance(self.folder, database_url=self.database_url))

    @cached_property
    def slow_url(self) -> str:
        return self._stack.enter_context(slow_server())

    @property
    def pid(self) -> int:
        assert self.instance.process is not None
        return self.instance.process.pid

    def webhook(self, document: dict[str, Any], query: str = "") -> str:
        """The address of the document's webhook, published once and answering rightly."""
        name = document["name"]
        url = f"{self.instance.url}/webhook/{name}" + (f"?{query}" if query else "")
        if name not in self._published:
            self.instance.publish(document)
            self._published.add(name)
        answer = httpx.get(url, timeout=300)
        if answer.status_code != 200:
            raise RuntimeError(f"{url} answered {answer.status_code}: {answer.text[:500]}")
        return url


@contextmanager
def stage() -> Iterator[Stage]:
    """By the environment: ONLY (figures, comma separated), FAST=1, DATABASE=sqlite|postgres."""
    database = os.environ.get("DATABASE") or "sqlite"
    if database not in {"sqlite", "postgres"}:
        raise SystemExit(f"DATABASE={database} must be sqlite or postgres")
    only = frozenset(name for name in os.environ.get("ONLY", "").split(",") if name)
    with ExitStack() as stack:
        yield Stage(stack, fast=os.environ.get("FAST", "") not in {"", "0"}, database=database, only=only)
