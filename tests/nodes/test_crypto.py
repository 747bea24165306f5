"""Random values, sealed texts and signatures: what no fixed example can show."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from nodes.data.crypto import crypto
from orchestrator.sdk.cases import run_case

PEM = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8)
KEYS: dict[str, Any] = {
    "rsa": lambda: rsa.generate_private_key(65537, 2048),
    "ec": lambda: ec.generate_private_key(ec.SECP256R1()),
    "ed25519": ed25519.Ed25519PrivateKey.generate,
}


async def performed(operation: dict[str, Any], secret: dict[str, Any] | None = None) -> Any:
    case = {"params": {"operation": {"credential": "key", **operation} if secret else operation}}
    outcome = await run_case(crypto, case | {"credentials": {"key": secret or {}}})
    assert outcome.error is None, outcome.error
    return outcome.outputs["main"][0].json["result"]


@pytest.mark.parametrize(
    ("form", "allowed"),
    [
        ("hex", "0123456789abcdef"),
        ("digits", "0123456789"),
        ("letters", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"),
        ("base64url", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
    ],
)
async def test_random_values_have_the_length_asked_for(form: str, allowed: str) -> None:
    values = {await performed({"kind": "random", "form": form, "length": 21}) for _ in range(20)}
    assert len(values) == 20
    assert all(len(value) == 21 and set(value) <= set(allowed) for value in values)


async def test_uuids_are_of_their_version_and_uuid7_sorts_by_time() -> None:
    assert uuid.UUID(await performed({"kind": "random"})).version == 4
    first, second = [uuid.UUID(await performed({"kind": "random", "form": "uuid7"})) for _ in range(2)]
    assert (first.version, first.variant) == (7, uuid.RFC_4122)
    assert first.int >> 80 <= second.int >> 80


async def test_what_is_encrypted_can_be_decrypted_and_never_looks_the_same_twice() -> None:
    secret = {"secret": "correct horse"}
    sealed = [await performed({"kind": "encrypt", "text": "Grüße 🎉"}, secret) for _ in range(2)]
    assert sealed[0] != sealed[1]
    assert await performed({"kind": "decrypt", "text": sealed[0]}, secret) == "Grüße 🎉"


@pytest.mark.parametrize("kind", list(KEYS))
@pytest.mark.parametrize("passphrase", ["", "open sesame"])
async def test_a_signature_is_checked_with_the_public_key(kind: str, passphrase: str) -> None:
    private = KEYS[kind]()
    guard = (
        serialization.BestAvailableEncryption(passphrase.encode())
        if passphrase
        else serialization.NoEncryption()
    )
    pair = {"private_key": private.private_bytes(*PEM, guard).decode(), "passphrase": passphrase}
    public = private.public_key().public_bytes(PEM[0], serialization.PublicFormat.SubjectPublicKeyInfo)
    signature = await performed({"kind": "sign", "text": "hello", "encoding": "base64url"}, pair)
    check = {"kind": "verify", "signature": signature}
    assert await performed({**check, "text": "hello"}, {"public_key": public.decode()}) is True
    assert await performed({**check, "text": "hallo"}, {"public_key": public.decode()}) is False
    assert await performed({**check, "text": "hello", "algorithm": "sha512"}, pair) is (kind == "ed25519")
