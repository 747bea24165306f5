"""Bodies of the workflows API."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from ninja import Schema
from pydantic import Field, SkipValidation

from orchestrator.accounts.schemas import Input
from orchestrator.pages import Page
from orchestrator.workflows.document import Document

AnyDocument = SkipValidation[Document]
"""Whatever it is: `document.read_document` reads it, and names the places that are wrong."""


class ProblemOut(Schema):
    path: str
    code: str
    message: str
    hint: str
    severity: str


class LastRun(Schema):
    id: str
    status: str
    at: datetime


class WorkflowRow(Schema):
    id: str
    name: str
    revision: int
    live_version: int | None
    draft_differs: bool
    """Whether the draft would do something else than the live version."""
    tags: list[str]
    folder: str
    """Such as `Sales/Orders`; empty outside of all folders."""
    created_at: datetime
    updated_at: datetime
    last_run: LastRun | None


class WorkflowList(Schema):
    items: list[WorkflowRow]
    next: str | None


class WorkflowOut(Schema):
    id: str
    name: str
    document: Document
    revision: int
    live_version: int | None
    draft_differs: bool
    tags: list[str]
    folder: str
    """Such as `Sales/Orders`; empty outside of all folders."""
    created_at: datetime
    updated_at: datetime
    problems: list[ProblemOut]
    """What stands in the way of running it; only `severity` "error" blocks publishing."""


class WorkflowFilter(Page):
    search: str | None = Field(None, max_length=200)
    tag: str | None = Field(None, max_length=60)
    uses: str | None = Field(None, max_length=26)
    """Only workflows whose draft runs the workflow with this id."""
    folder: str | None = Field(None, max_length=400)
    """Only what is filed there; empty for outside of all folders."""
    below: bool = False
    """With `folder`: also what is filed in the folders in it."""


class NewWorkflow(Input):
    """All are optional: a name for an empty workflow, a document, or the key of a starter."""

    name: str | None = Field(None, min_length=1, max_length=200)
    document: AnyDocument | None = None
    starter: str | None = Field(None, max_length=100)
    tags: list[str] = Field([], max_length=50)
    folder: str = Field("", max_length=400)
    """Where to file it, such as `Sales/Orders`; made if it is not there."""


class Save(Input):
    document: AnyDocument
    revision: int = Field(ge=0, le=2**31)
    """The revision this document was made from."""
    tags: list[str] | None = Field(None, max_length=50)


class Tags(Input):
    tags: list[Annotated[str, Field(min_length=1, max_length=60)]] = Field(max_length=50)


class FolderRow(Schema):
    path: str
    workflows: int
    """In it and in the folders in it."""


class FolderList(Schema):
    items: list[FolderRow]
    next: str | None = None


class NewFolder(Input):
    path: str = Field(min_length=1, max_length=400)
    """Such as `Sales/Orders`; those above it are made too."""


class MoveFolder(Input):
    path: str = Field(min_length=1, max_length=400)
    to: str = Field(min_length=1, max_length=400)
    """Its new path; a folder that is there already takes it in."""


class FolderPath(Schema):
    path: str = Field(max_length=400)


class MoveWorkflows(Input):
    ids: list[str] = Field(min_length=1, max_length=500)
    folder: str = Field(max_length=400)
    """Made if it is not there; empty takes them out of all folders."""


class Moved(Schema):
    moved: int


class Publish(Input):
    name: str = Field("", max_length=200)


class VersionRow(Schema):
    id: str
    workflow_id: str
    number: int | None
    name: str
    created_at: datetime
    by: str
    is_live: bool


class VersionList(Schema):
    items: list[VersionRow]
    next: str | None


class VersionOut(VersionRow):
    document: Document


class Published(Schema):
    version: VersionRow


class Starter(Schema):
    key: str
    title: str
    summary: str
    document: Document


class StarterList(Schema):
    items: list[Starter]
    next: str | None = None
