"""ANY /resume/<run>/<token>: where other systems, or people with a link, end a wait for a callback."""

from __future__ import annotations

import html
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from orchestrator import strict_json
from orchestrator.errors import MalformedBody, MethodNotAllowed, ServiceError
from orchestrator.rest import error_response
from orchestrator.runs.callbacks import call_back, look_up

PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><meta name="robots" content="noindex">
<meta name="viewport" content="width=device-width"><title>{title}</title>
<style>body{{font:16px/1.5 system-ui,sans-serif;max-width:28rem;margin:20vh auto;padding:0 1rem;
text-align:center;color-scheme:light dark}}button{{font:inherit;padding:.6rem 1.4rem;border:0;
border-radius:.5rem;background:#0b7a5e;color:#fff;cursor:pointer}}</style><h1>{title}</h1><p>{text}</p>{form}</html>"""
BUTTON = '<form method="post"><button>Go on</button></form>'


@csrf_exempt  # the address itself is the proof: whoever knows it may call
def resume(request: HttpRequest, run_id: str, token: str) -> HttpResponse:
    """POST ends the wait with what is sent; GET only shows a page with a button, because mail
    programs and chats open links by themselves."""
    wants_page = "text/html" in request.headers.get("Accept", "")
    try:
        if request.method in ("GET", "HEAD"):
            return _show(run_id, token)
        if request.method != "POST":
            raise MethodNotAllowed("route.method_not_allowed", "this address takes GET and POST")
        call_back(run_id=run_id, token=token, data=_data(request))
    except ServiceError as error:
        return (
            _page("This did not work", error.message, error.status) if wants_page else error_response(error)
        )
    if wants_page:
        return _page("Thank you", "The workflow goes on.")
    return HttpResponse(
        orjson.dumps({"run_id": run_id, "status": "resumed"}), content_type="application/json"
    )


def _show(run_id: str, token: str) -> HttpResponse:
    try:
        name = look_up(run_id=run_id, token=token)
    except ServiceError as error:
        return _page("This address leads nowhere", error.message, error.status)
    return _page(name, "A workflow waits here for you.", form=BUTTON)


def _data(request: HttpRequest) -> Any:
    """The body, JSON or a form; an address's `?name=value` parts are fields too, under the body's."""
    query = {name: _one(values) for name, values in request.GET.lists()}
    kind = (request.content_type or "").lower()
    if kind in ("application/x-www-form-urlencoded", "multipart/form-data"):
        if request.FILES:
            raise MalformedBody("resume.files", "files cannot be sent here; send their addresses")
        body: Any = {name: _one(values) for name, values in request.POST.lists()}
    else:
        body = strict_json.loads(request.body) if request.body.strip() else {}
    return {**query, **body} if isinstance(body, dict) else body


def _one(values: list[Any]) -> Any:
    cleaned = [str(value).replace("\x00", "\ufffd") for value in values]
    return cleaned[0] if len(cleaned) == 1 else cleaned


def _page(title: str, text: str, status: int = 200, form: str = "") -> HttpResponse:
    page = PAGE.format(title=html.escape(title), text=html.escape(text), form=form)
    response = HttpResponse(page, status=status)
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'"
    return response
