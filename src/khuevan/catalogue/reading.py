"""What the pages of the catalogue show: one procedure, its versions, the desk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Q

from khuevan.directory.public import Organisation, Person
from khuevan.law.public import Citation, cite_all
from khuevan.platform import clock
from khuevan.platform.errors import RuleBroken

from .dated import databases
from .models import Fault, Procedure, Version
from .queries import cost_of, fees_for, issued_on
from .rules.checking import missing_parts
from .rules.codec import from_json
from .rules.cost import Cost
from .rules.definition import Component, Definition, Offer, Subject, Tier
from .rules.diff import Change, changes
from .rules.fees import FeeLine
from .rules.holding import ASKED, DeclareOnce, Held, content_of, declare_once, held_for
from .rules.source import SMALLEST_FEE
from .rules.states import FaultState, Origin, VersionState


PAGE = 30


@dataclass(frozen=True, slots=True)
class OfferRow:
    """A channel with its limit and what it costs today; None: the answers decide."""

    offer: Offer
    fees: tuple[FeeLine, ...] | None

    @property
    def doubtful(self) -> bool:
        """Tell whether an amount is so small that the source must have lost a part."""
        return any(0 < f.amount < SMALLEST_FEE for f in self.fees or ())

    @property
    def total(self) -> int | None:
        """Return what the applicant pays altogether, None where answers decide."""
        if self.fees is None:
            return None
        return sum(f.amount for f in self.fees if f.payer == "applicant")


@dataclass(frozen=True, slots=True)
class ComponentRow:
    """A paper, whether it is asked for, and who holds what it says."""

    component: Component
    asked: bool
    held: Held | None


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One line of a procedure's history."""

    id: UUID
    number: int
    state: VersionState
    origin: Origin
    valid_from: date | None
    valid_to: date | None
    decision: str
    used: bool


@dataclass(frozen=True, slots=True)
class ProcedurePage:
    """Everything the page of one procedure says."""

    version: VersionRow
    definition: Definition
    agency: str
    offers: tuple[OfferRow, ...]
    components: tuple[ComponentRow, ...]
    legal: tuple[Citation, ...]
    partial_basis: tuple[Citation, ...]
    once: DeclareOnce
    cost: Cost | None
    missing: tuple[str, ...]
    history: tuple[VersionRow, ...]


def procedure_page(version: Version, history: list[Version], on: date) -> ProcedurePage:
    """Return the page of one version of a procedure, as of a day."""
    definition = from_json(version.definition)
    known = databases()
    named = [*definition.legal, *definition.partial_basis]
    cited = cite_all([(one.number, one.article) for one in named], on=on)
    parted = len(definition.legal)
    return ProcedurePage(
        version=version_row(version),
        definition=definition,
        agency=_agency(definition),
        offers=tuple(_offer(definition, offer, on) for offer in definition.channels),
        components=tuple(
            ComponentRow(
                component,
                component.supply in ASKED,
                next(iter(held_for(content_of(component, known), on, known)), None),
            )
            for component in definition.components
        ),
        legal=tuple(cited[:parted]),
        partial_basis=tuple(cited[parted:]),
        once=declare_once(definition, on, known, issued_on(on)),
        cost=cost_of(version.pk),
        missing=missing_parts(definition),
        history=tuple(map(version_row, history)),
    )


def version_row(version: Version) -> VersionRow:
    """Return one line of a procedure's history."""
    return VersionRow(
        version.pk,
        version.number,
        VersionState(version.state),
        Origin(version.origin),
        version.valid_from,
        version.valid_to,
        version.decision,
        version.used_at is not None,
    )


def shown_version(versions: list[Version], number: int | None) -> Version | None:
    """Return the version asked for, else what holds today, is to come, or was last."""
    if number is not None:
        return next((v for v in versions if v.number == number), None)
    today = clock.today()
    public = [v for v in versions if v.state == VersionState.PUBLISHED]
    now = [v for v in public if v.valid_from and v.valid_from <= today and (v.valid_to is None or today <= v.valid_to)]  # fmt: skip
    coming = sorted(public, key=lambda v: v.valid_from or today)
    return next(iter([*now, *coming, *versions]), None)


