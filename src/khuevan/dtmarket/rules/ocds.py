"""A problem's course as an OCDS 1.1.5 release package: what was asked, tried, ordered, paid.

Open Contracting Data Standard 1.1: one release a stage, dated by when it happened. The
trial before the order is a milestone of the tender; support after its success, which no
contract carries, is told as the budget of a planning update.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any


VERSION = "1.1"
CURRENCY = "VND"
PAGES = "https://raw.githubusercontent.com/open-contracting-extensions/ocds_pagination_extension/master/extension.json"
"""The extension of the standard that says what `links` of a package are."""


@dataclass(frozen=True, slots=True)
class Party:
    """A body or firm that takes part."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Tried:
    """A trial as it is told."""

    id: str
    supplier: Party
    begun: datetime
    ends: datetime
    state: str
    ended: datetime | None
    support: int
    supported: datetime | None


@dataclass(frozen=True, slots=True)
class Ordered:
    """An order that followed; đồng."""

    id: str
    supplier: Party
    amount: int
    signed: datetime
    made: datetime
    title: str


@dataclass(frozen=True, slots=True)
class Course:
    """All of a problem that is public; money in đồng."""

    ocid: str
    basis: str
    code: str
    title: str
    outcome: str
    buyer: Party
    budget: int
    opened: datetime
    closes: datetime
    received: bool
    answers: int | None
    suppliers: tuple[Party, ...]
    shortlisted: datetime | None
    trials: tuple[Tried, ...]
    order: Ordered | None
    ended: datetime | None


def package(courses: Sequence[tuple[Course, str]], *, uri: str, publisher: str, published: datetime, links: Mapping[str, str]) -> dict[str, Any]:  # fmt: skip
    """Return a release package of some problems, each with the address of its page.

    `uri` is the package's; `links` name the packages before and after it, where it is a page
    of several. What was once released stays: a later stage adds releases, changes none.
    """
    told: dict[str, Any] = {
        "uri": uri, "version": VERSION, "publishedDate": _at(published),
        "publisher": {"name": publisher}, "license": "https://creativecommons.org/licenses/by/4.0/",
        "releases": [one for course, address in courses for one in _releases(course, address)],
    }  # fmt: skip
    if links:
        told |= {"extensions": [PAGES], "links": dict(links)}
    return told


def _releases(course: Course, address: str) -> list[dict[str, Any]]:
    releases = [_tender(course, address)]
    releases += [_update(_as_of(course, when), address, when) for when in _stages(course)]  # fmt: skip
    if course.order is not None:
        releases += [
            _award(course, address, course.order),
            _contract(course, address, course.order),
        ]
    releases += [
        _planning_of_support(course, trial, trial.supported)
        for trial in course.trials
        if trial.supported is not None
    ]
    return sorted(releases, key=lambda r: (r["date"], _ORDER[r["tag"][0]]))


_ORDER = {
    tag: place
    for place, tag in enumerate(
        ("tender", "tenderUpdate", "tenderCancellation", "award", "contract", "planningUpdate")
    )
}  # fmt: skip


def _stages(course: Course) -> list[datetime]:
    """Return when something of the tender changed after it was put out, in order."""
    moments = {course.shortlisted, course.ended}
    for trial in course.trials:
        moments |= {trial.begun, trial.ended}
    return sorted(when for when in moments if when is not None)


def _as_of(course: Course, when: datetime) -> Course:
    """Return a course as it stood at one of its stages."""
    known = course.shortlisted is not None and course.shortlisted <= when
    over = course.ended is not None and course.ended <= when
    trials = tuple(
        trial
        if trial.ended is not None and trial.ended <= when
        else replace(trial, state="running", ended=None)
        for trial in course.trials
        if trial.begun <= when
    )
    return replace(
        course,
        answers=course.answers if known else None,
        suppliers=course.suppliers if known else (),
        trials=trials,
        order=course.order if over else None,
        ended=course.ended if over else None,
    )


def _release(course: Course, tag: str, when: datetime, parties: Sequence[dict[str, Any]]) -> dict[str, Any]:  # fmt: skip
    return {
        "ocid": course.ocid, "id": f"{course.ocid}-{tag}-{when:%Y%m%d%H%M%S%f}", "date": _at(when),
        "tag": [tag], "language": "vi", "initiationType": "tender", "parties": list(parties),
        "buyer": {"id": course.buyer.id, "name": course.buyer.name},
    }  # fmt: skip


def _party(party: Party, *roles: str) -> dict[str, Any]:
    return {"id": party.id, "name": party.name, "roles": list(roles)}


