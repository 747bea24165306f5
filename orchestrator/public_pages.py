"""What the pages for people outside share: what browsers may do with them, and short notices."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

POLICY = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors {}"


def ended(
    request: HttpRequest, heading: str, text: str, *, is_preview: bool = False, is_open: bool = False
) -> HttpResponse:
    """The page at the end of something; with `is_open` it looks again until it has ended."""
    context = {"heading": heading, "text": text, "is_open": is_open}
    return guarded(render(request, "web/form_ended.html", context), is_preview)


def notice(
    request: HttpRequest, heading: str, words: str, *, status: int = 422, is_preview: bool = False
) -> HttpResponse:
    sentence = words[:1].upper() + words[1:].rstrip(".") + "."
    context = {"heading": heading, "text": sentence, "is_problem": True}
    return guarded(render(request, "web/form_ended.html", context, status=status), is_preview)


def guarded(response: HttpResponse, is_preview: bool = False) -> HttpResponse:
    """Nothing from elsewhere, and in no other site's frame; a preview in ours."""
    response["Content-Security-Policy"] = POLICY.format("'self'" if is_preview else "'none'")
    response["Referrer-Policy"] = "no-referrer" if not is_preview else "same-origin"
    response["Cache-Control"] = "no-store"
    return response
