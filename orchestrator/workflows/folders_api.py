"""Folders of workflows over the API."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from orchestrator.rest import answer
from orchestrator.workflows import folders
from orchestrator.workflows.schemas import (
    FolderList,
    FolderPath,
    FolderRow,
    Moved,
    MoveFolder,
    MoveWorkflows,
    NewFolder,
)

router = Router(tags=["workflows"])


@router.get("", response=FolderList, operation_id="list_folders")
def get_folders(request: HttpRequest) -> HttpResponse:
    """All folders, by path, empty ones too."""
    return answer({"items": folders.list_folders(), "next": None})


@router.post("", response={201: FolderRow}, operation_id="create_folder")
def post_folder(request: HttpRequest, payload: NewFolder) -> HttpResponse:
    """One that is there already is fine."""
    return answer(folders.folder_row(folders.create_folder(payload.path)), status=201)


@router.post("/move", response=FolderRow, operation_id="move_folder")
def post_move(request: HttpRequest, payload: MoveFolder) -> HttpResponse:
    """Rename a folder or put it elsewhere, with all in it."""
    return answer(folders.folder_row(folders.move_folder(path=payload.path, to=payload.to)))


@router.delete("", response={204: None}, operation_id="delete_folder")
def remove_folder(request: HttpRequest, query: Query[FolderPath]) -> HttpResponse:
    """What is in it moves up to the folder above."""
    folders.remove_folder(query.path)
    return HttpResponse(status=204)


@router.post("/file", response=Moved, operation_id="file_workflows")
def post_file(request: HttpRequest, payload: MoveWorkflows) -> HttpResponse:
    """Put workflows into a folder, all or none. Their drafts and revisions stay as they are."""
    return answer({"moved": folders.move_workflows(ids=payload.ids, folder=payload.folder)})
