"""The API of the whole platform: one description, one way to sign in, one form of error."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.security import HttpBearer, SessionAuth

from khuevan.catalogue.api import router as procedures_router
from khuevan.counter.api import router as dossiers_router
from khuevan.exchange.api import router as exchange_router
from khuevan.platform.errors import InputRefused, KhuevanError, Problem
from khuevan.platform.http import Answer, answer_with, explain
from khuevan.results.api import router as results_router
from khuevan.steering.api import router as steering_router
from khuevan.steering.tokens import read_program_token


_READING = {"GET", "HEAD", "OPTIONS"}
_PROBLEM = "application/problem+json"


class ProgramToken(HttpBearer):
    """A bearer token made by `khuevan steering token`."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        program = read_program_token(token)
        if program is None:
            return None
        if program.scope == "read" and request.method not in _READING:
            raise PermissionDenied
        request.user = program.person
        return program.person


class CityAPI(NinjaAPI):
    """An API whose errors are described as what they are: problem documents."""

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(**options)
        for methods in schema["paths"].values():
            for operation in methods.values():
                for code, response in operation["responses"].items():
                    if int(code) >= 400 and "application/json" in response["content"]:
                        content = response["content"]
                        content[_PROBLEM] = content.pop("application/json")
        return schema


api = CityAPI(
    title="Khuê Văn",
    version="1.0.0",
    description="A city's science, innovation and digital-transformation programme.",
    docs_url=None,
    auth=[ProgramToken(), SessionAuth()],
)
api.add_router("/procedures", procedures_router)
api.add_router("/dossiers", dossiers_router)
api.add_router("/exchange", exchange_router)
api.add_router("/results", results_router)
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
    sentence = _("Send a token in the Authorization header, or sign in first.")
    answer = Answer(401, "unauthenticated", _("Who is asking?"), sentence)
    response = answer_with(request, answer)
    response.headers["WWW-Authenticate"] = "Bearer"
    return response


@api.exception_handler(HttpError)
def _refused(request: HttpRequest, fault: HttpError) -> HttpResponse:
    kinds = {400: "bad-request", 403: "forbidden"}
    kind = kinds.get(fault.status_code, "refused")
    answer = Answer(fault.status_code, kind, _("The request was refused"), str(fault))
    return answer_with(request, answer)


# The API itself says who may ask what; the wall of the pages would answer a program
# with the sign-in page.
urls = api.urls
for _pattern in urls[0]:
    assert _pattern.callback is not None
    _pattern.callback = login_not_required(_pattern.callback)
