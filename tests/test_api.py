"""The API as a whole: every operation names its scope, and opens with it alone."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from khuevan.clients.models import Call
from khuevan.clients.public import Scope, everybody, scope_of
from khuevan.clients.tests.factories import bearer, make_client, token_of
from khuevan.directory.actions.people import disable_person
from khuevan.directory.tasks import disable_unused_accounts
from khuevan.platform import clock
from khuevan.web.api import api, every_operation


pytestmark = pytest.mark.django_db

OPERATIONS = [
    pytest.param(method, prefix + path, operation, id=f"{method} {prefix}{path}")
    for prefix, router in api._routers
    for path, view in router.path_operations.items()
    for operation in view.operations
    for method in operation.methods
]
KEY = "018f2f6e-0000-7000-8000-000000000000"


def test_every_operation_is_looked_at():
    assert len(OPERATIONS) == len(list(every_operation(api))) > 15


@pytest.mark.parametrize(("method", "path", "operation"), OPERATIONS)
def test_an_operation_names_one_scope_of_the_table(method, path, operation):
    scope = scope_of(operation.auth_callbacks)
    assert scope in Scope
    reads = scope.value.endswith(":read")
    assert method == "GET" or not reads
    assert reads or everybody not in operation.auth_callbacks


@pytest.mark.parametrize(("method", "path", "operation"), OPERATIONS)
def test_a_token_of_other_scopes_opens_nothing(method, path, operation):
    scope = scope_of(operation.auth_callbacks)
    others = bearer(*[one for one in Scope if one is not scope])
    address = "/api/v1" + re.sub(r"\{(\w+:)?\w+\}", KEY, path)
    answer = Client().generic(method, address, headers=others)
    assert answer.status_code == 403
    told = answer.json()
    assert told["type"] == "urn:khuevan:problem:insufficient-scope"
    assert scope.value in told["detail"]
    assert f'scope="{scope.value}"' in answer["WWW-Authenticate"]
    [kept] = Call.objects.all()
    named = operation.operation_id or api.get_openapi_operation_id(operation)
    assert (kept.operation, kept.scope, kept.status) == (named, scope.value, 403)


@pytest.mark.parametrize(("method", "path", "operation"), OPERATIONS)
def test_the_description_names_the_scope(method, path, operation):
    told = api.get_openapi_schema(path_prefix="/")["paths"]
    plain = re.sub(r"\{\w+:", "{", path).lstrip("/")
    ways = told["/" + plain][method.lower()]["security"]
    assert {"ClientToken": [scope_of(operation.auth_callbacks).value]} in ways
    assert ({} in ways) == (everybody in operation.auth_callbacks)


def test_a_machine_whose_account_is_closed_is_out_and_never_idle(client, settings):
    settings.SECURITY_PROFILE = "qcvn"
    registered, secret = make_client(Scope.EXCHANGE_READ)
    with clock.telling(clock.now() + timedelta(days=60)):
        disable_unused_accounts()
        headers = {"Authorization": f"Bearer {token_of(registered, secret)}"}
        asked = "/api/v1/exchange/listings"
        assert client.get(asked, headers=headers).status_code == 200
        disable_person(person=registered.account, by=None)
        assert client.get(asked, headers=headers).status_code == 401
