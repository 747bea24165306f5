"""The page of the browser app."""

from __future__ import annotations

import pytest
from django.test import Client


@pytest.mark.parametrize("path", ["/", "/workflows/x", "/help", "/help/data.set", "/signin"])
def test_every_place_in_the_app_is_one_page_that_loads_nothing_from_elsewhere(path: str) -> None:
    answer = Client().get(path)
    assert answer.status_code in (200, 503)  # 503: not built yet
    rules = dict(rule.split(" ", 1) for rule in answer["Content-Security-Policy"].split("; "))
    assert rules["default-src"] == rules.get("script-src", "'self'") == "'self'"
    assert (rules["object-src"], rules["base-uri"], rules["frame-ancestors"]) == ("'none'",) * 3
    assert rules["connect-src"] == "'self' ws://testserver wss://testserver"
