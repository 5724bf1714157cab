"""OAuth2's own addresses: a token for credentials, a token's end, and what there is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from khuevan.platform.errors import TooOften
from khuevan.platform.http import answer_with, explain

from .rates import take_turn_of_stranger
from .rules import Scope
from .tokens import SERVER


@csrf_exempt
@login_not_required
@require_POST
def token(request: HttpRequest) -> HttpResponse:
    """Give a client a token for its credentials (RFC 6749, 4.4)."""
    return _answer(request, SERVER.create_token_response)


@csrf_exempt
@login_not_required
@require_POST
def revoke(request: HttpRequest) -> HttpResponse:
    """End a token of the client that asks (RFC 7009)."""
    return _answer(request, SERVER.create_revocation_response)


@login_not_required
@require_safe
def metadata(request: HttpRequest) -> HttpResponse:
    """Say what this authorisation server offers (RFC 8414)."""
    site = settings.SITE_URL
    ways = ["client_secret_basic", "client_secret_post"]
    return JsonResponse(
        {
            "issuer": site,
            "token_endpoint": urljoin(site, reverse("oauth-token")),
            "token_endpoint_auth_methods_supported": ways,
            "revocation_endpoint": urljoin(site, reverse("oauth-revoke")),
            "revocation_endpoint_auth_methods_supported": ways,
            "grant_types_supported": ["client_credentials"],
            "response_types_supported": [],
            "scopes_supported": [scope.value for scope in Scope],
            "service_documentation": urljoin(site, reverse("api")),
        }
    )


def _asked(request: HttpRequest) -> tuple[str, str, str, dict[str, str]]:
    """Return a request as OAuthLib reads it."""
    address = request.build_absolute_uri()
    return address, "POST", request.body.decode(errors="replace"), dict(request.headers)


def _answer(request: HttpRequest, ask: Callable[..., Any]) -> HttpResponse:
    """Ask OAuthLib, so often as an address may."""
    try:
        take_turn_of_stranger(request)
    except TooOften as refused:
        return answer_with(request, explain(refused))
    headers, body, status = ask(*_asked(request))
    return HttpResponse(body or "", status=status, headers=headers)
