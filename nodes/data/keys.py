"""Keys and what is done with them: deriving, sealing, signing."""

from __future__ import annotations

import base64
import binascii
import hashlib
import secrets
from typing import Any, Literal

from cryptography import x509
from cryptography.exceptions import InvalidSignature, InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from orchestrator.sdk import Credential, NodeError

Encoding = Literal["hex", "base64", "base64url"]
SHA2: dict[str, hashes.HashAlgorithm] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}
SEALED = b"\x01"
"""First byte of what `seal` makes, so that another form can follow some day."""
SALT_BYTES, NONCE_BYTES = 16, 12


def encode(data: bytes, encoding: Encoding) -> str:
    if encoding == "hex":
        return data.hex()
    return (base64.b64encode if encoding == "base64" else base64.urlsafe_b64encode)(data).decode()


def decode(text: str, what: str) -> bytes:
    """Bytes from base64 (either alphabet) or hexadecimal text. Raises NodeError `data.encoding`."""
    compact = "".join(text.split())
    try:
        if len(compact) % 2 == 0 and not compact.strip("0123456789abcdefABCDEF"):
            return bytes.fromhex(compact)
        padded = compact.translate(str.maketrans("-_", "+/")) + "=" * (-len(compact) % 4)
        return base64.b64decode(padded, validate=True)
    except (binascii.Error, ValueError) as error:
        raise NodeError(f"{what} is neither base64 nor hexadecimal", code="data.encoding") from error


def seal(text: str, secret: str) -> str:
    """AES-256-GCM with a key derived from `secret` (scrypt): base64 of version, salt, nonce, ciphertext."""
    salt, nonce = secrets.token_bytes(SALT_BYTES), secrets.token_bytes(NONCE_BYTES)
    head = SEALED + salt + nonce
    return base64.b64encode(
        head + AESGCM(_derived(secret, salt)).encrypt(nonce, text.encode(), head)
    ).decode()


def unseal(sealed: str, secret: str) -> str:
    """Raises NodeError `data.decrypt` when the key is another or the text was changed."""
    try:
        data = base64.b64decode("".join(sealed.split()), validate=True)
        end = 1 + SALT_BYTES + NONCE_BYTES
        head, salt, nonce = data[:end], data[1 : 1 + SALT_BYTES], data[1 + SALT_BYTES : end]
        if len(data) < end + 16 or head[:1] != SEALED:
            raise ValueError("not a sealed text")
        return AESGCM(_derived(secret, salt)).decrypt(nonce, data[end:], head).decode()
    except (ValueError, InvalidTag) as error:
        raise NodeError(
            "the text cannot be decrypted",
            hint="The key is another one, or the text is not whole.",
            code="data.decrypt",
        ) from error


def _derived(secret: str, salt: bytes) -> bytes:
    return hashlib.scrypt(secret.encode(), salt=salt, n=2**14, r=8, p=1, dklen=32)


def private_key(credential: Credential) -> Any:
    """Raises NodeError `data.key`."""
    passphrase = credential.get("passphrase") or ""
    try:
        return serialization.load_pem_private_key(
            credential["private_key"].encode(), passphrase.encode() or None
        )
    except (KeyError, ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise _unreadable("private") from error


def public_key(credential: Credential) -> Any:
    """Of a public key, a certificate, or the private key. Raises NodeError `data.key`."""
    pem = (credential.get("public_key") or "").strip().encode()
    if not pem:
        return private_key(credential).public_key()
    try:
        if b"CERTIFICATE" in pem:
            return x509.load_pem_x509_certificate(pem).public_key()
        return serialization.load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise _unreadable("public") from error


def sign(key: Any, data: bytes, algorithm: str) -> bytes:
    """PKCS #1 v1.5 with RSA, ECDSA, or EdDSA, as the key is. Raises NodeError `data.key`."""
    chosen = SHA2[algorithm]
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(data, padding.PKCS1v15(), chosen)
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return key.sign(data, ec.ECDSA(chosen))
    if isinstance(key, ed25519.Ed25519PrivateKey | ed448.Ed448PrivateKey):
        return key.sign(data)
    raise _unreadable("private")


def verify(key: Any, signature: bytes, data: bytes, algorithm: str) -> bool:
    chosen = SHA2[algorithm]
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, data, padding.PKCS1v15(), chosen)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, data, ec.ECDSA(chosen))
        elif isinstance(key, ed25519.Ed25519PublicKey | ed448.Ed448PublicKey):
            key.verify(signature, data)
        else:
            raise _unreadable("public")
    except InvalidSignature:
        return False
    return True


def _unreadable(kind: str) -> NodeError:
    return NodeError(
        f"the credential's {kind} key cannot be used",
        hint="It must be an RSA, EC or Ed25519 key in PEM form, with its passphrase when it is encrypted.",
        code="data.key",
    )
