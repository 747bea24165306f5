"""Files in pieces: into the blob store and out of it, over the API, and in the opened folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from orchestrator.runs import files
from orchestrator.runs.blobs import BlobWriter, open_blob, read_blob, write_blob
from orchestrator.sdk import FileRef, NodeError


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.DATA_DIR = tmp_path / "data"
    opened = tmp_path / "opened"
    opened.mkdir()
    settings.FILES_DIR = str(opened)
    return opened


async def test_a_file_is_kept_by_its_content(folder: Path) -> None:
    pieces = [b"ab" * 1000] * 5
    ref = await files.write_file("../x/report\n.txt", "text/plain", pieces)
    assert (ref.name, ref.size) == ("report.txt", 10_000)
    assert ref.hash == write_blob(b"".join(pieces))
    async with files.open_file(ref) as file:
        assert await file.read(3) == b"aba"
        assert b"".join([piece async for piece in file]) == b"".join(pieces)[3:]
    with files.open_file(ref) as plain:
        assert plain.read() == b"".join(pieces)


async def test_a_file_that_fails_on_the_way_leaves_nothing(folder: Path, settings: Any) -> None:
    def broken() -> Iterator[bytes]:
        yield b"x"
        raise ValueError("gone")

    with pytest.raises(ValueError):
        await files.write_file("a", "text/plain", broken())
    assert [path for path in (settings.DATA_DIR / "blobs").rglob("*") if path.is_file()] == []


async def test_a_removed_file_is_said_to_be_gone(folder: Path) -> None:
    with pytest.raises(NodeError) as caught:
        async with files.open_file(FileRef("0" * 48, "a.txt", "text/plain", 1)):
            pass
    assert caught.value.code == "file.gone"


def test_only_hashes_lead_to_contents(folder: Path) -> None:
    assert read_blob(write_blob(b"x")) == b"x"
    for name in ("../../secret_key", "", "0" * 47, "G" * 48, "0" * 48):
        with pytest.raises(FileNotFoundError):
            open_blob(name)
    writer = BlobWriter()
    writer.discard()


async def test_the_opened_folder_is_read_and_written(folder: Path) -> None:
    assert await files.write_path("a/b/c.txt", [b"one", b"two"]) == 6
    assert (folder / "a/b/c.txt").read_text() == "onetwo"
    assert await files.write_path("a/b/c.txt", b"new") == 3
    assert os.listdir(folder / "a/b") == ["c.txt"]
    with files.open_path("/a/b/c.txt") as file:
        assert file.read() == b"new"


@pytest.mark.parametrize(
    "path",
    [
        "../secret",
        "a/../../secret",
        "/etc/passwd",
        "link/passwd",
        "passwd",
        "hard",
        "pipe",
        "dir",
        "",
        ".",
        "a\\b",
        "a\0b",
    ],
)
async def test_nothing_outside_the_folder_is_reached(folder: Path, tmp_path: Path, path: str) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    (folder / "link").symlink_to("/etc")
    (folder / "passwd").symlink_to(secret)
    (folder / "hard").hardlink_to(secret)
    os.mkfifo(folder / "pipe")
    (folder / "dir").mkdir()
    with pytest.raises(NodeError) as caught, files.open_path(path):
        pass
    assert caught.value.code in ("file.refused", "file.missing")
    if path in ("../secret", "a/../../secret", "link/passwd", "dir", "", ".", "a\\b", "a\0b"):
        with pytest.raises(NodeError):
            await files.write_path(path, b"changed")
    assert secret.read_text() == "secret"


async def test_writing_replaces_a_link_and_not_what_it_leads_to(folder: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    (folder / "link").symlink_to(secret)
    await files.write_path("link", b"new")
    assert (secret.read_text(), (folder / "link").read_text()) == ("secret", "new")


async def test_without_a_folder_nothing_is_opened(folder: Path, settings: Any) -> None:
    settings.FILES_DIR = ""
    with pytest.raises(NodeError) as caught, files.open_path("a"):
        pass
    assert caught.value.code == "file.refused" and "FILES_DIR" in caught.value.hint


def test_a_scratch_database_is_on_disk_without_a_name(folder: Path, settings: Any) -> None:
    base = files.scratch_database()
    base.execute("CREATE TABLE items (data BLOB)")
    base.executemany("INSERT INTO items VALUES (?)", ([bytes(100_000)] for _ in range(100)))
    assert base.execute("SELECT count(*), sum(length(data)) FROM items").fetchone() == (100, 10_000_000)
    assert os.listdir(Path(settings.DATA_DIR) / "scratch") == []
    base.close()
