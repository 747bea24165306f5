"""`manage.py export`, `import` and `lint`."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from orchestrator.accounts.models import User
from orchestrator.workflows.models import Workflow
from orchestrator.workflows.services import create_workflow

STARTER = Path("templates/workflows/order_triage.json")


def run(*words: str) -> str:
    out = StringIO()
    call_command(*words, stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_an_exported_workflow_comes_back_the_same(alice: User, tmp_path: Path) -> None:
    workflow = create_workflow(by=alice, document=json.loads(STARTER.read_text()))
    run("export", workflow.pk, "--to", str(tmp_path))
    (path,) = tmp_path.iterdir()
    run("import", str(path), "--publish")
    again = Workflow.objects.exclude(pk=workflow.pk).get()
    assert again.document == workflow.document
    assert again.live is not None


@pytest.mark.django_db
def test_two_workflows_of_one_name_get_files_of_their_own(alice: User, tmp_path: Path) -> None:
    create_workflow(by=alice, name="Twin")
    create_workflow(by=alice, name="Twin")
    run("export", "--to", str(tmp_path))
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.django_db
def test_lint_names_the_place_and_fails(tmp_path: Path) -> None:
    assert "no errors" in run("lint", str(STARTER))
    document = json.loads(STARTER.read_text())
    document["nodes"][0]["type"] = "trigger.unknown"
    wrong = tmp_path / "wrong.json"
    wrong.write_text(json.dumps(document))
    out = StringIO()
    with pytest.raises(CommandError, match="error"):
        call_command("lint", str(wrong), stdout=out)
    assert f"nodes.{document['nodes'][0]['id']}.type" in out.getvalue()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("written", "place"),
    [
        ("[1]", ": a workflow document is a JSON object"),
        ('{"nodes": 1}', "nodes: "),
        ('{"nodes": [{"id": "a"}], "edges": []}', "nodes.a.type: "),
        ('{"nodes": [{"id": "a", "type": "ai.chat"}], "edges": []}', "nodes.a.params.model: "),
    ],
)
def test_lint_reads_files_of_any_shape(written: str, place: str, tmp_path: Path) -> None:
    (tmp_path / "odd.json").write_text(written)
    out = StringIO()
    with pytest.raises(CommandError, match="error"):
        call_command("lint", str(tmp_path / "odd.json"), stdout=out)
    assert f"error: {place}" in out.getvalue()


@pytest.mark.django_db
def test_what_is_neither_a_file_nor_a_workflow_is_said(alice: User) -> None:
    with pytest.raises(CommandError, match="neither a file nor"):
        run("lint", "nothing")
    with pytest.raises(CommandError, match="no workflow nothing"):
        run("export", "nothing")
