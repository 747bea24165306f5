"""Crypto: hashes, signatures, random values, encryption."""

import asyncio
import hashlib
import hmac
from typing import Any

from pydantic import Field

from nodes.data.crypto_operations import (
    Decrypt,
    Encrypt,
    Hash,
    Hmac,
    Operation,
    RandomValue,
    Sign,
    random_value,
)
from nodes.data.keys import decode, encode, private_key, public_key, seal, sign, unseal, verify
from nodes.data.values import check_size
from orchestrator.sdk import Context, Item, Params, node
from orchestrator.sdk.paths import put


class CryptoParams(Params):
    operation: Operation = Field(default=RandomValue(), description="What to do.")
    into: str = Field(
        default="result", min_length=1, description="Field of the item that receives the result."
    )


@node(
    "data.crypto",
    title="Crypto",
    effect="pure",
    per="item",
    summary="{operation.kind}",
    aliases=("hash", "hmac", "sha256", "md5", "sign", "verify", "encrypt", "decrypt", "uuid", "random"),
)
async def crypto(params: CryptoParams, item: Item, context: Context) -> dict[str, Any]:
    """Hash, sign, encrypt, or make a random value.

    Encryption is AES-256-GCM with a key derived from the secret. Checking a signature
    gives true or false.
    """
    operation = params.operation
    if isinstance(operation, RandomValue):
        result: Any = random_value(operation)
    elif isinstance(operation, Hash):
        text = check_size(operation.text, "the text")
        digest = hashlib.new(operation.algorithm, text.encode(), usedforsecurity=False).digest()
        result = encode(digest, operation.encoding)
    else:
        secret = await context.credential(operation.credential)
        result = await asyncio.to_thread(_with_secret, operation, secret)
    record = dict(item.json)
    put(record, params.into, result)
    return record


def _with_secret(operation: Any, secret: dict[str, Any]) -> str | bool:
    text = check_size(operation.text, "the text")
    if isinstance(operation, Hmac):
        digest = hmac.digest(secret["secret"].encode(), text.encode(), operation.algorithm)
        return encode(digest, operation.encoding)
    if isinstance(operation, Encrypt):
        return seal(text, secret["secret"])
    if isinstance(operation, Decrypt):
        return unseal(text, secret["secret"])
    if isinstance(operation, Sign):
        made = sign(private_key(secret), text.encode(), operation.algorithm)
        return encode(made, operation.encoding)
    signature = decode(operation.signature, "the signature")
    return verify(public_key(secret), signature, text.encode(), operation.algorithm)
