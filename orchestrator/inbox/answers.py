"""The page behind a signed link: it shows the question; a POST with its nonce answers."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from orchestrator.errors import InvalidInput, ServiceError
from orchestrator.inbox import entries, forms, links, nonces, present, services, shapes
from orchestrator.inbox.models import HumanTask
from orchestrator.inbox.people import ANYONE_WITH_THE_LINK, Person
from orchestrator.inbox.policies import Policy
from orchestrator.session import address_of

POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
HEADINGS = {
    "link.not_found": "This link does not work",
    "link.gone": "This link is no longer valid",
    "task.already_decided": "This has been decided",
    "link.throttled": "Too many tries",
}


# The nonce in the form is what a cookie's CSRF token would be; people from a mail have no cookie.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows and changes nothing at all, however often a scanner or preview asks."""
    try:
        task, person = links.open_link(token, address=address_of(request))
    except ServiceError as error:
        return _notice(
            request, HEADINGS.get(error.code, "This is not open to you"), error.message, error.status
        )
    if request.method != "POST":
        return _form(request, task, person)
    if "turn" in request.POST:
        return _turn_page(request, task, person)
    try:
        _take(request, task, person)
    except InvalidInput as error:
        return _form(request, task, person, error=error)
    except ServiceError as error:
        return _notice(request, HEADINGS.get(error.code, "Nothing was decided"), error.message, error.status)
    words = "Your answer was recorded. You may close this page."
    return _notice(request, "Thank you", words, 200, icon="circle-check")


def _turn_page(request: HttpRequest, task: HumanTask, person: Person) -> HttpResponse:
    """The next page of the form, once this one is filled in, or the one before. Decides nothing."""
    number = _page_number(request, task)
    if request.POST["turn"] == "back":
        return _form(request, task, person, page=number - 1)
    fields = forms.on_page(task.form, number) if task.form else []
    given = entries.entered_answer(request.POST, task.form)
    try:
        forms.checked(fields, {field["name"]: given[field["name"]] for field in fields})
    except InvalidInput as error:
        return _form(request, task, person, error=error, page=number)
    return _form(request, task, person, page=number + 1)


def _page_number(request: HttpRequest, task: HumanTask) -> int:
    told = request.POST.get("page", "")
    last = max(len(forms.pages_of(task.form)) - 1, 0)
    return min(int(told), last) if told.isdecimal() and len(told) < 4 else 0


def _take(request: HttpRequest, task: HumanTask, person: Person) -> None:
    services.decide(
        task_id=task.pk,
        outcome=request.POST.get("outcome", ""),
        comment=request.POST.get("comment", ""),
        proposed=entries.entered_values(request.POST, task),
        answer=entries.entered_answer(request.POST, task.form),
        by=person,
        nonce=request.POST.get("nonce", ""),
        address=address_of(request),
        origin={"via": "link"},
    )


def _form(
    request: HttpRequest,
    task: HumanTask,
    person: Person,
    *,
    error: InvalidInput | None = None,
    page: int | None = None,
) -> HttpResponse:
    problems = entries.by_field(error.problems if error else ())
    is_public = person.email == ANYONE_WITH_THE_LINK
    context: dict[str, Any] = {
        "task": task,
        "person": person,
        "needs_account": Policy.read(task.policy).reauthenticate,
        "page": links.page_of(task),
        # The public sees what the author wrote for it, not the data that flows through the workflow.
        "blocks": [] if is_public else shapes.blocks_of(task.context),
        "is_public": is_public,
        "fields": present.fields_of(task, entered=entries.entered(request.POST, task), errors=problems),
        **_page_of_form(request, task, problems, page),
        "choices": present.choices_of(task),
        "nonce": nonces.issue(task, person.key),
        "error": error,
        "comment": request.POST.get("comment", ""),
    }
    return _guarded(
        render(request, "admin/inbox/answer.html", context, status=error.status if error else 200)
    )


def _page_of_form(
    request: HttpRequest, task: HumanTask, problems: dict[str, str], page: int | None
) -> dict[str, Any]:
    """The questions of one page; what was answered on the others is carried along, unseen."""
    questions = present.questions_of(task.form, given=request.POST, errors=problems)
    titles = forms.pages_of(task.form)
    if len(titles) < 2:
        return {"questions": questions}
    if page is None:
        wrong = [titles.index(question.page) for question in questions if question.error]
        page = wrong[0] if wrong else _page_number(request, task)
    page = min(max(page, 0), len(titles) - 1)
    others = [question for question in questions if question.page != titles[page]]
    return {
        "questions": [question for question in questions if question.page == titles[page]],
        "carried": [(question.index, text) for question in others for text in question.chosen],
        "paging": {
            "index": page,
            "number": page + 1,
            "of": len(titles),
            "title": titles[page],
            "is_first": page == 0,
            "is_last": page == len(titles) - 1,
        },
    }


def _notice(
    request: HttpRequest, heading: str, words: str, status: int, *, icon: str = "circle-slash"
) -> HttpResponse:
    sentence = words[:1].upper() + words[1:].rstrip(".") + "."
    context = {"heading": heading, "words": sentence, "mark": icon}
    return _guarded(render(request, "admin/inbox/answered.html", context, status=status))


def _guarded(response: HttpResponse) -> HttpResponse:
    """The address is a secret: nobody else learns it from a referrer, a cache or an index."""
    response["Content-Security-Policy"] = POLICY
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    return response
