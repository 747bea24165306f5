"""URLs of the Django part. Webhooks and the websocket are routed before it, in asgi.py."""

from __future__ import annotations

from django.contrib import admin
from django.urls import path, re_path

from orchestrator.api import api
from orchestrator.chat_page import chat, chat_reply
from orchestrator.chat_words import chat_words
from orchestrator.form_page import form, form_preview, form_sent
from orchestrator.frontend import admin_sign_in, frontend
from orchestrator.health import healthz, metrics, readyz
from orchestrator.inbox.answers import answer
from orchestrator.inbox.arrivals import inbound_mail
from orchestrator.runs.resume import resume

APP_ROUTES = (
    r"^(?:(?:workflows|runs|inbox|credentials|settings|templates|help|memory|signin|welcome)(?:/.*)?)?$"
)

urlpatterns = [
    path("healthz", healthz),
    path("readyz", readyz),
    path("metrics", metrics),
    path("api/v1/", api.urls),
    path("resume/<str:run_id>/<str:token>", resume),
    path("answer/<str:token>", answer),
    path("inbound/mail", inbound_mail),
    path("form/<path:path>", form),
    path("chat/<path:path>", chat),
    path("chat-reply/<str:token>", chat_reply, name="chat_reply"),
    path("chat-words/<str:token>", chat_words, name="chat_words"),
    path("form-sent/<str:token>", form_sent, name="form_sent"),
    path("form-test/<str:workflow_id>/<str:node_id>", form_preview),
    # The app's own sign-in page is the only one, so its throttle cannot be walked around.
    path("admin/login/", admin_sign_in),
    path("admin/", admin.site.urls),
    re_path(APP_ROUTES, frontend),
]