def _money(amount: int) -> dict[str, Any]:
    return {"amount": amount, "currency": CURRENCY}


def _at(when: datetime) -> str:
    return when.isoformat(timespec="seconds")


def _tender_of(course: Course, address: str, status: str) -> dict[str, Any]:
    told: dict[str, Any] = {
        "id": course.code, "title": course.title, "description": course.outcome,
        "status": status, "procuringEntity": {"id": course.buyer.id, "name": course.buyer.name},
        "value": _money(course.budget), "procurementMethod": "open",
        "procurementMethodDetails": f"Thử nghiệm trước khi đặt hàng ({course.basis})",
        "mainProcurementCategory": "services",
        "tenderPeriod": {"startDate": _at(course.opened), "endDate": _at(course.closes)},
        "documents": [{
            "id": "notice", "documentType": "tenderNotice", "title": course.title, "url": address,
            "datePublished": _at(course.opened), "format": "text/html", "language": "vi",
        }],
    }  # fmt: skip
    if course.answers is not None:
        told["numberOfTenderers"] = course.answers
        told["tenderers"] = [{"id": p.id, "name": p.name} for p in course.suppliers]
    if course.trials:
        told["milestones"] = [_milestone(trial) for trial in course.trials]
    return told


def _milestone(trial: Tried) -> dict[str, Any]:
    told: dict[str, Any] = {
        "id": trial.id, "title": f"Thử nghiệm: {trial.supplier.name}", "type": "assessment",
        "dueDate": _at(trial.ends), "status": _STATUS[trial.state],
    }  # fmt: skip
    if trial.ended is not None:
        told["dateModified"] = _at(trial.ended)
        if trial.state == "succeeded":
            told["dateMet"] = _at(trial.ended)
    return told


_STATUS = {
    "running": "scheduled",
    "succeeded": "met",
    "failed": "notMet",
    "stopped": "notMet",
}


def _tender(course: Course, address: str) -> dict[str, Any]:
    bare = replace(
        course, answers=None, suppliers=(), shortlisted=None, trials=(), order=None, ended=None
    )  # fmt: skip
    found = _release(
        course,
        "tender",
        course.opened,
        [_party(course.buyer, "buyer", "procuringEntity")],
    )
    return found | {"tender": _tender_of(bare, address, "active")}


def _update(course: Course, address: str, when: datetime) -> dict[str, Any]:
    """Tell a stage after the tender was put out; its end without an order cancels it.

    Without an answer, or after trials that failed, it was unsuccessful; ended by the body
    before anything was tried, it was cancelled.
    """
    tag, status = "tenderUpdate", "active"
    if course.order is not None:
        status = "complete"
    elif course.ended is not None:
        vain = course.trials or not course.received
        status = "unsuccessful" if vain else "cancelled"
        tag = "tenderUpdate" if vain else "tenderCancellation"
    parties = [
        _party(course.buyer, "buyer", "procuringEntity"),
        *(_party(p, "tenderer") for p in course.suppliers),
    ]
    return _release(course, tag, when, parties) | {
        "tender": _tender_of(course, address, status)
    }


def _award(course: Course, address: str, order: Ordered) -> dict[str, Any]:
    parties = [
        _party(course.buyer, "buyer", "procuringEntity"),
        _party(order.supplier, "supplier", "tenderer"),
    ]
    award = {
        "id": f"{course.code}-award", "title": order.title, "status": "active", "date": _at(order.signed),
        "value": _money(order.amount), "suppliers": [{"id": order.supplier.id, "name": order.supplier.name}],
    }  # fmt: skip
    return _release(course, "award", order.made, parties) | {"awards": [award]}


def _contract(course: Course, address: str, order: Ordered) -> dict[str, Any]:
    parties = [_party(course.buyer, "buyer"), _party(order.supplier, "supplier")]
    contract = {
        "id": order.id, "awardID": f"{course.code}-award", "title": order.title, "status": "active",
        "value": _money(order.amount), "dateSigned": _at(order.signed),
    }  # fmt: skip
    return _release(course, "contract", order.made, parties) | {"contracts": [contract]}


def _planning_of_support(
    course: Course, trial: Tried, when: datetime
) -> dict[str, Any]:
    """Tell support after success: the money of a trial, which no order carries."""
    parties = [
        _party(course.buyer, "buyer", "payer"),
        _party(trial.supplier, "payee"),
    ]
    budget = {
        "description": f"Hỗ trợ sau thử nghiệm thành công ({course.basis})",
        "amount": _money(trial.support),
    }
    return _release(course, "planningUpdate", when, parties) | {
        "planning": {"budget": budget}
    }
