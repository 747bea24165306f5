"""API tokens. Signing in is in `orchestrator/session.py`, because it also tells of the inbox."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from ninja import Router, Status

from orchestrator.accounts.models import ApiToken, User
from orchestrator.accounts.schemas import NewToken, TokenCreated, TokenList
from orchestrator.accounts.services import create_token, delete_token

router = Router(tags=["tokens"])


def user_of(request: HttpRequest) -> User:
    """Who calls: the API lets nobody in unknown."""
    user = request.user
    if not isinstance(user, User):
        raise TypeError("an endpoint without authentication asked who calls")
    return user


@router.get("", response=TokenList, operation_id="list_tokens")
def list_tokens(request: HttpRequest) -> dict[str, object]:
    """Your API tokens, newest first; never their secrets."""
    return {"items": list(ApiToken.objects.filter(user=user_of(request)).order_by("-id")), "next": None}


@router.post("", response={201: TokenCreated}, operation_id="create_token")
def post_token(request: HttpRequest, payload: NewToken) -> Status[dict[str, str]]:
    """Make a token. The answer holds its secret, which cannot be shown again."""
    token, secret = create_token(user=user_of(request), name=payload.name)
    return Status(201, {"id": token.id, "name": token.name, "token": secret})


@router.delete("/{token_id}", response={204: None}, operation_id="delete_token")
def remove_token(request: HttpRequest, token_id: str) -> HttpResponse:
    """Programs that use it are shut out at once."""
    delete_token(user=user_of(request), token_id=token_id)
    return HttpResponse(status=204)
