"""Nothing programs rely on goes without a word."""

from copy import deepcopy
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.test import RequestFactory
from ninja import NinjaAPI, Schema

from khuevan.platform.leaving import described, leaving
from khuevan.web.api import api
from khuevan.web.contract import losses


TODAY = date(2026, 11, 22)
PATH = "/api/v1/exchange/listings/{code}"


@pytest.fixture
def described_api():
    return deepcopy(dict(api.get_openapi_schema()))


def test_the_description_in_the_repository_is_of_today():
    call_command("api", "check")


def test_nothing_is_lost_between_a_description_and_itself(described_api):
    assert losses(described_api, described_api, TODAY) == []


def _without_operation(new):
    del new["paths"][PATH]["get"]


def _without_parameter(new):
    new["paths"]["/api/v1/exchange/search"]["get"]["parameters"] = []


def _with_a_need(new):
    [first, *_] = new["paths"]["/api/v1/exchange/search"]["get"]["parameters"]
    first["required"] = True


def _without_field(new):
    del new["components"]["schemas"]["ListingOut"]["properties"]["expires_on"]


def _with_another_type(new):
    new["components"]["schemas"]["ListingPage"]["properties"]["count"]["type"] = "string"  # fmt: skip


def _with_a_need_in_the_body(new):
    new["components"]["schemas"]["ReportIn"]["required"].append("next_step")


def _with_another_scope(new):
    new["paths"][PATH]["get"]["security"] = [{"ClientToken": ["steering:read"]}]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (_without_operation, "it is gone"),
        (_without_parameter, "the parameter words is gone"),
        (_with_a_need, "is needed now"),
        (_without_field, "expires_on is gone"),
        (_with_another_type, "count was integer and is string"),
        (_with_a_need_in_the_body, "next_step is needed now"),
        (_with_another_scope, "another scope"),
    ],
)
def test_what_others_would_lose_is_found(described_api, change, words):
    changed = deepcopy(described_api)
    change(changed)
    assert any(words in lost for lost in losses(described_api, changed, TODAY))


def test_what_is_added_takes_nothing(described_api):
    changed = deepcopy(described_api)
    properties = changed["components"]["schemas"]["ListingOut"]["properties"]
    properties["colour"] = {"type": "string"}
    changed["paths"]["/api/v1/new"] = changed["paths"][PATH]
    assert losses(described_api, changed, TODAY) == []


def test_an_operation_may_go_after_its_last_day(described_api):
    described_api["paths"][PATH]["get"]["x-sunset"] = "2026-11-21"
    changed = deepcopy(described_api)
    del changed["paths"][PATH]["get"]
    assert losses(described_api, changed, TODAY) == []
    described_api["paths"][PATH]["get"]["x-sunset"] = "2026-11-22"
    assert losses(described_api, changed, TODAY) != []


def test_the_command_refuses_to_forget(tmp_path, described_api, monkeypatch):
    file = tmp_path / "openapi.json"
    call_command("api", "describe", "--file", str(file))
    before = file.read_text()
    del described_api["paths"][PATH]
    monkeypatch.setattr(api, "get_openapi_schema", lambda: described_api)
    with pytest.raises(CommandError, match="it is gone"):
        call_command("api", "describe", "--file", str(file))
    assert file.read_text() == before


def test_an_operation_that_leaves_says_so_in_every_answer():
    class Told(Schema):
        word: str

    small = NinjaAPI(urls_namespace="small")

    @small.get("/old", response=Told, openapi_extra=described(sunset=date(2027, 6, 30)))
    @leaving(since=date(2027, 1, 1), sunset=date(2027, 6, 30), more="https://x/changes")
    def old(request):
        return {"word": "still here"}

    patterns, _app, _name = small.urls
    [route] = [one for one in patterns if str(one.pattern) == "old"]
    answer = route.callback(RequestFactory().get("/old"))
    assert b"still here" in answer.content
    assert answer["Deprecation"] == "@1798736400"
    assert answer["Sunset"] == "Wed, 30 Jun 2027 16:59:59 GMT"
    assert 'rel="deprecation"' in answer["Link"]
    told = small.get_openapi_schema(path_prefix="")["paths"]["/old"]["get"]
    assert (told["deprecated"], told["x-sunset"]) == (True, "2027-06-30")
