"""Making, checking and reading JSON Web Tokens."""

from __future__ import annotations

import base64
from datetime import datetime
from typing import Annotated, Any, Literal

import orjson
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from joserfc import jwt
from joserfc.jwk import ECKey, Key, OctKey, OKPKey, RSAKey
from pydantic import Field

from nodes.data.keys import private_key, public_key
from nodes.data.values import check_depth
from orchestrator.sdk import Expression, NodeError, Params, credential_of
from orchestrator.sdk.durations import Duration

MOST_TOKEN = 100_000


class SharedKey(Params):
    """One secret that both sides know."""

    kind: Literal["shared"] = "shared"
    credential: Annotated[str, credential_of("secret_key")] = Field(description="The secret.")
    algorithm: Literal["HS256", "HS384", "HS512"] = Field(default="HS256", description="How.")


class Pair(Params):
    """A private key that signs and a public key that checks."""

    kind: Literal["pair"] = "pair"
    credential: Annotated[str, credential_of("key_pair")] = Field(description="The keys.")
    algorithm: Literal[
        "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519", "EdDSA"
    ] = Field(default="RS256", description="How; it must fit the key.")


KeyChoice = Annotated[SharedKey | Pair, Field(discriminator="kind")]


class Sign(Params):
    """Make a token."""

    kind: Literal["sign"] = "sign"
    key: KeyChoice = Field(description="The key that signs.")
    claims: Expression = Field(
        default={}, description="What the token says: an object.", examples=[{"sub": "ada"}]
    )
    expires_in: Duration | None = Field(
        default=Duration(amount=1), description="How long it holds, as `exp`; empty: for ever."
    )
    key_id: str = Field(default="", max_length=200, description="Name of the key, as `kid` in the header.")


class Verify(Params):
    """Check a token."""

    kind: Literal["verify"] = "verify"
    key: KeyChoice = Field(description="The key that checks, and the only algorithm that is accepted.")
    token: str = Field(min_length=1, max_length=MOST_TOKEN, description="The token.")
    issuer: str = Field(default="", description="Who must have made it (`iss`); empty: anybody.")
    audience: str = Field(default="", description="For whom it must be (`aud`); empty: anybody.")
    leeway_seconds: int = Field(default=30, ge=0, le=3600, description="How far clocks may differ.")


class Decode(Params):
    """Look inside without checking: believe nothing it says."""

    kind: Literal["decode"] = "decode"
    token: str = Field(min_length=1, max_length=MOST_TOKEN, description="The token.")


Operation = Sign | Verify | Decode


def signed(wanted: Sign, secret: dict[str, Any], now: datetime) -> str:
    if not isinstance(wanted.claims, dict):
        raise NodeError("the claims must be an object", hint='Such as {"sub": "ada"}.', code="data.token")
    moment = int(now.timestamp())
    claims = {"iat": moment, **check_depth(wanted.claims, "the claims")}
    if wanted.expires_in is not None:
        claims.setdefault("exp", moment + int(wanted.expires_in.timedelta().total_seconds()))
    header = {"alg": wanted.key.algorithm, **({"kid": wanted.key_id} if wanted.key_id else {})}
    return jwt.encode(header, claims, _key(wanted.key, secret, is_signing=True), [wanted.key.algorithm])


def verified(wanted: Verify, secret: dict[str, Any], now: datetime) -> dict[str, Any]:
    """Raises JoseError for a token that is forged, expired, not yet valid, or for somebody else."""
    key = _key(wanted.key, secret, is_signing=False)
    token = jwt.decode(wanted.token.strip(), key, [wanted.key.algorithm])
    rules: dict[str, Any] = {}
    if wanted.issuer:
        rules["iss"] = {"essential": True, "value": wanted.issuer}
    if wanted.audience:
        rules["aud"] = {"essential": True, "value": wanted.audience}
    registry = jwt.JWTClaimsRegistry(now=int(now.timestamp()), leeway=wanted.leeway_seconds, **rules)
    registry.validate(token.claims)
    return {"header": dict(token.header), "claims": token.claims}


def contents_of(token: str) -> dict[str, Any]:
    """Raises ValueError for what is no token."""
    parts = token.strip().removeprefix("Bearer ").split(".")
    if len(parts) != 3:
        raise ValueError("a token has three parts with dots between them")
    header, claims = (
        orjson.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))) for part in parts[:2]
    )
    return {"header": header, "claims": claims}


def _key(choice: SharedKey | Pair, secret: dict[str, Any], *, is_signing: bool) -> Key:
    if isinstance(choice, SharedKey):
        return OctKey.import_key(secret["secret"])
    found = private_key(secret) if is_signing else public_key(secret)
    kinds: dict[str, tuple[Any, tuple[type, ...]]] = {
        "RS": (RSAKey, (rsa.RSAPrivateKey, rsa.RSAPublicKey)),
        "PS": (RSAKey, (rsa.RSAPrivateKey, rsa.RSAPublicKey)),
        "ES": (ECKey, (ec.EllipticCurvePrivateKey, ec.EllipticCurvePublicKey)),
        "Ed": (OKPKey, (ed25519.Ed25519PrivateKey, ed25519.Ed25519PublicKey)),
    }
    wrapper, natives = kinds[choice.algorithm[:2]]
    if not isinstance(found, natives):
        raise NodeError(f"the credential's key is not of a kind for {choice.algorithm}", code="data.key")
    made: Key = wrapper.import_key(found)
    return made
