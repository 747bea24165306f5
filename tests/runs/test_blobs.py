"""Blobs that nobody refers to go; whatever a run refers to, or is about to, stays."""

from __future__ import annotations

import os
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps

from orchestrator import wiring
from orchestrator.engine.ports import Flush
from orchestrator.ids import new_id
from orchestrator.runs import blob_uses, blobs
from orchestrator.runs.blobs import BlobWriter, open_blob, read_blob, remove_unused, write_blob
from orchestrator.runs.models import BlobUse, Run
from orchestrator.runs.starting import new_run
from orchestrator.runs.store import claim_runs, flush_runs, insert_runs
from orchestrator.sdk import FileRef
from orchestrator.workflows.models import Workflow, WorkflowVersion

DAY = 86_400.0


@pytest.fixture
def store(tmp_path: Path, settings: Any) -> Path:
    settings.DATA_DIR = tmp_path
    return tmp_path / "blobs"


def aged(hash: str, seconds: float) -> str:
    then = time.time() - seconds
    os.utime(blobs._path(hash), (then, then))
    return hash


def sweep(*used: str) -> int:
    return sum(
        remove_unused(folder, lambda hashes: set(used).intersection(hashes), keep_seconds=DAY)
        for folder in range(blobs.FOLDERS)
    )


def test_only_what_is_old_and_unused_goes(store: Path) -> None:
    used, new, unused = write_blob(b"used"), write_blob(b"new"), write_blob(b"unused")
    for hash in (used, unused):
        aged(hash, DAY + 60)
    assert sweep(used) == 1
    assert read_blob(used) == b"used"
    assert read_blob(new) == b"new"
    with pytest.raises(FileNotFoundError):
        read_blob(unused)


def test_storing_again_what_is_about_to_go_keeps_it(store: Path) -> None:
    hash = aged(write_blob(b"again"), 2 * DAY)
    assert write_blob(b"again") == hash
    assert sweep() == 0
    aged(hash, 2 * DAY)
    writer = BlobWriter()
    writer.write(b"again")
    writer.finish()
    assert sweep() == 0
    assert read_blob(hash) == b"again"


def test_what_is_renewed_between_the_look_and_the_removal_is_put_back(store: Path) -> None:
    hash = aged(write_blob(b"late"), 2 * DAY)

    def none_used(hashes: Any) -> set[str]:
        write_blob(b"late")  # after the dates were read
        return set()

    folder = int(hash[:2], 16)
    assert remove_unused(folder, none_used, keep_seconds=DAY) == 0
    assert read_blob(hash) == b"late"


def test_a_removal_that_was_cut_short_is_finished(store: Path) -> None:
    hash = aged(write_blob(b"cut"), 2 * DAY)
    path = blobs._path(hash)
    path.rename(path.with_name(hash + ".leaving"))
    with open_blob(hash) as file:
        assert file.read() == b"cut"
    assert sweep() == 1
    assert list(path.parent.iterdir()) == []


def test_what_a_broken_writer_left_goes(store: Path) -> None:
    writer = BlobWriter()
    writer.write(b"half")
    writer._file.flush()
    assert sweep() == 0
    os.utime(writer._partial, (0, 0))
    sweep()
    assert list(store.glob("*.part")) == []
    writer._file.close()


