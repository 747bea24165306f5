"""Every test here starts the product as processes of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.outside import Outside

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.e2e)


@pytest.fixture
def outside() -> Iterator[Outside]:
    """A web server that remembers how often each path was asked."""
    server = Outside()
    yield server
    server.close()
