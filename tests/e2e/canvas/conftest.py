"""One signed-in browser for all tests of the canvas: each test has a workflow of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.e2e.canvas.board import Board
from tools.instance import Instance

SIZE = {"width": 1280, "height": 800}


@pytest.fixture(scope="session")
def api(shared_product: Instance) -> Iterator[httpx.Client]:
    """A client with the owner's session."""
    client = shared_product.sign_in()
    yield client
    client.close()


def signed_in(browser: Browser, product: Instance, api: httpx.Client, **options: Any) -> BrowserContext:
    context = browser.new_context(
        viewport=SIZE, base_url=product.url, permissions=["clipboard-read", "clipboard-write"], **options
    )
    context.set_default_timeout(10_000)
    context.add_cookies(
        [{"name": name, "value": value, "url": product.url} for name, value in api.cookies.items()]
    )
    return context


@pytest.fixture(scope="module")
def context(browser: Browser, shared_product: Instance, api: httpx.Client) -> Iterator[BrowserContext]:
    context = signed_in(browser, shared_product, api)
    yield context
    context.close()


@pytest.fixture
def board(context: BrowserContext, api: httpx.Client) -> Iterator[Board]:
    """A tab that can open workflows. What the page reports as an error fails the test."""
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    board = Board(page, api)
    yield board
    page.close(run_before_unload=False)
    assert errors == []
