"""Giving out and reading access tokens; OAuthLib knows how the protocol speaks.

OAuthLib comes with django-allauth and has client credentials and revocation without a
model of its own, so clients stay ours: seen through `visible_to`, told in the journal.
"""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as NotBase64
from typing import Any
from urllib.parse import unquote

from oauthlib.oauth2 import BackendApplicationServer, RequestValidator

from khuevan.platform import clock

from .models import AccessToken, Client, ClientSecret
from .rules import TOKEN_LASTS, State, digest_of, new_secret


def client_with(token: str) -> tuple[Client, frozenset[str]] | None:
    """Return whose token this is and what it opens; None where it opens nothing."""
    found = (
        AccessToken.objects.select_related("client__account")
        .filter(digest=digest_of(token), expires_at__gt=clock.now(), revoked_at=None)
        .first()
    )
    if found is None or found.client.state is not State.ACTIVE:
        return None
    if not found.client.account.is_active:
        return None
    return found.client, frozenset(found.scopes) & frozenset(found.client.scopes)


def forget_tokens() -> int:
    """Delete tokens whose hour is over; return how many."""
    return AccessToken.objects.filter(expires_at__lt=clock.now()).delete()[0]


class _Validator(RequestValidator):  # type: ignore[misc]  # it brings no types
    """What OAuthLib asks of us; what we do not offer stays refused."""

    def authenticate_client(self, request: Any, *args: Any, **kwargs: Any) -> bool:
        key, secret = _credentials(request)
        found = (
            ClientSecret.objects.select_related("client")
            .filter(digest=digest_of(secret), ended_at=None)
            .first()
        )
        if found is None or str(found.client.pk) != key:
            return False
        request.client = found.client
        request.client.client_id = key
        return found.client.state is State.ACTIVE

    def client_authentication_required(self, request: Any, *args: Any, **kwargs: Any) -> bool:  # fmt: skip
        return True

    def validate_grant_type(self, client_id: str, grant_type: str, client: Client, request: Any, *args: Any, **kwargs: Any) -> bool:  # fmt: skip
        return grant_type == "client_credentials"

    def get_default_scopes(self, client_id: str, request: Any, *args: Any, **kwargs: Any) -> list[str]:  # fmt: skip
        return list(request.client.scopes)

    def validate_scopes(self, client_id: str, scopes: list[str], client: Client, request: Any, *args: Any, **kwargs: Any) -> bool:  # fmt: skip
        return set(scopes) <= set(client.scopes)

    def save_bearer_token(self, token: dict[str, Any], request: Any, *args: Any, **kwargs: Any) -> None:  # fmt: skip
        now = clock.now()
        AccessToken.objects.create(
            client=request.client,
            digest=digest_of(token["access_token"]),
            scopes=token["scope"].split(),
            issued_at=now,
            expires_at=now + TOKEN_LASTS,
        )

    def revoke_token(self, token: str, token_type_hint: str, request: Any, *args: Any, **kwargs: Any) -> None:  # fmt: skip
        """End a token of the client that asks; another's is left alone (RFC 7009, 2.1)."""
        own = AccessToken.objects.filter(client=request.client, revoked_at=None)
        own.filter(digest=digest_of(token)).update(revoked_at=clock.now())


def _credentials(request: Any) -> tuple[str, str]:
    """Return identifier and secret as sent: in the header (RFC 6749, 2.3.1) or the body."""
    kind, _space, told = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() == "basic":
        try:
            key, _colon, secret = b64decode(told, validate=True).decode().partition(":")
        except (NotBase64, UnicodeDecodeError):
            return "", ""
        return unquote(key), unquote(secret)
    return request.client_id or "", request.client_secret or ""


SERVER = BackendApplicationServer(
    _Validator(),
    token_generator=lambda request: new_secret("kvt"),
    token_expires_in=int(TOKEN_LASTS.total_seconds()),
)
