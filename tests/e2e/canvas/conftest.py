"""One signed-in browser for all tests of the canvas: each test has a workflow of its own."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.e2e.canvas.board import Board
from tests.e2e.editor import signed_in
from tools.instance import Instance


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
