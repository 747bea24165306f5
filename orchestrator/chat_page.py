"""GET, POST /chat/<path>: the public page of a live workflow's chat; and the replies to what is said.

Nothing here acts for a signed-in user, so no token against other sites is needed; only JSON is taken,
which another site's form cannot send."""

from __future__ import annotations

from typing import Annotated, Any, Literal, NamedTuple

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from orchestrator import strict_json
from orchestrator.errors import InvalidInput, MalformedBody, NotFound, ServiceError, TooLarge
from orchestrator.inbox.templatetags.inbox import markdown
from orchestrator.public_pages import guarded, notice
from orchestrator.rest import answer, error_response
from orchestrator.runs import store
from orchestrator.runs.models import Run
from orchestrator.session import address_of
from orchestrator.triggers import throttle
from orchestrator.triggers.chat_api import LONGEST_MESSAGE, LONGEST_REPLY
from orchestrator.triggers.models import PublicPage
from orchestrator.triggers.pages import page_at, said, start_from_page

LARGEST_BODY = 1024 * 1024
MOST_A_MINUTE = 20
MOST_LOOKS_A_MINUTE = 300
REPLY_SALT = "orchestrator.chat.reply"
REPLY_SECONDS = 24 * 3600
SEAL = signing.Signer(salt="orchestrator.chat.said")
"""Marks what the workflow said, so that nobody can put words into its mouth."""


class Expected(NamedTuple):
    """The reply to one message, and where it comes from."""

    run_id: str
    field: str
    session: str
    streams: bool


class Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")

    role: Literal["user"]
    content: str = Field(max_length=LONGEST_MESSAGE)


class Replied(BaseModel):
    model_config = ConfigDict(extra="forbid")

    role: Literal["assistant"]
    content: str = Field(max_length=LONGEST_REPLY)
    seal: str = Field(max_length=200)


class Spoken(BaseModel):
    """What somebody says, and what was said before."""

    model_config = ConfigDict(extra="forbid")

    message: str = Field(min_length=1, max_length=LONGEST_MESSAGE)
    session: str = Field(min_length=1, max_length=64)
    key: str = Field(min_length=1, max_length=64)
    """Names this message: sent twice, it is said once."""
    history: list[Annotated[Asked | Replied, Field(discriminator="role")]] = Field(max_length=50)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def chat(request: HttpRequest, path: str) -> HttpResponse:
    """GET shows the page and starts nothing; POST starts a run and tells where its reply will be."""
    if request.method != "POST":
        return _shown(request, path)
    try:
        page = page_at(PublicPage.CHAT, path)
        throttle.count("chat", address_of(request), most=MOST_A_MINUTE)
        spoken = _spoken(request)
        item = {
            "message": spoken.message,
            "session": spoken.session,
            "history": [entry.model_dump(include={"role", "content"}) for entry in spoken.history],
        }
        run_id = start_from_page(page, item, key=f"{spoken.session}:{spoken.key}")
    except ServiceError as error:
        return guarded(error_response(error))
    streams = bool(page.params["page"].get("streams"))
    promise = Expected(run_id, page.params["reply"], spoken.session, streams)
    token = signing.dumps(promise, salt=REPLY_SALT, compress=True)
    words = reverse("chat_words", args=[token]) if streams else None
    return guarded(answer({"reply": reverse("chat_reply", args=[token]), "words": words}, status=201))


@require_safe
def chat_reply(request: HttpRequest, token: str) -> HttpResponse:
    """`state` (working, waiting, said or failed), and what was said: `text`, `html` made of it, and the
    `seal` with which it may stand in the history of what is said next."""
    try:
        reply = expected(request, token)
    except NotFound:
        return guarded(answer({"state": "failed", "text": "", "html": "", "seal": ""}, status=404))
    except ServiceError as error:
        return guarded(error_response(error))
    state, text = _reply(reply)
    seal = _seal(reply.session, text) if state == "said" else ""
    return guarded(answer({"state": state, "text": text, "html": markdown(text), "seal": seal}))


def expected(request: HttpRequest, token: str) -> Expected:
    """Raises TooMany; NotFound `page.not_found` for a token that is not ours or has had its day."""
    throttle.count("chat-reply", address_of(request), most=MOST_LOOKS_A_MINUTE)
    try:
        return Expected(*signing.loads(token, salt=REPLY_SALT, max_age=REPLY_SECONDS))
    except (signing.BadSignature, ValueError, TypeError):
        raise NotFound("page.not_found", "there is no reply at this address, or no longer") from None


def _reply(reply: Expected) -> tuple[str, str]:
    result = store.run_result(reply.run_id)
    if result is not None and (result["reply"] is not None or result["status"] == "succeeded"):
        return "said", said(result, reply.field)[:LONGEST_REPLY]
    if result is not None and result["status"] != "running":
        return "failed", ""
    is_paused = Run.objects.filter(pk=reply.run_id, status="paused").exists()
    return ("waiting" if is_paused else "working"), ""


def _shown(request: HttpRequest, path: str) -> HttpResponse:
    try:
        page = page_at(PublicPage.CHAT, path)
    except ServiceError as error:
        return notice(request, "There is no chat here", error.message, status=error.status)
    return guarded(render(request, "web/chat.html", {"params": page.params}))


def _spoken(request: HttpRequest) -> Spoken:
    """Raises MalformedBody, TooLarge, InvalidInput `input.invalid` and `chat.not_said`."""
    if request.content_type != "application/json":
        raise MalformedBody("page.malformed", "a message is sent as application/json")
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_BODY:
        raise TooLarge("page.too_large", "that is more than a chat can hold")
    body: Any = strict_json.loads(request.body)
    try:
        spoken = Spoken.model_validate(body)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise InvalidInput("input.invalid", f"{place}: {first['msg']}") from None
    for entry in spoken.history:
        if isinstance(entry, Replied) and not constant_time_compare(
            entry.seal, _seal(spoken.session, entry.content)
        ):
            raise InvalidInput(
                "chat.not_said", "the conversation holds a reply that was never given; begin a new one"
            )
    return spoken


def _seal(session: str, text: str) -> str:
    return SEAL.signature(f"{session}\n{text}")
