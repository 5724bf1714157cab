"""Kinds of organisations, roles people hold in them, and what a mandate may cover."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from khuevan.platform.errors import N_, RuleBroken


class OrganisationKind(StrEnum):
    """What an organisation is. Names follow the city's own papers."""

    PARTY = "party"  # cơ quan Đảng
    PEOPLES_COMMITTEE = "peoples_committee"  # UBND
    PEOPLES_COUNCIL = "peoples_council"  # HĐND
    DEPARTMENT = "department"  # sở, ban, ngành
    COMMUNE = "commune"  # xã, phường
    SERVICE_CENTRE = "service_centre"  # Trung tâm Phục vụ hành chính công
    BRANCH = "branch"  # chi nhánh
    POINT = "point"  # điểm tiếp nhận và trả kết quả
    DIVISION = "division"  # phòng
    INSTITUTE = "institute"  # viện, trường
    ENTERPRISE = "enterprise"  # doanh nghiệp
    CENTRAL = "central"  # cơ quan Trung ương


class Gender(StrEnum):
    """As the population register and the identity card say it."""

    FEMALE = "female"
    MALE = "male"


class Role(StrEnum):
    """What a person may do for an organisation while an appointment lasts."""

    LEADER = "leader"  # lãnh đạo thành phố, thành viên Ban Chỉ đạo
    COMMITTEE_OFFICE = "committee_office"  # cơ quan thường trực Ban Chỉ đạo
    HEAD = "head"  # người đứng đầu đơn vị
    DIVISION_HEAD = "division_head"  # lãnh đạo phòng
    OFFICIAL = "official"  # công chức, viên chức
    CLERK = "clerk"  # văn thư
    PROCEDURE_OFFICER = "procedure_officer"  # cán bộ kiểm soát thủ tục hành chính
    INSPECTOR = "inspector"  # Ủy ban Kiểm tra, thanh tra: chỉ đọc
    OPERATOR = "operator"  # quản trị hệ thống
    MEMBER = "member"  # người của doanh nghiệp, viện, quỹ
    MACHINE = "machine"  # phần mềm của tổ chức, gọi qua API


CITY_WIDE = frozenset({Role.LEADER, Role.COMMITTEE_OFFICE, Role.INSPECTOR})
"""Roles whose reading does not stop at their own organisation."""


class Scope(StrEnum):
    """What acting for another may cover."""

    EVERYTHING = "everything"
    STEERING = "steering"
    SIGNING = "signing"


class Purpose(StrEnum):
    """Why somebody's personal data is read. Codes: facts hold no words about people."""

    CONTACT = "contact"
    STAFF = "staff"
    ACCOUNT = "account"
    INSPECTION = "inspection"


class Share(StrEnum):
    """How much of an old unit went into a new one."""

    WHOLE = "whole"
    PART = "part"
    RENAMED = "renamed"


@dataclass(frozen=True, slots=True)
class Holding:
    """One role held in one organisation, by oneself or for somebody else.

    `scope` is what a mandate covers; one's own posts cover everything.
    """

    role: Role
    organisation_id: UUID
    on_behalf_of: UUID | None = None
    scope: Scope = Scope.EVERYTHING


@dataclass(frozen=True, slots=True)
class Authority:
    """Everything a person may act as on one day.

    `organisations` holds the organisations of all holdings and every
    organisation below them, so that a department sees its divisions. Mandates that
    cover only one kind of work count nowhere but `within` it.
    """

    holdings: tuple[Holding, ...] = ()
    organisations: frozenset[UUID] = field(default_factory=frozenset)
    narrower: tuple[Holding, ...] = ()
    parents: Mapping[UUID, UUID] = field(default_factory=dict)

    @classmethod
    def of(
        cls, holdings: tuple[Holding, ...], parents: Mapping[UUID, UUID]
    ) -> Authority:
        """Return the authority of all these holdings; `parents` names what lies below."""
        wide = tuple(h for h in holdings if h.scope is Scope.EVERYTHING)
        narrow = tuple(h for h in holdings if h.scope is not Scope.EVERYTHING)
        return cls(wide, _with_descendants(wide, parents), narrow, parents)

    def within(self, scope: Scope) -> Authority:
        """Return what may be acted as in one kind of work: mandates for it count too."""
        more = tuple(h for h in self.narrower if h.scope is scope)
        if not more:
            return self
        holdings = (*self.holdings, *more)
        return Authority(holdings, _with_descendants(holdings, self.parents))

    @property
    def own(self) -> tuple[Holding, ...]:
        """Return the posts held oneself: the only ones that may be lent."""
        return tuple(h for h in self.holdings if h.on_behalf_of is None)

    def has(self, *roles: Role) -> bool:
        """Tell whether any of these roles is held anywhere."""
        return any(holding.role in roles for holding in self.holdings)

    def has_in(self, organisation_id: UUID | None, *roles: Role) -> bool:
        """Tell whether any of these roles is held in this organisation."""
        return any(
            holding.role in roles and holding.organisation_id == organisation_id
            for holding in self.holdings
        )

    def capacity(self, organisation_id: UUID | None, *roles: Role) -> Holding | None:
        """Return as whom one acts there: by one's own post first, else for another."""
        fitting = [
            h
            for h in self.holdings
            if h.role in roles and h.organisation_id == organisation_id
        ]
        return min(fitting, key=lambda h: h.on_behalf_of is not None, default=None)

    @property
    def reads_everything(self) -> bool:
        """Tell whether reading reaches over the whole city."""
        return any(holding.role in CITY_WIDE for holding in self.holdings)


