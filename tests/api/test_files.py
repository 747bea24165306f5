"""GET /files/{hash}: ranges, and headers that keep a file from acting on this site."""

from __future__ import annotations

import pytest

from orchestrator.runs.blobs import write_blob
from tests.api.callers import Caller

TEXT = bytes(range(256)) * 10


def ask(owner: Caller, query: str = "", range: str = "") -> tuple[int, dict[str, str], bytes]:
    headers = {"HTTP_RANGE": range} if range else {}
    found = owner.client.get(f"/api/v1/files/{write_blob(TEXT)}{query}", **headers)
    body = b"".join(found.streaming_content) if found.streaming else found.content
    return found.status_code, dict(found.headers), body


def test_a_file_comes_whole_and_is_saved_not_shown(owner: Caller) -> None:
    status, headers, body = ask(owner, "?name=a%22b.html&type=text/html&inline=true")
    assert (status, body, headers["Content-Length"]) == (200, TEXT, "2560")
    assert headers["Content-Type"] == "application/octet-stream"
    assert headers["Content-Disposition"] == "attachment; filename*=UTF-8''a%22b.html"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")


@pytest.mark.parametrize("kind", ["image/png", "application/pdf", "audio/mpeg", "text/plain"])
def test_harmless_types_are_shown_in_place_when_asked(owner: Caller, kind: str) -> None:
    _, headers, _ = ask(owner, f"?type={kind}&inline=true")
    assert headers["Content-Type"].startswith(kind) and headers["Content-Disposition"].startswith("inline")
    _, headers, _ = ask(owner, f"?type={kind}")
    assert headers["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(
    "kind", ["image/svg+xml", "text/html", "text/plain; x", "application/xhtml+xml", "a%0d%0ab: c"]
)
def test_others_are_not(owner: Caller, kind: str) -> None:
    status, headers, _ = ask(owner, f"?type={kind}&inline=true")
    assert status == 200 and headers["Content-Type"] == "application/octet-stream"
    assert headers["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(
    ("range", "status", "content"),
    [
        ("bytes=0-9", 206, TEXT[:10]),
        ("bytes=2550-", 206, TEXT[2550:]),
        ("bytes=-5", 206, TEXT[-5:]),
        ("bytes=5-99999", 206, TEXT[5:]),
        ("bytes=9999-", 416, b""),
        ("bytes=9-5", 416, b""),
        ("bytes=-", 200, TEXT),
        ("bytes=0-1,4-5", 200, TEXT),
        ("lines=1-2", 200, TEXT),
    ],
)
def test_ranges(owner: Caller, range: str, status: int, content: bytes) -> None:
    found, headers, body = ask(owner, range=range)
    assert found == status and (status == 416 or body == content)
    assert ("Content-Range" in headers) == (status != 200)


def test_what_is_not_there_is_not_found(owner: Caller) -> None:
    for hash in ("0" * 48, "..%2f..%2fsecret_key", "x"):
        found = owner.client.get(f"/api/v1/files/{hash}")
        assert found.status_code == 404
