"""What a browser has to fetch before the canvas is there."""

from __future__ import annotations

import httpx
import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.canvas.board import Board, chain
from tests.e2e.editor import signed_in
from tools.browser import counting_scripts
from tools.instance import Instance

pytestmark = pytest.mark.browser

MOST_KB = 300


def test_the_canvas_is_there_after_three_hundred_kilobytes_of_script(
    browser: Browser, shared_product: Instance, api: httpx.Client
) -> None:
    context = signed_in(browser, shared_product, api)  # With an empty cache.
    board = Board(context.new_page(), api)
    with counting_scripts(board.page) as sizes:
        board.open(chain(3))
        board.page.wait_for_load_state("networkidle")
        expect(board.card("n2")).to_be_visible()
    context.close()
    assert len(sizes) > 3
    largest = [f"{name}: {size / 1024:.0f} KB" for name, size in list(sizes.items())[:12]]
    assert sum(sizes.values()) <= MOST_KB * 1024, "\n".join(
        [f"{sum(sizes.values()) / 1024:.0f} KB:", *largest]
    )
