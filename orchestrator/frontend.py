"""The page of the browser app: one file for all of its routes; WhiteNoise serves its assets."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.views.decorators.http import require_safe

NOT_BUILT = """<!doctype html><title>Orchestrator</title>
<p>The browser app is not built yet. Run <code>make run</code>, which builds it.</p>"""


@require_safe
def frontend(request: HttpRequest) -> HttpResponse:
    """The app's page, never cached, since it names the assets of one build. Sets the CSRF cookie."""
    get_token(request)
    index = settings.FRONTEND_DIST / "index.html"
    if index.is_file():
        response = HttpResponse(index.read_bytes())
    else:
        response = HttpResponse(NOT_BUILT, status=503)
    response["Cache-Control"] = "no-cache"
    return response
