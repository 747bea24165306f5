"""Compress: zip and gzip, and back."""

import asyncio
import gzip
import mimetypes

from pydantic import Field

from nodes.files.archives import MOST_ENTRIES, gunzipped, unzipped, zipped
from nodes.files.compress_operations import Gzip, Operation, Unzip, Zip
from nodes.files.content import MOST_BYTES, file_of, too_large, whole
from orchestrator.sdk import Context, FileRef, Item, NodeError, Params, node


class CompressParams(Params):
    operation: Operation = Field(default=Zip(), description="What to do.")
    into: str = Field(
        default="data", min_length=1, max_length=100, description="The new file's name on the item."
    )


@node(
    "files.compress",
    title="Compress",
    effect="pure",
    summary="{operation.kind}",
    aliases=("zip", "unzip", "gzip", "gunzip", "archive", "extract", "decompress"),
)
async def compress(params: CompressParams, items: list[Item], context: Context) -> list[Item]:
    """Pack files into a zip archive or unpack them; make files smaller with gzip.

    An unpacked item has the entry's `name` and `size`. At most 64 MB come out, whatever an
    archive claims; links and names that lead out of it are not followed.
    """
    operation = params.operation
    if isinstance(operation, Zip):
        return [await _zip(operation, params.into, items, context)]
    made: list[Item] = []
    for item in items:
        ref = file_of(item, operation.file)
        try:
            data = await whole(ref, context)
            if isinstance(operation, Unzip):
                found = await asyncio.to_thread(unzipped, data, operation.password)
            elif isinstance(operation, Gzip):
                found = [(f"{ref.name}.gz", await asyncio.to_thread(gzip.compress, data, mtime=0))]
            else:
                found = [(ref.name.removesuffix(".gz"), await asyncio.to_thread(gunzipped, data))]
        except NodeError as error:
            error.item = item.index
            raise
        for name, content in found:
            file = await _kept(name, content, context)
            is_entry = isinstance(operation, Unzip)
            json = {**item.json, "name": name, "size": file.size} if is_entry else item.json
            files = {params.into: file} if is_entry else {**(item.files or {}), params.into: file}
            made.append(item.derive(json, files))
    return made


async def _zip(operation: Zip, into: str, items: list[Item], context: Context) -> Item:
    refs: list[FileRef] = []
    for item in items:
        refs += [file_of(item, name) for name in operation.files] or list((item.files or {}).values())
    if len(refs) > MOST_ENTRIES or sum(ref.size for ref in refs) > MOST_BYTES:
        raise too_large()
    packed = await asyncio.to_thread(zipped, [(ref.name, await whole(ref, context)) for ref in refs])
    file = await context.write_file(operation.name, "application/zip", packed)
    source = tuple(item.index for item in items if item.index is not None)
    return Item({"name": file.name, "size": file.size, "files": len(refs)}, {into: file}, source=source)


async def _kept(name: str, content: bytes, context: Context) -> FileRef:
    kind = "application/gzip" if name.endswith(".gz") else mimetypes.guess_type(name)[0]
    return await context.write_file(name.rpartition("/")[2], kind or "application/octet-stream", content)
