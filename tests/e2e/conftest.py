"""Every test here starts the product as processes of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page

from tests.e2e.editor import signed_in
from tests.e2e.outside import Outside
from tools.instance import Instance

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


@pytest.fixture(scope="session")
def api(shared_product: Instance) -> Iterator[httpx.Client]:
    """The owner of the shared product; modules with a product of their own have their own `api`."""
    client = shared_product.sign_in()
    yield client
    client.close()


@pytest.fixture
def page(browser: Browser, shared_product: Instance, api: httpx.Client) -> Iterator[Page]:
    """The same in a browser. An error in a script fails the test."""
    context = signed_in(browser, shared_product, api)
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert errors == []
