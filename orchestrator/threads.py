"""Database work from a coroutine."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from django.db import close_old_connections

Given = ParamSpec("Given")
Result = TypeVar("Result")


async def on_thread(function: Callable[Given, Result], *args: Given.args, **named: Given.kwargs) -> Result:
    """Call a function that uses the database on a thread of the loop's executor, which gives its
    connection back afterwards: the executor has more threads than the pool has connections."""

    def call() -> Result:
        try:
            return function(*args, **named)
        finally:
            close_old_connections()

    return await asyncio.to_thread(call)
