"""What open contracting data say of a problem, held against the standard's own rules.

The standard's schema is not part of this repository. The rules below were written from
its reference: required fields, closed code lists, dates with a time zone, amounts with a
currency, and that everybody named is a party. Where the standard's files are at hand as a
zip (`OCDS_STANDARD_ZIP` names its address) and `libcoveocds` is installed, it judges, too.
"""

from __future__ import annotations

import json
import os
from datetime import datetime
from typing import Any

import pytest
from django.urls import reverse

from khuevan.dtmarket import actions
from khuevan.platform import clock

from .factories import later


pytestmark = pytest.mark.django_db

TAGS = {"planning", "planningUpdate", "tender", "tenderAmendment", "tenderUpdate", "tenderCancellation",
        "award", "awardUpdate", "awardCancellation", "contract", "contractUpdate", "contractAmendment",
        "implementation", "implementationUpdate", "contractTermination", "compiled"}  # fmt: skip
STATUSES = {
    "tender": {
        "planning",
        "planned",
        "active",
        "cancelled",
        "unsuccessful",
        "complete",
        "withdrawn",
    },
    "awards": {"pending", "active", "cancelled", "unsuccessful"},
    "contracts": {"pending", "active", "cancelled", "terminated"},
}
MILESTONES = {"scheduled", "met", "notMet", "partiallyMet"}
ROLES = {
    "buyer",
    "procuringEntity",
    "supplier",
    "tenderer",
    "funder",
    "enquirer",
    "payer",
    "payee",
    "reviewBody",
    "interestedParty",
}
METHODS = {"open", "selective", "limited", "direct"}


def faults(package: dict[str, Any]) -> list[str]:
    """Return what the standard would find wrong."""
    wrong = [
        f"package lacks {name}"
        for name in ("uri", "publishedDate", "publisher", "releases", "version")
        if name not in package
    ]
    ids = [release["id"] for release in package["releases"]]
    if len(set(ids)) < len(ids):
        wrong.append("two releases have one id")
    for release in package["releases"]:
        wrong += [
            f"release lacks {n}"
            for n in ("ocid", "id", "date", "tag", "initiationType")
            if not release.get(n)
        ]
        wrong += [f"tag {tag}" for tag in release["tag"] if tag not in TAGS]
        known = {party["id"]: party["name"] for party in release["parties"]}
        wrong += [
            f"role {role}"
            for party in release["parties"]
            for role in party["roles"]
            if role not in ROLES
        ]
        wrong += [
            f"{ref} is no party" for ref in _references(release) if ref not in known
        ]
        wrong += _dates(release)
        wrong += _amounts(release)
        tender = release.get("tender")
        if tender:
            wrong += (
                [f"tender status {tender['status']}"]
                if tender["status"] not in STATUSES["tender"]
                else []
            )
            wrong += (
                [f"method {tender['procurementMethod']}"]
                if tender["procurementMethod"] not in METHODS
                else []
            )
            wrong += [
                f"milestone {m['status']}"
                for m in tender.get("milestones", [])
                if m["status"] not in MILESTONES
            ]
            wrong += ["documents need an id"] * any(
                not d.get("id") for d in tender["documents"]
            )
        for part in ("awards", "contracts"):
            wrong += [
                f"{part} {each['status']}"
                for each in release.get(part, [])
                if each["status"] not in STATUSES[part]
            ]
        wrong += ["a contract names its award"] * any(
            "awardID" not in c for c in release.get("contracts", [])
        )
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


def test_every_stage_of_a_problem_keeps_the_standard(client, cast):
    problem, trial = cast.audited()
    actions.pay_support(trial=trial, by=cast.head)
    with clock.telling(later(trial, 60)):
        actions.order(
            problem=problem,
            number="88/HĐ",
            title="Hệ thống dò rò rỉ",
            amount=5_000_000_000,
            signed_on=clock.today(),
            by=cast.head,
        )
        package = told_of(client, problem)
    assert faults(package) == []
    assert sorted(r["tag"][0] for r in package["releases"]) == [
        "award",
        "contract",
        "planningUpdate",
        "tender",
        "tenderUpdate",
    ]
    dates = [release["date"] for release in package["releases"]]
    assert dates == sorted(dates)
    update = next(r for r in package["releases"] if r["tag"] == ["tenderUpdate"])[
        "tender"
    ]
    assert (
        update["status"],
        update["numberOfTenderers"],
        update["milestones"][0]["status"],
    ) == ("complete", 2, "met")
    support = next(r for r in package["releases"] if r["tag"] == ["planningUpdate"])
    assert support["planning"]["budget"]["amount"] == {
        "amount": 300_000_000,
        "currency": "VND",
    }


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


@pytest.mark.skipif(
    "OCDS_STANDARD_ZIP" not in os.environ, reason="the standard's files are not here"
)
def test_the_standard_s_own_checker_finds_no_error(client, cast, tmp_path):
    api = pytest.importorskip("libcoveocds.api")
    config = pytest.importorskip("libcoveocds.config")
    problem, _trial = cast.audited()
    settings = config.LibCoveOCDSConfig(
        {"standard_zip": os.environ["OCDS_STANDARD_ZIP"]}
    )
    found = api.ocds_json_output(
        str(tmp_path),
        None,
        "",
        convert=False,
        file_type="json",
        json_data=told_of(client, problem),
        lib_cove_ocds_config=settings,
    )
    assert found["validation_errors"] == []