def differences(before: Version, after: Version) -> tuple[Change, ...]:
    """Return what changed from one version to another."""
    return changes(from_json(before.definition), from_json(after.definition))


@dataclass(frozen=True, slots=True)
class Desk:
    """What waits for those who keep the catalogue."""

    drafts: tuple[tuple[Procedure, VersionRow], ...]
    drafts_count: int
    open_faults: dict[str, int]


def desk() -> Desk:
    """Return the drafts, newest first, and how many open faults each rule has."""
    waiting = Version.objects.filter(
        state__in=[VersionState.DRAFT, VersionState.CHECKED]
    ).select_related("procedure")
    open_faults = (
        Fault.objects.open()
        .values_list("rule")
        .annotate(n=Count("pk"))
        .order_by("rule")
    )
    return Desk(
        tuple(
            (v.procedure, version_row(v)) for v in waiting.order_by("-made_at")[:PAGE]
        ),
        waiting.count(),
        {str(rule): number for rule, number in open_faults},
    )


@dataclass(frozen=True, slots=True)
class FaultPage:
    """One page of faults."""

    rows: tuple[Fault, ...]
    found: int
    number: int
    pages: int


def fault_page(person: Person | None, wanted: Mapping[str, str]) -> FaultPage:
    """Return the faults of a rule, a state and a code, a page at a time."""
    rows = Fault.objects.visible_to(person).select_related("closed_by")
    state = wanted.get("state") or FaultState.OPEN
    if state in set(FaultState):
        rows = rows.filter(state=state)
    if wanted.get("rule"):
        rows = rows.filter(rule=wanted["rule"])
    if wanted.get("q"):
        text = wanted["q"].strip()
        rows = rows.filter(Q(code=text) | Q(found__icontains=text))
    found = rows.count()
    pages = max(1, -(-found // PAGE))
    number = min(max(1, _number(wanted.get("page", ""))), pages)
    start = (number - 1) * PAGE
    ordered = rows.order_by("rule", "row", "place")
    return FaultPage(tuple(ordered[start : start + PAGE]), found, number, pages)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 1


def _offer(definition: Definition, offer: Offer, on: date) -> OfferRow:
    subject = definition.subjects[0] if definition.subjects else Subject.CITIZEN
    told: dict[str, Any] = {"answers": {}, "subject": subject, "on": on}
    # An amount the source did not give cannot be called nothing to pay.
    if not definition.fees and offer.fee and not offer.fee.startswith("Miễn phí"):
        return OfferRow(offer, None)
    try:
        return OfferRow(offer, fees_for(definition, channel=offer.channel, **told))
    except RuleBroken:
        return OfferRow(offer, None)


def _agency(definition: Definition) -> str:
    """Return the deciding agency as people know it."""
    if definition.agency_name:
        return definition.agency_name
    if definition.agency == "commune":
        return ""
    found = Organisation.objects.filter(code=definition.agency).first()
    return found.name if found else definition.agency


@dataclass(frozen=True, slots=True)
class Listed:
    """One procedure in force, as lists for programs have it."""

    code: str
    title: str
    sector: str
    tier: Tier
    version: UUID


def listed(*, after: str, limit: int) -> list[Listed]:
    """Return the procedures in force by code, after one code, so many at most."""
    rows = Version.objects.in_force(clock.today()).filter(procedure__code__gt=after)
    found = rows.order_by("procedure__code").values_list(
        "procedure__code", "definition__title", "definition__sector",
        "definition__tier", "pk",
    )[:limit]  # fmt: skip
    return [Listed(c, str(t), str(s), Tier(tier), pk) for c, t, s, tier, pk in found]
