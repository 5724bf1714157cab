"""Kinds of organisations, roles people hold in them, and what a mandate may cover."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from uuid import UUID


class OrganisationKind(StrEnum):
    """What an organisation is. Names follow the city's own papers."""

    PARTY = "party"  # cơ quan Đảng
    PEOPLES_COMMITTEE = "peoples_committee"  # UBND
    PEOPLES_COUNCIL = "peoples_council"  # HĐND
    DEPARTMENT = "department"  # sở, ban, ngành
    COMMUNE = "commune"  # xã, phường
    SERVICE_CENTRE = "service_centre"  # Trung tâm Phục vụ hành chính công
    BRANCH = "branch"  # chi nhánh
    DIVISION = "division"  # phòng
    INSTITUTE = "institute"  # viện, trường
    ENTERPRISE = "enterprise"  # doanh nghiệp
    CENTRAL = "central"  # cơ quan Trung ương


class Role(StrEnum):
    """What a person may do for an organisation while an appointment lasts."""

    LEADER = "leader"  # lãnh đạo thành phố, thành viên Ban Chỉ đạo
    COMMITTEE_OFFICE = "committee_office"  # cơ quan thường trực Ban Chỉ đạo
    HEAD = "head"  # người đứng đầu đơn vị
    OFFICIAL = "official"  # công chức, viên chức
    INSPECTOR = "inspector"  # Ủy ban Kiểm tra, thanh tra: chỉ đọc
    OPERATOR = "operator"  # quản trị hệ thống
    MEMBER = "member"  # người của doanh nghiệp, viện, quỹ


CITY_WIDE = frozenset({Role.LEADER, Role.COMMITTEE_OFFICE, Role.INSPECTOR})
"""Roles whose reading does not stop at their own organisation."""


class Scope(StrEnum):
    """What acting for another may cover."""

    EVERYTHING = "everything"
    STEERING = "steering"
    SIGNING = "signing"


@dataclass(frozen=True, slots=True)
class Holding:
    """One role held in one organisation, by oneself or for somebody else."""

    role: Role
    organisation_id: UUID
    on_behalf_of: UUID | None = None


@dataclass(frozen=True, slots=True)
class Authority:
    """Everything a person may act as on one day.

    `organisations` holds the organisations of all holdings and every
    organisation below them, so that a department sees its divisions.
    """

    holdings: tuple[Holding, ...] = ()
    organisations: frozenset[UUID] = field(default_factory=frozenset)

    def has(self, *roles: Role) -> bool:
        """Tell whether any of these roles is held anywhere."""
        return any(holding.role in roles for holding in self.holdings)

    def has_in(self, organisation_id: UUID | None, *roles: Role) -> bool:
        """Tell whether any of these roles is held in this organisation."""
        return any(
            holding.role in roles and holding.organisation_id == organisation_id
            for holding in self.holdings
        )

    @property
    def reads_everything(self) -> bool:
        """Tell whether reading reaches over the whole city."""
        return any(holding.role in CITY_WIDE for holding in self.holdings)


def valid_on(valid_from: date | None, valid_to: date | None, day: date) -> bool:
    """Tell whether a dated thing holds on a day; both ends count."""
    return (valid_from is None or valid_from <= day) and (
        valid_to is None or day <= valid_to
    )
