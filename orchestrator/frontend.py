"""The page of the browser app: one file for all of its routes; WhiteNoise serves its assets."""

from __future__ import annotations

from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_safe

NOT_BUILT = """<!doctype html><title>Orchestrator</title>
<p>The browser app is not built yet. Run <code>make run</code>, which builds it.</p>"""


def _policy(host: str) -> str:
    """What the app's page may load: its own files, and nothing from elsewhere. It is the second wall
    behind React's escaping: what strangers wrote cannot run, nor call home, even if it got in."""
    rules = {
        "default-src": "'self'",
        # The code editor, the canvas and menus set styles of their own.
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "media-src": "'self' blob:",
        "font-src": "'self' data:",
        # Some browsers do not count a socket of the same host as 'self'.
        "connect-src": f"'self' ws://{host} wss://{host}",
        "worker-src": "'self' blob:",
        # PDF files are shown from an address that the page makes for them.
        "frame-src": "'self' blob:",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


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
    response["Content-Security-Policy"] = _policy(request.get_host())
    return response


@require_safe
def admin_sign_in(request: HttpRequest) -> HttpResponse:
    """Where the admin sends those who may not enter: to the app's sign-in page and back, or, when
    they are signed in already and it would not help, to a page that says so."""
    if request.user.is_authenticated and not request.user.is_staff:
        return render(request, "403.html", status=403)
    wanted = request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) or not wanted.startswith("/admin/"):
        wanted = "/admin/"
    return HttpResponseRedirect(f"/signin?next={quote(wanted)}")
