"""The inbox in the Django admin: our own pages instead of the usual list and form."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from orchestrator.accounts.models import User
from orchestrator.errors import InvalidInput, NotFound, ServiceError
from orchestrator.inbox import (
    audit,
    away,
    deciding,
    desk,
    entries,
    figures,
    links,
    nonces,
    present,
    queries,
    services,
    shapes,
    trace,
)
from orchestrator.inbox.models import (
    Absence,
    HumanTask,
    Priority,
    TaskKind,
    TaskSnooze,
    TaskStatus,
    TaskWatch,
)
from orchestrator.inbox.people import Person, refusal
from orchestrator.inbox.policies import Policy
from orchestrator.session import address_of

admin.site.site_header = admin.site.site_title = "Orchestrator"
admin.site.index_title = "Administration"
admin.site.site_url = "/"
admin.site.enable_nav_sidebar = False

VIEW_WORDS = {
    "mine": "Mine",
    "teams": "My teams",
    "unassigned": "Unassigned",
    "overdue": "Overdue",
    "everything": "Everything",
    "done": "Done",
}
POLICY = (
    "default-src 'self'; connect-src 'self' ws: wss:; img-src 'self' data:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
"""Tasks show data of strangers; were any of it ever taken for markup, it still could do nothing."""


@admin.register(HumanTask)
class HumanTaskAdmin(admin.ModelAdmin):
    """Tasks are opened by runs and closed by decisions: nothing is added, edited or deleted here."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("", view(require_safe(self.show_list)), name="inbox_humantask_changelist"),
            path("bulk/", view(self.several), name="inbox_humantask_bulk"),
            path("figures/", view(require_safe(self.show_figures)), name="inbox_humantask_figures"),
            path("away/", view(self.away), name="inbox_humantask_away"),
            path("filter/", view(require_POST(self.keep_filter)), name="inbox_humantask_filter"),
            path("export.<str:form>", view(require_safe(self.export)), name="inbox_humantask_export"),
            path("fragment/", view(require_safe(self.show_fragment)), name="inbox_humantask_fragment"),
            path("<str:task_id>/change/", view(require_safe(self.show_task)), name="inbox_humantask_change"),
            path(
                "<str:task_id>/decide/", view(require_POST(self.take_decision)), name="inbox_humantask_decide"
            ),
            path("<str:task_id>/handle/", view(require_POST(self.handle)), name="inbox_humantask_handle"),
            path(
                "<str:task_id>/comment/",
                view(require_POST(self.take_comment)),
                name="inbox_humantask_comment",
            ),
        ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may enter the admin may read the inbox; deciding has a rule of its own."""
        return bool(request.user.is_active and request.user.is_staff)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def show_list(self, request: HttpRequest) -> HttpResponse:
        """The list, with the first task beside it where there is room."""
        context = self._list_context(request)
        first = context["rows"][0]["task"] if context["rows"] else None
        if first is not None:
            task = queries.task_by_id(first.pk)
            context |= self._task_context(request, task, now=context["now"])
        return self._page(request, {**context, "is_preview": True})

    def show_fragment(self, request: HttpRequest) -> HttpResponse:
        """The list alone, for live updates, and how the open task stands."""
        context = self._list_context(request, selected=request.GET.get("task", ""))
        current = HumanTask.objects.filter(pk=request.GET.get("task", "")).only("status", "revision").first()
        return _guarded(render(request, "admin/inbox/list.html", {**context, "current": current}))

    def show_task(self, request: HttpRequest, task_id: str) -> HttpResponse:
        try:
            task = queries.task_by_id(task_id)
        except NotFound:
            return render(request, "404.html", status=404)
        user: User = request.user
        if request.method == "GET" and queries.may_decide(user, task):
            services.record_view(task=task, by=user)
        context = self._list_context(request, selected=task.pk)
        return self._page(request, {**context, **self._task_context(request, task, now=context["now"])})

    def take_decision(self, request: HttpRequest, task_id: str) -> HttpResponse:
        try:
            task = queries.task_by_id(task_id)
            is_open = task.status == TaskStatus.OPEN
            services.decide(
                task_id=task_id,
                outcome=request.POST.get("outcome", ""),
                comment=request.POST.get("comment", ""),
                proposed=entries.entered_values(request.POST, task) if is_open else {},
                answer=entries.entered_answer(request.POST, task.form) if is_open else {},
                by=request.user,
                nonce=request.POST.get("nonce", ""),
                password=request.POST.get("password"),
                address=address_of(request),
                origin={"via": "admin"},
            )
        except ServiceError as error:
            return self._refused(request, task_id, error)
        return HttpResponseRedirect(_address(task_id, request))

    def take_comment(self, request: HttpRequest, task_id: str) -> HttpResponse:
        try:
            services.comment(task_id=task_id, text=request.POST.get("comment", ""), by=request.user)
        except ServiceError as error:
            return self._refused(request, task_id, error)
        return HttpResponseRedirect(_address(task_id, request))

    def handle(self, request: HttpRequest, task_id: str) -> HttpResponse:
        """Claim, release, hand over, put off, watch."""
        try:
            desk.handle(request, task_id, request.POST.get("action", ""))
        except ServiceError as error:
            return self._refused(request, task_id, error)
        return HttpResponseRedirect(_address(task_id, request))

    def several(self, request: HttpRequest) -> HttpResponse:
        """A summary of the ticked tasks; a POST from it decides them."""
        context: dict[str, Any] = {"title": "Decide together", "place": _place_query(request)}
        if request.method == "POST":
            named = request.POST.getlist("task")
            results = desk.decide_together(
                by=request.user,
                named=[(task_id, request.POST.get(f"nonce-{task_id}", "")) for task_id in named],
                outcome=request.POST.get("outcome", ""),
                comment=request.POST.get("comment", ""),
                address=address_of(request),
            )
            context |= {"results": results, "decided_count": sum(done.is_decided for done in results)}
        else:
            ready = desk.summary_of(request.user, request.GET.getlist("task"))
            shared = desk.common_outcomes(ready)
            context |= {
                "entries": [{**vars(entry), "fields": present.fields_of(entry.task)} for entry in ready],
                "ready_count": sum(bool(entry.nonce) for entry in ready),
                "left_out_count": sum(not entry.nonce for entry in ready),
                "outcomes": present.choices_for(shared),
            }
        return _guarded(render(request, "admin/inbox/bulk.html", {**self._shell(request), **context}))

    def keep_filter(self, request: HttpRequest) -> HttpResponse:
        user: User = request.user
        try:
            if kept := request.POST.get("delete"):
                desk.delete_filter(user=user, filter_id=kept)
                return HttpResponseRedirect(reverse("admin:inbox_humantask_changelist"))
            view, only = _place(request)
            saved = desk.save_filter(user=user, name=request.POST.get("name", ""), view=view, only=only)
        except ServiceError as error:
            context = {**self._list_context(request), "notice": error.message}
            return self._page(request, {**context, "is_preview": True}, status=error.status)
        query = urlencode({**saved.wanted, "filter": saved.pk})
        return HttpResponseRedirect(f"{reverse('admin:inbox_humantask_changelist')}?{query}")

    def show_figures(self, request: HttpRequest) -> HttpResponse:
        found = figures.figures(now=timezone.now())
        context = {**self._shell(request), "title": "Figures", "figures": found, "days": figures.PERIOD_DAYS}
        return _guarded(render(request, "admin/inbox/figures.html", context))

    def away(self, request: HttpRequest) -> HttpResponse:
        """Who decides for a person who is away; a POST sets it or ends it."""
        user: User = request.user
        error: ServiceError | None = None
        if request.method == "POST":
            try:
                away.take(request.POST, user=user)
                return HttpResponseRedirect(reverse("admin:inbox_humantask_away"))
            except ServiceError as refused:
                error = refused
        context = {
            **self._shell(request),
            "title": "Be away",
            "absence": Absence.objects.filter(user=user).select_related("deputy").first(),
            "people": User.objects.filter(is_active=True).exclude(pk=user.pk).order_by("email"),
            "given": request.POST,
            "error": error,
        }
        page = render(request, "admin/inbox/away.html", context, status=error.status if error else 200)
        return _guarded(page)

    def export(self, request: HttpRequest, form: str) -> HttpResponse | StreamingHttpResponse:
        """The whole record of decisions; for administrators."""
        if not request.user.is_superuser:
            return render(request, "403.html", status=403)
        if form not in ("csv", "json"):
            return render(request, "404.html", status=404)
        lines = (audit.as_csv if form == "csv" else audit.as_json)(HumanTask.objects.all())
        kind = "text/csv; charset=utf-8" if form == "csv" else "application/x-ndjson"
        response = StreamingHttpResponse(lines, content_type=kind)
        response["Content-Disposition"] = f'attachment; filename="decisions.{form}"'
        return response

    def _shell(self, request: HttpRequest) -> dict[str, Any]:
        return dict(self.admin_site.each_context(request))

    def _refused(self, request: HttpRequest, task_id: str, error: ServiceError) -> HttpResponse:
        """The task again, with what was wrong and everything that was typed."""
        if isinstance(error, NotFound):
            return render(request, "404.html", status=404)
        task = queries.task_by_id(task_id)
        context = self._list_context(request, selected=task.pk)
        context |= self._task_context(request, task, now=context["now"], error=error)
        return self._page(request, context, status=error.status)

    def _page(self, request: HttpRequest, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
        context = {**self.admin_site.each_context(request), "title": "Inbox", **context}
        return _guarded(render(request, "admin/inbox/inbox.html", context, status=status))

    def _list_context(self, request: HttpRequest, *, selected: str = "") -> dict[str, Any]:
        user: User = request.user
        view, only = _place(request)
        now = timezone.now()
        try:
            found = queries.page(user, view=view, only=only, cursor=request.GET.get("cursor"), now=now)
        except InvalidInput:
            found = queries.page(user, view=view, only=only, now=now)
        return {
            "now": now,
            "view": view,
            "view_word": VIEW_WORDS[view],
            "q": only.q,
            "only": only,
            "place": urlencode({"view": view, **only.as_dict()}),
            "filters": desk.filters_of(user),
            "current_filter": request.GET.get("filter", ""),
            "kinds": TaskKind.choices,
            "priorities": [priority.word for priority in reversed(Priority)],
            "rows": [
                {"task": task, "timing": present.timing_of(task, now), "priority": present.priority_of(task)}
                for task in found.tasks
            ],
            "next_cursor": found.next,
            "selected": selected,
            "views": [
                {"key": key, "words": words, "count": _count(user, key, now)}
                for key, words in VIEW_WORDS.items()
            ],
        }

    def _task_context(
        self, request: HttpRequest, task: HumanTask, *, now: datetime, error: ServiceError | None = None
    ) -> dict[str, Any]:
        user: User = request.user
        view, only = _place(request)
        is_open = task.status == TaskStatus.OPEN
        may_decide = queries.may_decide(user, task)
        problems = entries.by_field(error.problems if error else ())
        return {
            "task": task,
            "is_open": is_open,
            "may_decide": may_decide,
            "timing": present.timing_of(task, now),
            "priority": present.priority_of(task),
            "blocks": shapes.blocks_of(task.context),
            "fields": present.fields_of(task, entered=entries.entered(request.POST, task), errors=problems),
            "questions": present.questions_of(
                task.form,
                answer=(task.decision or {}).get("answer"),
                given=request.POST,
                errors=problems,
            ),
            "choices": present.choices_of(task),
            "trace": trace.trace_of(task),
            "history": [present.line_of(event) for event in queries.events_of(task)],
            "nonce": nonces.issue(task, str(user.pk)) if is_open and may_decide else "",
            **self._handling_context(user, task),
            "error": error,
            "comment": request.POST.get("comment", ""),
            "next_task": queries.next_task(user, task, view=view, only=only, now=now),
            "decided_word": present.past_of((task.decision or {}).get("outcome", "")),
        }

    def _handling_context(self, user: User, task: HumanTask) -> dict[str, Any]:
        """What the task's own buttons need, and the answers of others."""
        policy = Policy.read(task.policy)
        is_open = task.status == TaskStatus.OPEN
        votes = deciding.votes_of(task) if policy.takes_several else []
        snooze = TaskSnooze.objects.filter(task=task, user=user, until__gt=timezone.now()).first()
        return {
            "votes": votes,
            "policy_words": present.policy_words(policy, task),
            "has_answered": deciding.has_answered(votes, policy, user.email),
            "needs_password": policy.reauthenticate,
            "may_handle": is_open and refusal(Person.of(user), task, handles=True) is None,
            "is_watching": TaskWatch.objects.filter(task=task, user=user).exists(),
            "snoozed_until": snooze.until if snooze else None,
            "timers": present.timers_of(task) if is_open else [],
            "public_link": links.public_link(task),
            "people": queries.names_to_ask() if is_open else [],
        }


def _place_query(request: HttpRequest) -> str:
    view, only = _place(request)
    return urlencode({"view": view, **only.as_dict()})


def _place(request: HttpRequest) -> tuple[queries.View, queries.Only]:
    """The list a person is in: from the address, or from the form that was sent."""
    given = request.GET if "view" in request.GET or request.method != "POST" else request.POST
    asked = given.get("view") or "mine"
    view = next((known for known in queries.VIEWS if known == asked), "mine")
    return view, queries.Only.read(given.dict())


def _count(user: User, view: queries.View, now: datetime) -> int | None:
    return None if view == "done" else queries.count(user, view, now=now)


def _address(task_id: str, request: HttpRequest) -> str:
    view, only = _place(request)
    query = urlencode({"view": view, **only.as_dict()})
    return f"{reverse('admin:inbox_humantask_change', args=[task_id])}?{query}"


def _guarded(response: HttpResponse) -> HttpResponse:
    response["Content-Security-Policy"] = POLICY
    return response
