"""TOTP: one-time codes."""

import base64
import binascii
import hmac
from typing import Annotated, Any, Literal

from pydantic import Field

from orchestrator.sdk import Context, Item, NodeError, Params, credential_of, node
from orchestrator.sdk.paths import put


class Make(Params):
    """The code of this moment."""

    kind: Literal["make"] = "make"


class Check(Params):
    """Whether a code is right."""

    kind: Literal["check"] = "check"
    code: str = Field(min_length=1, max_length=20, description="The code that was entered.")
    window: int = Field(default=1, ge=0, le=10, description="How many codes before and after count too.")


class TotpParams(Params):
    credential: Annotated[str, credential_of("secret_key")] = Field(
        description="The secret in base32 letters, as apps are given it."
    )
    operation: Annotated[Make | Check, Field(discriminator="kind")] = Field(
        default=Make(), description="Make a code, or check one."
    )
    digits: Literal[6, 7, 8] = Field(default=6, description="How long a code is.")
    period_seconds: int = Field(default=30, ge=1, le=3600, description="How long a code holds.")
    algorithm: Literal["sha1", "sha256", "sha512"] = Field(
        default="sha1", description="The hash; nearly all apps know SHA-1 only."
    )
    into: str = Field(default="totp", min_length=1, description="Field of the item that receives the result.")


@node(
    "data.totp",
    title="TOTP",
    effect="pure",
    per="item",
    summary="{operation.kind}",
    aliases=("one-time password", "2fa", "otp", "authenticator", "code"),
)
async def totp(params: TotpParams, item: Item, context: Context) -> dict[str, Any]:
    """Make or check the six-digit codes of authenticator apps (RFC 6238).

    Gives `code` and `seconds_left`, or `valid`.
    """
    key = _key((await context.credential(params.credential))["secret"])
    now = int(context.now().timestamp())
    step, passed = divmod(now, params.period_seconds)
    operation = params.operation
    if isinstance(operation, Make):
        result = {"code": _code(key, step, params), "seconds_left": params.period_seconds - passed}
    else:
        entered = "".join(operation.code.split()).encode()
        steps = range(max(step - operation.window, 0), step + operation.window + 1)
        result = {
            "valid": any(hmac.compare_digest(_code(key, at, params).encode(), entered) for at in steps)
        }
    record = dict(item.json)
    put(record, params.into, result)
    return record


def _code(key: bytes, step: int, params: TotpParams) -> str:
    digest = hmac.digest(key, step.to_bytes(8, "big"), params.algorithm)
    at = digest[-1] & 15
    number = int.from_bytes(digest[at : at + 4], "big") & 0x7FFFFFFF
    return str(number % 10**params.digits).zfill(params.digits)


def _key(secret: str) -> bytes:
    letters = "".join(secret.split()).replace("-", "").upper().rstrip("=")
    try:
        return base64.b32decode(letters + "=" * (-len(letters) % 8))
    except binascii.Error as error:
        raise NodeError(
            "the secret is not written in base32 letters",
            hint="Copy it from where the app was set up: A to Z and 2 to 7.",
            code="data.key",
        ) from error
