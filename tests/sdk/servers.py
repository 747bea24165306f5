"""What the tests of outgoing connections share."""

from __future__ import annotations

from collections.abc import Awaitable, Callable


def names(**addresses: str | list[str]) -> Callable[[str, int], Awaitable[list[str]]]:
    """A resolver that knows these names (`_` stands for a dot) and no others."""
    table = {name.replace("_", "."): value for name, value in addresses.items()}

    async def resolve(host: str, port: int) -> list[str]:
        found = table.get(host, [])
        return [found] if isinstance(found, str) else found

    return resolve
