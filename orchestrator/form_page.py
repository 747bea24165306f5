"""GET, POST /form/<path>: the public page of a live workflow's form; and its preview for the draft.

Nothing in the page acts for a signed-in user, so a public form needs no token against other sites;
the preview runs a draft as somebody, so it does."""

from __future__ import annotations

from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from orchestrator.accounts.authentication import signed_in_only
from orchestrator.accounts.models import User
from orchestrator.errors import InvalidInput, MalformedBody, NotFound, ServiceError, TooLarge
from orchestrator.ids import new_id
from orchestrator.inbox import entries, forms, present
from orchestrator.public_pages import ended, guarded, notice
from orchestrator.runs import store
from orchestrator.session import address_of
from orchestrator.triggers import throttle
from orchestrator.triggers.manual import run_workflow
from orchestrator.triggers.models import PublicPage
from orchestrator.triggers.pages import page_at, said, start_from_page
from orchestrator.triggers.params import checked_params
from orchestrator.workflows.library import library
from orchestrator.workflows.services import get_workflow

LARGEST_BODY = 1024 * 1024
LONGEST_KEY = 64
MOST_A_MINUTE = 30
SENT_SALT = "orchestrator.form.sent"
SENT_SECONDS = 24 * 3600

Params = dict[str, Any]


# Strangers have no session here that another site could use.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def form(request: HttpRequest, path: str) -> HttpResponse:
    """GET shows the form and starts nothing, however often a preview or scanner asks."""
    try:
        page = page_at(PublicPage.FORM, path)
        if request.method != "POST":
            return _shown(request, page.params)
        throttle.count("form", address_of(request), most=MOST_A_MINUTE)
        given = _given(request)
        item = _item(page.params, given)
    except ServiceError as error:
        if isinstance(error, InvalidInput) and error.code == "answer.invalid":
            return _shown(request, page.params, given=given, error=error)
        return notice(request, _heading(error), error.message, status=error.status)
    return _sent(page.params, start_from_page(page, item, key=_key(given)))


@signed_in_only
@xframe_options_sameorigin
@require_http_methods(["GET", "HEAD", "POST"])
def form_preview(request: HttpRequest, workflow_id: str, node_id: str) -> HttpResponse:
    """The form of the draft, for who builds it: sending it runs the draft."""
    try:
        params = _draft_params(workflow_id, node_id)
        if request.method != "POST":
            return _shown(request, params, is_preview=True)
        given = _given(request)
        item = _item(params, given)
        assert isinstance(request.user, User)
        run_id = run_workflow(
            workflow_id=workflow_id, by=request.user, items=[item], node_id=node_id, source="form"
        )
    except InvalidInput as error:
        if error.code == "answer.invalid":
            return _shown(request, params, given=given, error=error, is_preview=True)
        return notice(request, "This form is not ready yet", error.message, is_preview=True)
    except ServiceError as error:
        return notice(request, _heading(error), error.message, status=error.status, is_preview=True)
    return _sent(params, run_id, is_preview=True)


@xframe_options_sameorigin
@require_safe
def form_sent(request: HttpRequest, token: str) -> HttpResponse:
    """What comes after sending a form, and stays when the page is loaded again."""
    try:
        run_id, params, is_preview = signing.loads(token, salt=SENT_SALT, max_age=SENT_SECONDS)
    except (signing.BadSignature, ValueError, TypeError):
        return notice(request, "This page is gone", "It was open for a day.", status=404)
    after = params["afterwards"]
    if after["kind"] == "message":
        return ended(request, after["title"], after["text"], is_preview=is_preview)
    if after["kind"] == "redirect":  # only in a preview: there the page must not leave the editor
        return ended(request, "Sent", f"People are led to {after['url']} now.", is_preview=is_preview)
    return _result(request, run_id, after, is_preview)


def _result(request: HttpRequest, run_id: str, after: Params, is_preview: bool) -> HttpResponse:
    result = store.run_result(run_id)
    if result is None or (result["status"] == "running" and result["reply"] is None):
        return ended(
            request, "One moment…", "Your answers are being worked on.", is_preview=is_preview, is_open=True
        )
    if result["status"] in ("failed", "cancelled") and result["reply"] is None:
        words = "Your answers have arrived, but what should have come of them did not."
        return ended(request, "Something went wrong", words, is_preview=is_preview)
    return ended(request, after["title"], said(result, after["field"])[:100_000], is_preview=is_preview)


def _draft_params(workflow_id: str, node_id: str) -> Params:
    for node in get_workflow(workflow_id).document["nodes"]:
        node_type = library().get(node["type"])
        if node["id"] == node_id and node_type is not None and node_type.source == "form":
            return checked_params(node)
    raise NotFound("page.not_found", "the draft has no such form")


def _given(request: HttpRequest) -> QueryDict:
    """The controls of the sent page. Raises MalformedBody, TooLarge."""
    if request.content_type != "application/x-www-form-urlencoded":
        raise MalformedBody("page.malformed", "a form is sent as application/x-www-form-urlencoded")
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_BODY:
        raise TooLarge("page.too_large", "that is more than a form can hold")
    given = request.POST.copy()
    for name, texts in given.lists():
        given.setlist(name, [str(text).replace("\x00", "\ufffd") for text in texts])
    return given


def _key(given: QueryDict) -> str:
    """Names this filling-in: the page gave it, so that sending it twice starts one run."""
    return str(given.get("key", ""))[:LONGEST_KEY] or new_id()


def _item(params: Params, given: QueryDict) -> dict[str, Any]:
    """What starts the run. Raises InvalidInput `answer.invalid`."""
    fields = forms.read(params["fields"])
    return {
        "answer": forms.checked(fields, entries.entered_answer(given, fields)),
        "submitted_at": timezone.now().isoformat(timespec="seconds"),
        "path": params["path"].strip("/"),
    }


def _shown(
    request: HttpRequest,
    params: Params,
    *,
    given: QueryDict | None = None,
    error: InvalidInput | None = None,
    is_preview: bool = False,
) -> HttpResponse:
    context = {
        "params": params,
        "questions": present.questions_of(
            forms.read(params["fields"]),
            given=given,
            errors=entries.by_field(error.problems if error else ()),
        ),
        "error": error,
        "key": _key(given) if given is not None else new_id(),
        "is_preview": is_preview,
    }
    status = error.status if error else 200
    return guarded(render(request, "web/form.html", context, status=status), is_preview)


def _sent(params: Params, run_id: str, *, is_preview: bool = False) -> HttpResponse:
    """Another page, so that loading it again does not send again."""
    after = params["afterwards"]
    if after["kind"] == "redirect" and not is_preview:
        return HttpResponseRedirect(after["url"], status=303)
    token = signing.dumps([run_id, {"afterwards": after}, is_preview], salt=SENT_SALT, compress=True)
    response = redirect("form_sent", token=token)
    response.status_code = 303
    return response


def _heading(error: ServiceError) -> str:
    known = {"page.throttled": "Please wait a moment", "page.not_found": "There is no form here"}
    return known.get(error.code, "This did not work")
