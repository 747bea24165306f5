"""What the HTTP nodes share: bodies, authentication, reading an answer."""

from __future__ import annotations

import base64
from typing import Annotated, Any, Literal
from urllib.parse import unquote, urlencode

import httpx
import orjson
from pydantic import Field

from orchestrator.sdk import Context, Expression, FileRef, NodeError, Params, Text, credential_of, ui

TEXTUAL = ("text/", "application/xml", "application/javascript", "application/x-www-form-urlencoded")


class NoBody(Params):
    """Nothing."""

    kind: Literal["none"] = "none"


class JsonBody(Params):
    """A JSON value."""

    kind: Literal["json"] = "json"
    value: Expression = Field(default={}, description="The value to send as JSON.")


class FormBody(Params):
    """Fields of a web form."""

    kind: Literal["form"] = "form"
    fields: dict[str, Any] = Field(
        default={}, description="The form's fields.", json_schema_extra=ui(widget="key_value")
    )


class TextBody(Params):
    """Text as it is."""

    kind: Literal["text"] = "text"
    text: Text = Field(default="", description="The text to send.")
    content_type: str = Field(default="text/plain; charset=utf-8", description="What kind of text it is.")


Body = NoBody | JsonBody | FormBody | TextBody


class NoAuth(Params):
    """No sign-in."""

    kind: Literal["none"] = "none"


class BearerAuth(Params):
    """A token in the Authorization header."""

    kind: Literal["bearer"] = "bearer"
    credential: Annotated[str, credential_of("bearer_token")] = Field(description="The token.")


class BasicAuth(Params):
    """User name and password."""

    kind: Literal["basic"] = "basic"
    credential: Annotated[str, credential_of("basic_auth")] = Field(description="User name and password.")


class HeaderAuth(Params):
    """A secret header."""

    kind: Literal["header"] = "header"
    credential: Annotated[str, credential_of("header_auth")] = Field(description="The header to send.")


Auth = NoAuth | BearerAuth | BasicAuth | HeaderAuth


async def headers_of(given: dict[str, Any], auth: Auth, context: Context) -> httpx.Headers:
    """The headers to send, the secret one included; null values are left out."""
    headers = httpx.Headers({name: str(value) for name, value in given.items() if value is not None})
    if isinstance(auth, NoAuth):
        return headers
    secret = await context.credential(auth.credential)
    if isinstance(auth, BearerAuth):
        headers["Authorization"] = f"Bearer {secret['token']}"
    elif isinstance(auth, BasicAuth):
        pair = f"{secret['username']}:{secret['password']}".encode()
        headers["Authorization"] = f"Basic {base64.b64encode(pair).decode()}"
    else:
        headers[secret["name"]] = secret["value"]
    return headers


def url_of(url: str, query: dict[str, Any]) -> httpx.URL:
    """The address with `query` added to what it already carries."""
    pairs = {name: _strings(value) for name, value in query.items() if value is not None}
    return httpx.URL(url).copy_merge_params(pairs) if pairs else httpx.URL(url)


def content_of(body: Body) -> tuple[bytes | None, str]:
    """The bytes to send and their content type."""
    if isinstance(body, JsonBody):
        try:
            return orjson.dumps(body.value), "application/json"
        except TypeError as error:
            raise NodeError(f"the body cannot be written as JSON: {error}", code="http.body") from error
    if isinstance(body, FormBody):
        pairs = {name: _strings(value) for name, value in body.fields.items() if value is not None}
        return urlencode(pairs, doseq=True).encode(), "application/x-www-form-urlencoded"
    if isinstance(body, TextBody):
        return body.text.encode(), body.content_type
    return None, ""


async def kept(response: httpx.Response, context: Context) -> FileRef | None:
    """The answer's body as a file, in pieces; None for an error status, whose body is words."""
    if response.status_code >= 400:
        return None
    kind = response.headers.get("content-type", "application/octet-stream").partition(";")[0].strip()
    name = unquote(response.url.path.rpartition("/")[2]) or "download"
    return await context.write_file(name, kind, response.aiter_bytes())


def decode(response: httpx.Response, wanted: Literal["auto", "json", "text"]) -> Any:
    """The body as JSON or text; in `auto` base64 text for anything else."""
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    is_json = kind == "application/json" or kind.endswith("+json")
    if wanted == "json" or (wanted == "auto" and is_json and response.content):
        try:
            return orjson.loads(response.content)
        except orjson.JSONDecodeError as error:
            if wanted == "json":
                raise NodeError(
                    f"the answer is not JSON: {error}",
                    hint="Set `response` to auto or text to see what came instead.",
                    code="http.not_json",
                ) from error
            return response.text
    if wanted == "text" or kind.startswith(TEXTUAL) or kind.endswith("+xml") or _is_text(kind, response):
        return response.text
    return base64.b64encode(response.content).decode()


def _is_text(kind: str, response: httpx.Response) -> bool:
    if kind and kind != "application/json":
        return False
    try:
        response.content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _strings(value: Any) -> list[str]:
    """A query or form value as texts: booleans in lower case, objects as JSON."""
    if isinstance(value, list):
        return [text for entry in value for text in _strings(entry)]
    if isinstance(value, str):
        return [value]
    return [orjson.dumps(value).decode()]
