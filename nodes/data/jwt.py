"""JWT: signed tokens."""

import asyncio
from datetime import datetime
from typing import Annotated, Any

from joserfc.errors import JoseError
from pydantic import Field

from nodes.data.tokens import Decode, Operation, Sign, Verify, contents_of, signed, verified
from orchestrator.sdk import Context, Item, NodeError, Params, node
from orchestrator.sdk.paths import put


class JwtParams(Params):
    operation: Annotated[Operation, Field(discriminator="kind")] = Field(description="What to do.")
    into: str = Field(default="jwt", min_length=1, description="Field of the item that receives the result.")


@node(
    "data.jwt",
    title="JWT",
    effect="pure",
    per="item",
    summary="{operation.kind}",
    aliases=("json web token", "token", "sign", "verify", "bearer", "claims"),
)
async def jwt(params: JwtParams, item: Item, context: Context) -> dict[str, Any]:
    """Sign JSON Web Tokens, check them or look inside.

    Signing gives the token. Checking and looking inside give `header` and `claims`; a token
    that is not valid fails.
    """
    operation = params.operation
    secret = {} if isinstance(operation, Decode) else await context.credential(operation.key.credential)
    try:
        result = await asyncio.to_thread(_perform, operation, secret, context.now())
    except (JoseError, ValueError) as error:
        raise NodeError(
            f"the token cannot be used: {error}" if str(error) else "the token cannot be used",
            hint="It may be expired, made for somebody else, signed with another key, or cut short.",
            code="data.token",
        ) from error
    record = dict(item.json)
    put(record, params.into, result)
    return record


def _perform(operation: Sign | Verify | Decode, secret: dict[str, Any], now: datetime) -> Any:
    if isinstance(operation, Sign):
        return signed(operation, secret, now)
    if isinstance(operation, Verify):
        return verified(operation, secret, now)
    return contents_of(operation.token)
