"""The kinds of credentials: which fields each has, and which of them are secret."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from orchestrator.errors import InvalidInput


class Fields(BaseModel):
    model_config = ConfigDict(extra="forbid", str_max_length=20_000, use_attribute_docstrings=True)


def secret(**options: Any) -> Any:
    """A field shown as dots while it is typed."""
    return Field(json_schema_extra={"ui": {"widget": "password"}}, **options)


class Smtp(Fields):
    host: str = Field(min_length=1, examples=["smtp.example.org"])
    """Name of the mail server."""
    port: int = Field(587, ge=1, le=65535)
    """587 for STARTTLS, 465 for TLS, 25 for neither."""
    security: Literal["none", "starttls", "tls"] = "starttls"
    """How the connection is encrypted."""
    username: str = ""
    """Leave empty when the server asks for none."""
    password: str = secret(default="")
    """The password, often one made for this app only."""
    sender: str = ""
    """The address mails come from, when a node names none."""


class OpenAi(Fields):
    base_url: str = Field("https://api.openai.com/v1", pattern=r"^https?://[^\s/]+")
    """Where the API is; any server that speaks the same protocol will do."""
    api_key: str = secret(default="")
    """The key, empty for a local server that asks for none."""


class BearerToken(Fields):
    token: str = secret(min_length=1)
    """Sent as `Authorization: Bearer …`."""


class BasicAuth(Fields):
    username: str
    """The user's name."""
    password: str = secret()
    """The user's password."""


class HeaderAuth(Fields):
    name: str = Field(pattern=r"^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,200}$", examples=["X-Api-Key"])
    """Name of the header."""
    value: str = secret(min_length=1, pattern=r"^[^\r\n\x00]*$")
    """Its value."""


class SecretKey(Fields):
    secret: str = secret(min_length=1)
    """A shared key, password or the secret of one-time codes, as it was given to you."""


class KeyPair(Fields):
    private_key: str = secret(default="")
    """In PEM form, for signing; may be left empty where only signatures are checked."""
    passphrase: str = secret(default="")
    """Of an encrypted private key."""
    public_key: str = ""
    """A public key or certificate in PEM form, for checking; empty: the private key's own."""


TYPES: dict[str, tuple[str, type[Fields]]] = {
    "basic_auth": ("User name and password", BasicAuth),
    "bearer_token": ("Bearer token", BearerToken),
    "header_auth": ("Secret header", HeaderAuth),
    "key_pair": ("Key pair", KeyPair),
    "openai": ("OpenAI-compatible model", OpenAi),
    "secret_key": ("Secret key", SecretKey),
    "smtp": ("SMTP mail server", Smtp),
}


def fields_of(credential_type: str) -> type[Fields]:
    """Raises InvalidInput `credential.unknown_type`."""
    if credential_type not in TYPES:
        known = ", ".join(TYPES)
        raise InvalidInput(
            "credential.unknown_type", f"there is no credential type {credential_type!r}; known are {known}"
        )
    return TYPES[credential_type][1]
