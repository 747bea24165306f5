"""What Crypto can do, as settings."""

import secrets
import time
import uuid
from typing import Annotated, Literal

from pydantic import Field

from nodes.data.keys import Encoding
from orchestrator.sdk import Params, Text, credential_of

Digest = Literal["sha256", "sha384", "sha512", "sha3_256", "sha3_512", "blake2b", "sha1", "md5"]
Sha2 = Literal["sha256", "sha384", "sha512"]
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
TEXT = "The text, mostly an expression; its UTF-8 bytes count."


class RandomValue(Params):
    """A value nobody can guess."""

    kind: Literal["random"] = "random"
    form: Literal["uuid4", "uuid7", "hex", "base64url", "letters", "digits"] = Field(
        default="uuid4", description="What it looks like; a uuid7 sorts by time."
    )
    length: int = Field(
        default=32, ge=1, le=4096, description="How many characters; UUIDs have a length of their own."
    )


class Hash(Params):
    """A fingerprint."""

    kind: Literal["hash"] = "hash"
    text: Text = Field(description=TEXT)
    algorithm: Digest = Field(default="sha256", description="How. SHA-1 and MD5 are for old systems only.")
    encoding: Encoding = Field(default="hex", description="How the result is written.")


class Hmac(Params):
    """A fingerprint with a shared key."""

    kind: Literal["hmac"] = "hmac"
    text: Text = Field(description=TEXT)
    credential: Annotated[str, credential_of("secret_key")] = Field(description="The shared key.")
    algorithm: Digest = Field(default="sha256", description="How. SHA-1 and MD5 are for old systems only.")
    encoding: Encoding = Field(default="hex", description="How the result is written.")


class Sign(Params):
    """A signature by a private key."""

    kind: Literal["sign"] = "sign"
    text: Text = Field(description=TEXT)
    credential: Annotated[str, credential_of("key_pair")] = Field(description="The private key.")
    algorithm: Sha2 = Field(default="sha256", description="The hash, for RSA and EC keys.")
    encoding: Encoding = Field(default="base64", description="How the result is written.")


class Verify(Params):
    """Check a signature."""

    kind: Literal["verify"] = "verify"
    text: Text = Field(description=TEXT)
    signature: str = Field(
        min_length=1, max_length=20_000, description="The signature, base64 or hexadecimal."
    )
    credential: Annotated[str, credential_of("key_pair")] = Field(description="The public key.")
    algorithm: Sha2 = Field(default="sha256", description="The hash, for RSA and EC keys.")


class Encrypt(Params):
    """Make a text unreadable without the key."""

    kind: Literal["encrypt"] = "encrypt"
    text: Text = Field(description=TEXT)
    credential: Annotated[str, credential_of("secret_key")] = Field(description="The key.")


class Decrypt(Params):
    """Make it readable again."""

    kind: Literal["decrypt"] = "decrypt"
    text: Text = Field(description="What Encrypt made.")
    credential: Annotated[str, credential_of("secret_key")] = Field(description="The key.")


Operation = Annotated[
    RandomValue | Hash | Hmac | Sign | Verify | Encrypt | Decrypt, Field(discriminator="kind")
]


def random_value(wanted: RandomValue) -> str:
    if wanted.form == "uuid4":
        return str(uuid.UUID(bytes=secrets.token_bytes(16), version=4))
    if wanted.form == "uuid7":
        return _uuid7(time.time_ns() // 1_000_000, secrets.token_bytes(10))
    if wanted.form == "hex":
        return secrets.token_hex((wanted.length + 1) // 2)[: wanted.length]
    if wanted.form == "base64url":
        return secrets.token_urlsafe(wanted.length)[: wanted.length]
    letters = LETTERS if wanted.form == "letters" else "0123456789"
    return "".join(secrets.choice(letters) for _ in range(wanted.length))


def _uuid7(milliseconds: int, noise: bytes) -> str:
    """RFC 9562: 48 bits of time, version, variant, 74 bits of noise."""
    number = int.from_bytes(milliseconds.to_bytes(6, "big") + noise, "big")
    number = number & ~(0xF << 76) | 7 << 76
    return str(uuid.UUID(int=number & ~(0x3 << 62) | 0x2 << 62))
