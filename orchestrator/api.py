"""The HTTP API: joins the routers of the apps under `/api/v1`."""

from __future__ import annotations

from ninja import NinjaAPI

from orchestrator.accounts.api import router as tokens
from orchestrator.accounts.authentication import SIGNED_IN, signed_in_only
from orchestrator.completions import router as completions
from orchestrator.credentials.api import router as credentials
from orchestrator.inbox.api import router as inbox
from orchestrator.inbox.desk_api import router as inbox_desk
from orchestrator.memory.api import router as memory
from orchestrator.options import router as options
from orchestrator.previews import router as previews
from orchestrator.rest import JsonParser, JsonRenderer, map_errors
from orchestrator.runs.api import router as runs
from orchestrator.runs.events_api import router as events
from orchestrator.runs.files_api import router as files
from orchestrator.session import router as session
from orchestrator.triggers.api import router as triggers
from orchestrator.triggers.chat_api import router as chat
from orchestrator.triggers.listening_api import router as listening
from orchestrator.triggers.schedules_api import router as schedules
from orchestrator.workflows.api import router as workflows
from orchestrator.workflows.folders_api import router as folders

api = NinjaAPI(
    title="Orchestrator",
    version="1",
    description="Draw, run, watch and approve workflows.",
    auth=SIGNED_IN,
    parser=JsonParser(),
    renderer=JsonRenderer(),
    docs_url=None,
    docs_decorator=signed_in_only,
)

map_errors(api)
api.add_router("", session)
api.add_router("/tokens", tokens)
api.add_router("", credentials)
api.add_router("", workflows)
api.add_router("/folders", folders)
api.add_router("/workflows", triggers)
api.add_router("/workflows", listening)
api.add_router("/workflows", chat)
api.add_router("", schedules)
api.add_router("/memory", memory)
# First, as its fixed addresses would otherwise be taken for the ids of tasks.
api.add_router("/inbox", inbox_desk)
api.add_router("/inbox", inbox)
api.add_router("/runs", runs)
api.add_router("/events", events)
api.add_router("/files", files)
api.add_router("/expressions", previews)
api.add_router("/expressions", completions)
api.add_router("", options)
