"""The documentation says what is true: names, variables, dependencies, links."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from orchestrator.engine import state
from orchestrator.engine.state import RunStatus, StepStatus
from orchestrator.runs.models import RunStatus as StoredRunStatus
from tests.architecture.sources import ROOT, source_files

DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]


def table(page: str, heading: str) -> dict[str, list[str]]:
    """The rows of the table whose first column is headed `heading`: first cell → other cells."""
    rows: dict[str, list[str]] = {}
    inside = False
    for line in (DOCS / page).read_text().splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if line.startswith("|") and cells[0] == heading:
            inside = True
        elif inside and not line.startswith("|"):
            break
        elif inside and not set(cells[0]) <= {"-"}:
            rows[cells[0].strip("`")] = cells[1:]
    return rows


def test_the_run_states_are_those_of_engine_and_database() -> None:
    documented = table("state_machine.md", "run status")
    assert list(documented) == [status.value for status in RunStatus]
    assert set(documented) == set(StoredRunStatus.values)


def test_the_step_states_are_those_of_the_engine() -> None:
    assert list(table("state_machine.md", "step status")) == [status.value for status in StepStatus]


@pytest.mark.parametrize("heading", ["run status", "step status"])
def test_every_transition_leads_to_a_known_state(heading: str) -> None:
    documented = table("state_machine.md", heading)
    for cells in documented.values():
        assert set(re.findall(r"`(\w+)`", cells[1])) <= set(documented)


def test_final_run_states_lead_nowhere() -> None:
    for status, cells in table("state_machine.md", "run status").items():
        assert (cells[1] == "") == RunStatus(status).is_final


def test_every_event_that_the_engine_folds_is_documented() -> None:
    folded = set(state._HANDLERS)
    noted_only = {"run.replied"}
    assert set(table("state_machine.md", "event")) == folded | noted_only


def test_every_environment_variable_is_documented() -> None:
    read = set()
    pattern = (
        r'(?:environ(?:\.get\(|\[)|flag\(|whole_number\(|listing\()\s*"([A-Z_]+)"'
        r'|"([A-Z_]+)" (?:not )?in os\.environ'
    )
    for path in [*source_files("orchestrator", suffix=".py"), ROOT / "manage.py"]:
        read |= {first or second for first, second in re.findall(pattern, path.read_text())}
    documented = set(table("settings.md", "variable"))
    assert read - {"DJANGO_SETTINGS_MODULE", "PATH"} - documented == set()
    assert documented - read - {"NO_COLOR", "MALLOC_ARENA_MAX"} == set(), "documented, but nothing reads it"


def test_every_dependency_has_its_reason() -> None:
    required = {
        re.split(r"[\[<>=~ ]", line)[0]
        for line in (ROOT / "requirements.in").read_text().splitlines()
        if line and not line.startswith("#")
    }
    documented = {
        name.strip()
        for line in (DOCS / "dependencies.md").read_text().splitlines()
        if line.startswith("|")
        for name in line.split("|")[1].split(",")
    }
    assert required - documented == set()
    assert documented - required - {"package"} - {name for name in documented if set(name) <= {"-"}} == set()


def test_the_lock_holds_every_requirement_and_names_no_source() -> None:
    lock = (ROOT / "requirements.txt").read_text()
    assert "--index-url" not in lock.replace("--no-emit-index-url", "")
    assert "--find-links" not in lock.replace("--no-emit-find-links", "")
    for line in (ROOT / "requirements.in").read_text().splitlines():
        if line and not line.startswith("#"):
            name = re.split(r"[\[<>=~ ]", line)[0]
            assert re.search(rf"^{re.escape(name)}(\[.*\])?==", lock, re.MULTILINE), (
                f"make lock: {name} is missing"
            )


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text()):
        if "://" not in target:
            assert (page.parent / target).exists(), target


def test_every_decision_is_listed() -> None:
    listed = (DOCS / "decisions" / "README.md").read_text()
    for page in (DOCS / "decisions").glob("[0-9]*.md"):
        assert page.name in listed
