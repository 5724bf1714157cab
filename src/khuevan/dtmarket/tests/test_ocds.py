"""What open contracting data say of a problem, held against the standard's schema.

`ocds_schema.json` is what validates in the standard's release schema, without its texts; the
file says from where. Where the standard's files are at hand as a zip (`OCDS_STANDARD_ZIP`
names its address) and `libcoveocds` is installed, that judges, too.
"""

from __future__ import annotations

import json
import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from jsonschema import Draft4Validator, FormatChecker

from khuevan.dtmarket import actions, queries
from khuevan.dtmarket.models import Trial
from khuevan.dtmarket.rules.ocds import PAGES
from khuevan.platform import clock

from .factories import WHY, later


pytestmark = pytest.mark.django_db
SCHEMA = json.loads(Path(__file__).with_name("ocds_schema.json").read_text("utf-8"))


def faults(package: dict[str, Any]) -> list[str]:
    """Return what the standard would find wrong."""
    judge = Draft4Validator(SCHEMA, format_checker=FormatChecker())
    wrong = [f"{list(fault.path)}: {fault.message[:200]}" for fault in judge.iter_errors(package)]  # fmt: skip
    ids = [release["id"] for release in package["releases"]]
    if len(set(ids)) < len(ids):
        wrong.append("two releases have one id")
    for release in package["releases"]:
        known = {party["id"] for party in release["parties"]}
        wrong += [f"{ref} is no party" for ref in _references(release) if ref not in known]  # fmt: skip
        if release["date"] > package["publishedDate"]:
            wrong.append(f"{release['id']} is told before it happened")
        wrong += _dates(release)
        wrong += _amounts(release)
        wrong += ["a contract names its award"] * any("awardID" not in c for c in release.get("contracts", []))  # fmt: skip
    return wrong


def _references(release: dict[str, Any]) -> list[str]:
    tender = release.get("tender", {})
    found = [
        release["buyer"],
        *tender.get("tenderers", []),
        *([tender["procuringEntity"]] if tender else []),
    ]
    found += [s for award in release.get("awards", []) for s in award["suppliers"]]
    return [each["id"] for each in found]


def _dates(told: object, name: str = "") -> list[str]:
    if isinstance(told, dict):
        return [fault for key, value in told.items() for fault in _dates(value, key)]
    if isinstance(told, list):
        return [fault for value in told for fault in _dates(value, name)]
    if "date" in name.lower() and isinstance(told, str):
        return (
            [] if datetime.fromisoformat(told).tzinfo else [f"{name} has no time zone"]
        )
    return []


def _amounts(told: object) -> list[str]:
    if isinstance(told, dict):
        own = (
            []
            if "amount" not in told or isinstance(told["amount"], dict)
            else (
                []
                if isinstance(told["amount"], int) and told.get("currency") == "VND"
                else ["amount without currency"]
            )
        )
        return own + [fault for value in told.values() for fault in _amounts(value)]
    if isinstance(told, list):
        return [fault for value in told for fault in _amounts(value)]
    return []


def told_of(client, problem):
    answer = client.get(reverse("dtmarket-ocds", args=[problem.code]))
    assert answer.status_code == 200
    return json.loads(answer.content)


def _unanswered(cast):
    problem = cast.put_out()
    with clock.telling(problem.closes_at):
        return actions.begin_scoring(problem=problem, by=cast.first)


def _given_up(cast):
    problem, _mine, _theirs = cast.scored()
    return actions.end_problem(problem=problem, why=WHY, by=cast.head)


def _failed(cast):
    problem, trial = cast.measured()
    with clock.telling(later(trial, 50)):
        actions.end_trial(trial=trial, succeeded=False, why=WHY, by=cast.head)
    with clock.telling(later(trial, 51)):
        return actions.end_problem(problem=problem, why=WHY, by=cast.head)


def _supported(cast):
    problem, trial = cast.audited()
    with clock.telling(later(trial, 45)):
        actions.pay_support(trial=trial, by=cast.head)
    return problem


def _ordered(cast):
    problem = _supported(cast)
    trial = _trial_of(problem)
    with clock.telling(later(trial, 60)):
        actions.order(
            problem=problem, number="88/HĐ", title="Hệ thống dò rò rỉ", amount=5_000_000_000,
            signed_on=clock.today(), by=cast.head,
        )  # fmt: skip
    return problem


def _trial_of(problem):
    return Trial.objects.get(answer__problem=problem)


@pytest.mark.parametrize(
    ("reach", "last", "status"),
    [
        (lambda cast: cast.put_out(), "tender", "active"),
        (lambda cast: cast.answer(cast.put_out()).problem, "tender", "active"),
        (_unanswered, "tenderUpdate", "unsuccessful"),
        (lambda cast: cast.scored()[0], "tender", "active"),
        (_given_up, "tenderCancellation", "cancelled"),
        (lambda cast: cast.shortlisted()[0], "tenderUpdate", "active"),
        (lambda cast: cast.on_trial()[0], "tenderUpdate", "active"),
        (lambda cast: cast.succeeded()[0], "tenderUpdate", "active"),
        (_failed, "tenderUpdate", "unsuccessful"),
        (lambda cast: cast.audited()[0], "tenderUpdate", "active"),
        (_supported, "planningUpdate", "active"),
        (_ordered, "contract", "complete"),
    ],
    ids=["put out", "answered", "no answer", "scored", "given up", "short list", "on trial", "succeeded", "failed", "audited", "supported", "ordered"],
)  # fmt: skip
def test_every_state_of_a_problem_keeps_the_standard(client, cast, reach, last, status):
    problem = reach(cast)
    with clock.telling(clock.now() + timedelta(days=100)):
        package = told_of(client, problem)
    assert faults(package) == []
    releases = package["releases"]
    assert releases[-1]["tag"] == [last]
    tenders = [release["tender"] for release in releases if "tender" in release]
    assert tenders[-1]["status"] == status
    dates = [release["date"] for release in releases]
    assert dates == sorted(dates)


