"""Trying a credential against the service it is for. What is said never holds a secret."""

from __future__ import annotations

import base64
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Literal

import orjson

from orchestrator.sdk import NodeError
from orchestrator.sdk.http import GuardedClient, check_status, http_errors

Fields = dict[str, Any]
Needs = Literal["nothing", "url"]
SECONDS = 20


@dataclass(frozen=True)
class Trial:
    """What is tried: the credential's fields, and the address where it should be good."""

    fields: Fields
    url: str
    http: GuardedClient


@dataclass(frozen=True)
class Check:
    """`run` says what was found, or raises NodeError; `needs` what must be known besides the fields."""

    run: Callable[[Trial], Awaitable[str]]
    needs: Needs = "nothing"


async def _models(trial: Trial) -> str:
    base_url = str(trial.fields["base_url"]).rstrip("/")
    key = trial.fields["api_key"]
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    with http_errors():
        response = await trial.http.get(f"{base_url}/models", headers=headers, timeout=SECONDS)
    check_status(response)
    try:
        count = len(orjson.loads(response.content)["data"])
    except (ValueError, KeyError, TypeError):
        raise NodeError(
            "something answered, but not with a list of models",
            hint="Check the base URL; most end with /v1.",
            code="credential.check",
        ) from None
    return f"The service answered and offers {count} model{'' if count == 1 else 's'}."


async def _mail(trial: Trial) -> str:
    # 75 ms to import, which only the process that checks a mail server should pay.
    import aiosmtplib

    server = trial.fields
    host, security, username = str(server["host"]), server["security"], server["username"]
    connection = await trial.http.policy.open_socket(host, int(server["port"]), timeout_seconds=SECONDS)
    client = aiosmtplib.SMTP(
        hostname=host,
        sock=connection,
        use_tls=security == "tls",
        start_tls=security == "starttls",
        username=username or None,
        password=server["password"] or None,
        timeout=SECONDS,
    )
    try:
        async with client:
            await client.noop()
    except aiosmtplib.SMTPAuthenticationError as error:
        raise NodeError(
            f"{host} did not accept the user name and password: {_said(error)}",
            hint="Some providers want a password made for apps.",
            code="credential.check",
        ) from error
    except aiosmtplib.SMTPException as error:
        raise NodeError(
            f"cannot talk to {host}: {_said(error)}",
            hint="Check the port and the security setting (none, starttls, tls).",
            code="credential.check",
        ) from error
    finally:
        connection.close()
    return f"{host} answered" + (" and accepted the user name and password." if username else ".")


def _said(error: Any) -> str:
    return " ".join(str(getattr(error, "message", error)).split())[:300]


def _asking(headers_of: Callable[[Fields], dict[str, str]]) -> Check:
    """Ask for a page with the secret's header; anything but a refusal is a success."""

    async def ask(trial: Trial) -> str:
        with http_errors():
            response = await trial.http.get(trial.url, headers=headers_of(trial.fields), timeout=SECONDS)
        check_status(response)
        return (
            f"{response.request.url.host} answered {response.status_code} {response.reason_phrase}.".strip()
        )

    return Check(ask, "url")


def _basic(fields: Fields) -> dict[str, str]:
    pair = f"{fields['username']}:{fields['password']}".encode()
    return {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}


async def _keys(trial: Trial) -> str:
    from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

    private, public = trial.fields["private_key"].encode(), trial.fields["public_key"].encode()
    passphrase = trial.fields["passphrase"].encode() or None
    read = []
    try:
        if private:
            load_pem_private_key(private, passphrase)
            read.append("private key")
        if public and b"CERTIFICATE" not in public:
            load_pem_public_key(public)
            read.append("public key")
    except (ValueError, TypeError) as error:
        which = "the public key" if read or not private else "the private key"
        raise NodeError(
            f"{which} cannot be read",
            hint="It must be in PEM form, from BEGIN to END; an encrypted one needs its passphrase.",
            code="credential.check",
        ) from error
    if not read:
        raise NodeError("there is no key to check", code="credential.check")
    return f"The {' and the '.join(read)} can be read."


CHECKS: dict[str, Check] = {
    "basic_auth": _asking(_basic),
    "bearer_token": _asking(lambda fields: {"Authorization": f"Bearer {fields['token']}"}),
    "header_auth": _asking(lambda fields: {fields["name"]: fields["value"]}),
    "key_pair": Check(_keys),
    "openai": Check(_models),
    "smtp": Check(_mail),
}
"""By credential type; what is missing here cannot be tried."""


async def try_out(check: Check, trial: Trial) -> dict[str, Any]:
    """`{"ok", "message", "hint"}`. Closes the trial's client."""
    try:
        return {"ok": True, "message": await check.run(trial), "hint": ""}
    except NodeError as error:
        hint = error.hint.replace("Check the credential of this node.", "Check what you entered.")
        return {"ok": False, "message": _without(trial.fields, error.message), "hint": hint}
    except UnicodeError:
        return {"ok": False, "message": "a field holds characters that cannot be sent", "hint": ""}
    finally:
        with contextlib.suppress(Exception):
            await trial.http.aclose()


def _without(fields: Fields, message: str) -> str:
    """A server may repeat what it was sent."""
    for value in fields.values():
        if isinstance(value, str) and len(value) >= 6:
            message = message.replace(value, "…")
    return message
