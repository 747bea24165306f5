"""Zip and gzip, with limits on what comes out."""

from __future__ import annotations

import io
import stat
import zipfile
import zlib

from nodes.files.content import MOST_BYTES, too_large
from orchestrator.sdk import NodeError

MOST_ENTRIES = 1_000
ENTRY_HEAD = b"PK\x01\x02"
CHUNK = 256 * 1024
FIRST_DATE = (1980, 1, 1, 0, 0, 0)
"""The format's earliest date: the same files make the same archive."""


def zipped(files: list[tuple[str, bytes]]) -> bytes:
    """An archive; a second file of one name gets a number. Raises NodeError `files.name`."""
    target = io.BytesIO()
    met: set[str] = set()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for wanted, data in files:
            name, copies = checked_name(wanted), 1
            stem, dot, ending = name.rpartition(".")
            while name in met:
                copies += 1
                name = f"{stem} ({copies}).{ending}" if dot else f"{wanted} ({copies})"
            met.add(name)
            info = zipfile.ZipInfo(name, FIRST_DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return target.getvalue()


def unzipped(data: bytes, password: str) -> list[tuple[str, bytes]]:
    """Names and contents; folders and links are left out. Raises NodeError `files.damaged`,
    `files.too_large`, `files.name`, `files.password`."""
    if data.count(ENTRY_HEAD) > 20 * MOST_ENTRIES:  # before they are all read into memory
        raise _too_many()
    found: list[tuple[str, bytes]] = []
    left = MOST_BYTES
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        entries = [info for info in archive.infolist() if not info.is_dir() and not _is_link(info)]
        if len(entries) > MOST_ENTRIES:
            raise _too_many()
        for info in entries:
            name, content = checked_name(info.filename), _read(archive, info, password, left)
            left -= len(content)
            found.append((name, content))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError) as error:
        raise NodeError(f"the archive cannot be read: {error}", code="files.damaged") from error
    except RuntimeError as error:  # how zipfile says that a password is missing or wrong
        raise NodeError("the archive has another password", code="files.password") from error
    return found


def _too_many() -> NodeError:
    return NodeError(f"the archive has more than {MOST_ENTRIES:,} files", code="files.too_large")


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo, password: str, left: int) -> bytes:
    """What the head says of sizes may be a lie: what really comes out is counted."""
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise NotImplementedError("it is packed in a way that is not known")
    pieces = []
    with archive.open(info, pwd=password.encode() or None) as file:
        while piece := file.read(CHUNK):
            left -= len(piece)
            if left < 0:
                raise too_large()
            pieces.append(piece)
    return b"".join(pieces)


def _is_link(info: zipfile.ZipInfo) -> bool:
    return stat.S_ISLNK(info.external_attr >> 16)


def checked_name(name: str) -> str:
    """A relative path that stays inside its folder. Raises NodeError `files.name`."""
    parts = name.replace("\\", "/").split("/")
    if not name or len(name) > 500 or ".." in parts or parts[0] == "" or ":" in parts[0] or "\x00" in name:
        raise NodeError(
            f"{name[:100]!r} cannot be the name of a file in an archive",
            hint="Names lead into the archive only: no `..`, no drive, no slash at the start.",
            code="files.name",
        )
    return "/".join(parts)


def gunzipped(data: bytes) -> bytes:
    """All members of a gzip file. Raises NodeError `files.damaged` and `files.too_large`."""
    pieces: list[bytes] = []
    left = MOST_BYTES
    while data:
        reader = zlib.decompressobj(wbits=31)
        try:
            while not reader.eof:
                piece = reader.decompress(data, CHUNK)
                data = reader.unconsumed_tail or reader.unused_data
                left -= len(piece)
                if left < 0:
                    raise too_large()
                pieces.append(piece)
                if not piece and not reader.unconsumed_tail and not reader.eof:
                    raise NodeError("the gzip file is cut short", code="files.damaged")
        except zlib.error as error:
            raise NodeError(f"the gzip file cannot be read: {error}", code="files.damaged") from error
        data = reader.unused_data.lstrip(b"\x00")
    return b"".join(pieces)