def test_what_was_released_stays_when_more_happens(client, cast):
    problem, trial = cast.on_trial()
    before = told_of(client, problem)["releases"]
    with clock.telling(later(trial, 40)):
        actions.stop_trial(trial=trial, why=WHY, by=cast.head)
        actions.end_problem(problem=problem, why=WHY, by=cast.head)
        after = told_of(client, problem)["releases"]
    assert before == after[: len(before)]
    assert len(after) > len(before)


def test_support_and_order_say_what_was_paid(client, cast):
    problem = _ordered(cast)
    with clock.telling(clock.now() + timedelta(days=100)):
        package = told_of(client, problem)
    by_tag = {release["tag"][0]: release for release in package["releases"]}
    assert by_tag["planningUpdate"]["planning"]["budget"]["amount"] == {
        "amount": 300_000_000,
        "currency": "VND",
    }
    assert by_tag["contract"]["contracts"][0]["value"]["amount"] == 5_000_000_000
    tender = by_tag["tenderUpdate"]["tender"]
    assert (tender["numberOfTenderers"], tender["milestones"][0]["status"]) == (2, "met")  # fmt: skip


def test_who_answered_is_told_no_sooner_than_on_the_page(client, cast):
    problem = cast.put_out()
    cast.answer(problem)
    package = told_of(client, problem)
    assert faults(package) == []
    assert cast.firm.name not in json.dumps(package, ensure_ascii=False)


def test_all_problems_are_one_package(client, cast):
    assert client.get(reverse("dtmarket-ocds-all")).status_code == 404
    cast.scored()
    package = json.loads(client.get(reverse("dtmarket-ocds-all")).content)
    assert faults(package) == []


def _given_up_at_once(cast):
    return actions.end_problem(problem=cast.put_out(), why=WHY, by=cast.head)


def _all(client, address=None):
    return client.get(address or reverse("dtmarket-ocds-all"))


def test_pages_of_all_problems_lead_on_and_back(client, cast, monkeypatch):
    monkeypatch.setattr(queries, "OPEN_DATA_PAGE", 2)
    made = [_given_up_at_once(cast) for _n in range(5)]
    address, told, back = None, [], []
    while True:
        package = _all(client, address).json()
        assert faults(package) == []
        assert package["extensions"] == [PAGES]
        told.append(list(dict.fromkeys(r["tender"]["id"] for r in package["releases"])))
        back.append(package["links"].get("prev"))
        assert package["uri"].endswith(address or reverse("dtmarket-ocds-all"))
        if "next" not in package["links"]:
            break
        address = package["links"]["next"].removeprefix(settings.SITE_URL)
    codes = [problem.code for problem in made]
    assert told == [codes[:2], codes[2:4], codes[4:]]
    first, second = back[1:]
    assert back[0] is None
    assert first == urljoin(settings.SITE_URL, reverse("dtmarket-ocds-all"))
    assert second.endswith(f"?after={codes[1]}")
    assert _all(client, f"{reverse('dtmarket-ocds-all')}?after=nothing").status_code == 404  # fmt: skip


def test_a_page_of_open_data_takes_as_many_queries_however_long(client, cast):
    _given_up(cast)
    _all(client)
    with CaptureQueriesContext(connection) as few:
        _all(client)
    for reach in (_given_up, _given_up_at_once, _failed):
        reach(cast)
    later_on = clock.now() + timedelta(days=100)
    with clock.telling(later_on), CaptureQueriesContext(connection) as many:
        package = _all(client).json()
    assert len({release["ocid"] for release in package["releases"]}) == 4
    assert len(many) == len(few)


@pytest.mark.skipif(
    "OCDS_STANDARD_ZIP" not in os.environ, reason="the standard's files are not here"
)
@pytest.mark.parametrize("reach", [_unanswered, _given_up, _failed, _ordered])
def test_the_standard_s_own_checker_finds_no_error(client, cast, tmp_path, reach):
    api = pytest.importorskip("libcoveocds.api")
    config = pytest.importorskip("libcoveocds.config")
    problem = reach(cast)
    chosen = config.LibCoveOCDSConfig()
    chosen.config |= {
        "standard_zip": os.environ["OCDS_STANDARD_ZIP"],
        "context": "api",
    }
    found = api.ocds_json_output(
        str(tmp_path),
        json_data=told_of(client, problem),
        lib_cove_ocds_config=chosen,
    )
    assert found["validation_errors"] == []
    assert found["additional_closed_codelist_values"] == {}