def test_writers_and_removals_at_once_lose_nothing(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each content is stored again and again while all dates are in the past: what was just stored
    can be read."""
    contents = [b"%d" % n for n in range(8)]
    stop = threading.Event()

    def remove() -> None:
        while not stop.is_set():
            for folder in {int(write_blob_hash(content)[:2], 16) for content in contents}:
                # All that was stored more than 5 ms ago is old.
                remove_unused(folder, lambda hashes: set(), keep_seconds=0.005)

    removing = threading.Thread(target=remove)
    removing.start()
    lost = []
    try:
        for turn in range(1500):
            content = contents[turn % len(contents)]
            began = time.time()
            hash = write_blob(content)
            try:
                found = read_blob(hash)
            except FileNotFoundError:
                found = b""
            # Only a reader that was slower than the time to keep may find nothing.
            if found != content and time.time() - began < 0.004:
                lost.append(turn)
    finally:
        stop.set()
        removing.join()
    assert lost == []


def write_blob_hash(content: bytes) -> str:
    import hashlib

    return hashlib.blake2b(content, digest_size=24).hexdigest()


def test_every_blob_of_an_event_is_found() -> None:
    files = [{"data": {"hash": "f1", "name": "a", "mime_type": "x", "size": 1}}, {}]
    chunked = {"count": 2, "chunks": [{"blob": "c1"}, {"blob": "c2", "files": files}]}
    events: list[dict[str, Any]] = [
        {"type": "step.succeeded", "outputs": {"main": {"data": b"[]"}, "x": {"blob": "b1"}, "y": chunked}},
        {"type": "run.queued", "items": {"data": b"[]", "files": files}},
        {"type": "run.queued", "items": {"data": b""}, "reuse": {"s:1": {"main": {"blob": "r1"}}}},
        {"type": "run.queued", "items": {"data": b""}, "edits": {"s:1": {"blob": "e1"}}},
        {"type": "step.edited", "items": {"blob": "i1"}},
        {"type": "step.paused", "wait": {"children": [{"items": {"blob": "k1"}}]}},
        {"type": "step.started", "inputs": {"main": [["s:1", "main"]]}},
    ]
    found = [set(blob_uses.hashes_in(event)) for event in events]
    assert found == [{"b1", "c1", "c2", "f1"}, {"f1"}, {"r1"}, {"e1"}, {"i1"}, {"k1"}, set()]


@pytest.fixture
def version() -> WorkflowVersion:
    workflow = Workflow.objects.create(name="Test", document={"nodes": [], "edges": []})
    return WorkflowVersion.objects.create(workflow=workflow, number=1, document={}, content_hash="0" * 64)


@pytest.mark.postgres
@pytest.mark.django_db
def test_a_run_keeps_its_blobs_until_it_is_deleted(store: Path, version: WorkflowVersion) -> None:
    ref = FileRef(write_blob(b"a file"), "a.txt", "text/plain", 6)
    run = new_run(
        workflow_id=version.workflow_id,
        version_id=version.id,
        node_id="s",
        items=[{"text": "x" * blobs.INLINE_BYTES}],
        files=[{"data": ref}],
    )
    insert_runs([run])
    insert_runs([replace(run, id=new_id())])  # another that refers to the same
    hashes = [ref.hash, run.first_event["items"]["blob"]]
    for hash in hashes:
        aged(hash, 2 * DAY)
    for remaining in (1, 0):
        kept = [remove_unused(int(hash[:2], 16), blob_uses.used, keep_seconds=DAY) for hash in hashes]
        assert (kept, BlobUse.objects.count()) == ([0, 0], 2 * (remaining + 1))
        Run.objects.filter(pk=Run.objects.values_list("pk", flat=True)[0]).delete()
    assert [remove_unused(int(hash[:2], 16), blob_uses.used, keep_seconds=DAY) for hash in hashes] == [1, 1]


@pytest.mark.django_db
def test_the_clock_removes_what_nobody_refers_to(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hash = aged(write_blob(b"left over"), 25 * 3600)
    monkeypatch.setattr(wiring, "_blob_folder", 0)
    now = datetime.now(UTC)
    for turn in range(blobs.FOLDERS):
        wiring._tidy_blobs(now + turn * wiring.TIDY_BLOBS_EVERY)
    with pytest.raises(FileNotFoundError):
        read_blob(hash)


@pytest.mark.django_db
def test_what_older_journals_refer_to_is_noted(store: Path, version: WorkflowVersion) -> None:
    ref = FileRef(write_blob(b"from before"), "a.txt", "text/plain", 6)
    made = new_run(
        workflow_id=version.workflow_id, version_id=version.id, node_id="s", items=[{}], files=[{"data": ref}]
    )
    insert_runs([made])
    BlobUse.objects.all().delete()
    migration = import_module("orchestrator.runs.migrations.0003_blob_uses")
    migration.note_uses(apps, None)
    migration.note_uses(apps, None)  # again changes nothing
    assert blob_uses.used([ref.hash]) == {ref.hash}
    assert BlobUse.objects.count() == 1


@pytest.mark.postgres
@pytest.mark.django_db
def test_what_a_flush_stores_is_noted_in_its_transaction(store: Path, version: WorkflowVersion) -> None:
    run = new_run(workflow_id=version.workflow_id, version_id=version.id, node_id="s", items=[{}])
    insert_runs([run])
    claim = claim_runs([run.id], "w")[0]
    ended = {
        "seq": 2,
        "at": 1,
        "attempt": 1,
        "type": "step.succeeded",
        "outputs": {"main": {"blob": "b" * 48}},
    }
    flush = Flush(run.id, version.workflow_id, claim.attempt, 1, [ended], "running", False)
    flush_runs([flush])
    flush_runs([replace(flush, after_seq=2, events=[{**ended, "seq": 3}])])  # again the same
    assert list(BlobUse.objects.values_list("run_id", "hash")) == [(run.id, "b" * 48)]
