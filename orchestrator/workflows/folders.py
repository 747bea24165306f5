"""Folders of workflows: a path on each workflow, such as `Sales/Orders`, and a row for each folder,
so that one can be empty. Every folder in use has a row, and so have those above it."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Left

from orchestrator.errors import InvalidInput, NotFound, Problem
from orchestrator.workflows.models import Folder, Workflow

LONGEST_PATH = 300
LONGEST_NAME = 60
DEEPEST = 8


def read_path(path: str, *, place: str = "folder", may_be_empty: bool = True) -> str:
    """The path as it is stored: names without spaces around them; empty for outside of all folders.
    Raises InvalidInput `folder.invalid`."""
    names = [name.strip() for name in path.split("/")] if path.strip("/ ") else []
    names = names[1:] if names and not names[0] else names
    names = names[:-1] if names and not names[-1] else names
    wrong = _what_is_wrong(names or ([] if may_be_empty else [""]))
    if wrong:
        hint = "Write a path such as Sales/Orders."
        raise InvalidInput("folder.invalid", wrong, [Problem(place, "folder.invalid", wrong, hint)])
    return "/".join(names)


def _what_is_wrong(names: list[str]) -> str:
    if len(names) > DEEPEST:
        return f"folders stand at most {DEEPEST} deep in each other"
    for name in names:
        if not name:
            return "a folder needs a name"
        if len(name) > LONGEST_NAME:
            return f"a folder's name has at most {LONGEST_NAME} characters"
        if not name.isprintable():
            return "a folder's name is one line of plain characters"
    return "" if len("/".join(names)) <= LONGEST_PATH else "the path is too long"


def inside(rows: QuerySet[Any], path: str, *, field: str = "folder") -> QuerySet[Any]:
    """The rows in a folder and below it; all of them for the empty path."""
    if not path:
        return rows
    # Not `startswith`, to which SQLite's capitals are all the same.
    headed = rows.alias(head=Left(field, len(path) + 1))
    return headed.filter(Q(**{field: path}) | Q(head=f"{path}/"))


def list_folders() -> list[dict[str, Any]]:
    """`path` and `workflows`, the number of workflows in it and below it; by path."""
    counts: Counter[str] = Counter()
    filed = Workflow.objects.filter(deleted_at=None).exclude(folder="")
    for folder in filed.values_list("folder", flat=True):
        counts.update(_lineage(folder))
    paths = sorted(Folder.objects.values_list("path", flat=True), key=str.casefold)
    return [{"path": path, "workflows": counts[path]} for path in paths]


def folder_row(path: str) -> dict[str, Any]:
    count = inside(Workflow.objects.filter(deleted_at=None), path).count()
    return {"path": path, "workflows": count}


def create_folder(path: str) -> str:
    """Make a folder; one that is there already is fine. Returns the path as it is stored."""
    return ensure_folder(read_path(path, place="path", may_be_empty=False))


def ensure_folder(path: str) -> str:
    """Make the folder and those above it, unless they are there. Returns the path as it is stored."""
    path = read_path(path)
    Folder.objects.bulk_create([Folder(path=each) for each in _lineage(path)], ignore_conflicts=True)
    return path


def _lineage(path: str) -> list[str]:
    """`a/b/c` → `a`, `a/b`, `a/b/c`."""
    names = path.split("/") if path else []
    return ["/".join(names[: depth + 1]) for depth in range(len(names))]


@transaction.atomic
def move_workflows(*, ids: list[str], folder: str) -> int:
    """Put workflows into a folder, which is made if need be; their drafts and revisions stay as they
    are. Returns how many. Raises NotFound, and then none is moved."""
    found = Workflow.objects.filter(pk__in=ids, deleted_at=None)
    missing = set(ids) - set(found.values_list("pk", flat=True))
    if missing:
        raise NotFound("workflow.not_found", f"the workflow {min(missing)} does not exist")
    return found.update(folder=ensure_folder(folder))


@transaction.atomic
def move_folder(*, path: str, to: str) -> str:
    """Rename a folder or put it elsewhere, with all in it; a folder that is there already takes it in.
    Returns the new path. Raises NotFound, InvalidInput `folder.into_itself`, `folder.invalid`."""
    path, to = _known(path), read_path(to, place="to", may_be_empty=False)
    if to.startswith(f"{path}/"):
        raise InvalidInput("folder.into_itself", f"“{path}” cannot be moved into itself")
    if to != path:
        _carry_over(path, to)
    return to


@transaction.atomic
def remove_folder(path: str) -> None:
    """Take a folder away; what is in it moves up to the folder above. Raises NotFound."""
    path = _known(path)
    _carry_over(path, path.rpartition("/")[0])


def _known(path: str) -> str:
    path = read_path(path, place="path")
    if not path or not Folder.objects.filter(path=path).exists():
        raise NotFound("folder.not_found", f"there is no folder “{path}”")
    return path


def _carry_over(path: str, to: str) -> None:
    """Everything at and below `path` goes to the same place below `to`."""

    def moved(old: str) -> str:
        return "/".join(filter(None, [to, old[len(path) + 1 :]]))

    old_paths = set(inside(Folder.objects.all(), path, field="path").values_list("path", flat=True))
    new_paths = {each for old in old_paths for each in _lineage(ensure_folder(moved(old)))}
    Folder.objects.filter(path__in=old_paths - new_paths).delete()
    workflows = list(inside(Workflow.objects.all(), path).only("folder"))
    for workflow in workflows:
        workflow.folder = moved(workflow.folder)
    Workflow.objects.bulk_update(workflows, ["folder"], batch_size=500)