def _with_descendants(
    holdings: tuple[Holding, ...], parents: Mapping[UUID, UUID]
) -> frozenset[UUID]:
    """Return the organisations of these holdings and all below them."""
    reached = {h.organisation_id for h in holdings}
    children: dict[UUID, list[UUID]] = {}
    for child, parent in parents.items():
        children.setdefault(parent, []).append(child)
    waiting = list(reached)
    while waiting:
        for child in children.get(waiting.pop(), ()):
            if child not in reached:
                reached.add(child)
                waiting.append(child)
    return frozenset(reached)


def valid_on(valid_from: date | None, valid_to: date | None, day: date) -> bool:
    """Tell whether a dated thing holds on a day; both ends count."""
    return (valid_from is None or valid_from <= day) and (
        valid_to is None or day <= valid_to
    )


LONGEST_MANDATE = timedelta(days=366)
"""A mandate lasts a year at most; a longer absence is a new decision."""


@dataclass(frozen=True, slots=True)
class Lending:
    """A mandate as the rules see it."""

    principal: UUID
    delegate: UUID
    scope: Scope
    valid_from: date
    valid_to: date

    def overlaps(self, other: Lending) -> bool:
        """Tell whether both hold on some day."""
        return self.valid_from <= other.valid_to and other.valid_from <= self.valid_to


class MandateConflict(StrEnum):
    """Why a mandate deserves a second look; the principal decides."""

    ALREADY_LENT = "already_lent"
    DELEGATE_AWAY = "delegate_away"
    DELEGATE_INSPECTS = "delegate_inspects"


def check_mandate(lending: Lending, today: date, reason: str) -> None:
    """Refuse a mandate to oneself, into the past, over a year, or without a reason."""
    if lending.principal == lending.delegate:
        raise RuleBroken(N_("You need no mandate from yourself."), field="delegate")
    if lending.valid_from < today:
        raise RuleBroken(N_("A mandate cannot begin in the past."), field="valid_from")
    if lending.valid_to < lending.valid_from:
        raise RuleBroken(
            N_("The mandate ends before it begins. Choose a later last day."),
            field="valid_to",
        )
    if lending.valid_to - lending.valid_from >= LONGEST_MANDATE:
        raise RuleBroken(N_("A mandate lasts one year at most."), field="valid_to")
    if not reason.strip():
        raise RuleBroken(
            N_("Say why somebody else acts for you: a journey, an illness, a division of work."),
            field="reason",
        )  # fmt: skip


def mandate_conflicts(
    lending: Lending, others: list[Lending], delegate_roles: set[Role]
) -> list[MandateConflict]:
    """Return what is odd about a mandate, given the mandates that hold beside it.

    The same authority lent to two people at once; a delegate who is away, as they
    have lent their own; a delegate who inspects what they would now be doing.
    """
    beside = [other for other in others if lending.overlaps(other)]
    found = []
    if any(
        other.principal == lending.principal
        and (other.scope == lending.scope or Scope.EVERYTHING in (other.scope, lending.scope))
        for other in beside
    ):  # fmt: skip
        found.append(MandateConflict.ALREADY_LENT)
    if any(other.principal == lending.delegate for other in beside):
        found.append(MandateConflict.DELEGATE_AWAY)
    if Role.INSPECTOR in delegate_roles:
        found.append(MandateConflict.DELEGATE_INSPECTS)
    return found
