"""The API of the whole platform: one description, one way to sign in, one form of error."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, wraps
from time import perf_counter
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation as NinjaOperation

from khuevan.catalogue.api import router as procedures_router
from khuevan.clients.public import (
    ClientToken,
    ScopeMissing,
    SessionAuth,
    client_of,
    everybody,
    keep_call,
    scope_of,
    with_turn,
)
from khuevan.counter.api import router as dossiers_router
from khuevan.dtmarket.api import router as dtmarket_router
from khuevan.events.api import router as events_router
from khuevan.exchange.hooks_api import router as hooks_router
from khuevan.exchange.members_api import router as members_router
from khuevan.exchange.writing_api import router as exchange_router
from khuevan.platform.errors import InputRefused, KhuevanError, Problem
from khuevan.platform.http import Answer, answer_with, explain
from khuevan.results.api import router as results_router
from khuevan.steering.api import router as steering_router


_PROBLEM = "application/problem+json"


class CityAPI(NinjaAPI):
    """An API that describes its errors and its scopes as what they are."""

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(**options)
        asked = {
            one.operation_id or self.get_openapi_operation_id(one): one
            for one in every_operation(self)
        }
        for methods in schema["paths"].values():
            for operation in methods.values():
                _tell_errors(operation)
                _tell_scope(operation, asked[operation["operationId"]])
        return schema


def every_operation(of: NinjaAPI) -> Iterator[NinjaOperation]:
    """Yield every operation of an API."""
    for _prefix, router in of._routers:
        for view in router.path_operations.values():
            yield from view.operations


def _tell_errors(told: dict[str, Any]) -> None:
    """Describe errors as problem documents."""
    for code, response in told["responses"].items():
        if int(code) >= 400 and "application/json" in response["content"]:
            content = response["content"]
            content[_PROBLEM] = content.pop("application/json")


def _tell_scope(told: dict[str, Any], operation: NinjaOperation) -> None:
    """Say which scope a client needs, and where nobody needs to say who they are."""
    scope = scope_of(operation.auth_callbacks)
    for way in told.get("security", []):
        if ClientToken.__name__ in way and scope:
            way[ClientToken.__name__] = [scope.value]
    if everybody in operation.auth_callbacks:
        told.setdefault("security", []).append({})


api = CityAPI(
    title="Khuê Văn",
    version="1.0.0",
    description="A city's science, innovation and digital-transformation programme.",
    docs_url=None,
    auth=[SessionAuth()],
)
api.add_router("/procedures", procedures_router)
api.add_router("/dossiers", dossiers_router)
api.add_router("/dtmarket", dtmarket_router)
api.add_router("/events", events_router)
api.add_router("/exchange", exchange_router)
api.add_router("/exchange", members_router)
api.add_router("/results", results_router)
api.add_router("/exchange", hooks_router)
api.add_router("/steering", steering_router)


@dataclass(frozen=True, slots=True)
class Operation:
    """One line of the list of what programs may ask."""

    method: str
    path: str
    summary: str
    description: str


@cache
def operations() -> list[Operation]:
    """List every operation of the API, as its description has them."""
    return [
        Operation(
            method.upper(), path, told.get("summary", ""), told.get("description", "")
        )
        for path, methods in api.get_openapi_schema()["paths"].items()
        for method, told in methods.items()
    ]


def _refuse(request: HttpRequest, fault: Exception | type[Exception]) -> HttpResponse:
    assert isinstance(fault, Exception)
    return answer_with(request, explain(fault))


for _kind in (KhuevanError, PermissionDenied, Http404):
    api.add_exception_handler(_kind, _refuse)


@api.exception_handler(ScopeMissing)
def _lacking(request: HttpRequest, fault: ScopeMissing) -> HttpResponse:
    """Name the scope that is missing (RFC 6750, 3.1)."""
    sentence = _(fault.sentence) % fault.params
    answer = Answer(403, "insufficient-scope", _("You may not do this"), sentence)
    response = answer_with(request, answer)
    told = f'Bearer error="insufficient_scope", scope="{fault.scope.value}"'
    response.headers["WWW-Authenticate"] = told
    return response


@api.exception_handler(ValidationError)
def _unfit(request: HttpRequest, fault: ValidationError) -> HttpResponse:
    """Name every place that does not fit the description."""
    problems = [
        Problem(_place(one["loc"]), str(one["msg"]).replace("%", "%%"))
        for one in fault.errors
    ]
    return _refuse(request, InputRefused(problems))


def _place(location: tuple[str | int, ...]) -> str:
    """Name a place as the caller knows it, without our functions' parameters."""
    parts = location[2:] or location[1:]
    return ".".join(str(part) for part in parts)


@api.exception_handler(AuthenticationError)
def _unknown(request: HttpRequest, fault: AuthenticationError) -> HttpResponse:
    sentence = _("The token is missing, false or over. Take one at /oauth/token, or sign in.")  # fmt: skip
    answer = Answer(401, "unauthenticated", _("Who is asking?"), sentence)
    response = answer_with(request, answer)
    response.headers["WWW-Authenticate"] = 'Bearer error="invalid_token"'
    return response


@api.exception_handler(HttpError)
def _refused(request: HttpRequest, fault: HttpError) -> HttpResponse:
    kinds = {400: "bad-request", 403: "forbidden"}
    kind = kinds.get(fault.status_code, "refused")
    answer = Answer(fault.status_code, kind, _("The request was refused"), str(fault))
    return answer_with(request, answer)


def _through(
    view: Callable[..., HttpResponse], asked: Mapping[str, tuple[str, str]]
) -> Callable[..., HttpResponseBase]:
    """Tell whoever was counted how much is left, and keep a client's call.

    `asked` names the operation and its scope by method.
    """

    @wraps(view)
    def told(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        began = perf_counter()
        response = with_turn(request, view(request, *args, **kwargs))
        client = client_of(request)
        if client is not None and (named := asked.get(str(request.method))):
            took = round((perf_counter() - began) * 1000)
            keep_call(client, *named, response.status_code, took)
        return response

    return told


def _asked(patterns: Sequence[Any]) -> dict[str, dict[str, tuple[str, str]]]:
    """Return by address and method which operation it is and which scope it needs."""
    found: dict[str, dict[str, tuple[str, str]]] = defaultdict(dict)
    ours = [one for one in patterns if one.name not in _DESCRIBING]
    for pattern, one in zip(ours, every_operation(api), strict=True):
        name = one.operation_id or api.get_openapi_operation_id(one)
        told = (name, str(scope_of(one.auth_callbacks) or ""))
        found[str(pattern.pattern)] |= dict.fromkeys(one.methods, told)
    return found


_DESCRIBING = {"openapi-json", "api-root"}
# The API itself says who may ask what; the wall of the pages would answer a program
# with the sign-in page.
urls = api.urls
_operations = _asked(urls[0])
for _pattern in urls[0]:
    assert _pattern.callback is not None
    _passing = _through(_pattern.callback, _operations.get(str(_pattern.pattern), {}))
    _pattern.callback = login_not_required(_passing)
