"""Members of the exchange for other programs: what everybody reads on their pages."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field as Bounds

from khuevan.clients.public import Scope, for_everybody
from khuevan.platform.problems import NO

from .api import MOST, Words, reader
from .beside import record_of
from .models import Member
from .provinces import PROVINCES
from .queries.listings import Wanted, find_listings
from .queries.members import find_members
from .rules.listings import Field
from .rules.members import MemberKind, Tier


router = Router(tags=["exchange"])
READING = for_everybody(Scope.EXCHANGE_READ)
LISTED = 100


class Asked(Schema):
    """Which members a program wants; `region` is the code of a province."""

    q: Words = ""
    kind: MemberKind | None = None
    field: Field | None = None
    region: Words = Bounds("", json_schema_extra={"enum": ["", *PROVINCES]})
    tier: Tier | None = None
    page: int = Bounds(1, ge=1, le=10_000)
    limit: int = Bounds(20, ge=1, le=MOST)


class MemberRow(Schema):
    """A member as it describes itself, and how well the exchange knows it."""

    id: UUID
    name: str
    kind: MemberKind
    tier: Tier
    country: str
    region: str
    fields: list[Field]
    profile_vi: str
    profile_en: str
    joined_at: datetime


class MemberPage(Schema):
    members: list[MemberRow]
    count: int


class LineOut(Schema):
    """One line of what a member is known for, counted from deals and trials here."""

    what: str
    count: int
    of: int | None


class MemberOut(Schema):
    """A member with what it is known for, and the codes of what it lists under its name."""

    member: MemberRow
    known_for: list[LineOut]
    listings: list[str]


@router.get(
    "/members",
    response={200: MemberPage, **NO},
    auth=READING,
    operation_id="list_members",
)
def list_members(request: HttpRequest, asked: Query[Asked]) -> MemberPage:
    """List members by name, of a kind, field, region or level."""
    told = asked.model_dump(exclude={"page", "limit", "q"}, exclude_none=True)
    found = find_members(request.user, asked.q, told)
    start = (asked.page - 1) * asked.limit
    shown = found[start : start + asked.limit]
    return MemberPage(members=[_row(member) for member in shown], count=len(found))


@router.get(
    "/members/{uuid:key}",
    response={200: MemberOut, **NO},
    auth=READING,
    operation_id="read_member",
)
def read_member(request: HttpRequest, key: UUID) -> MemberOut:
    """Read a member: its profile, its level, and what it is known for."""
    who = reader(request)
    rows = Member.objects.visible_to(request.user)
    member = rows.select_related("organisation", "person").filter(pk=key).first()
    if member is None:
        raise Http404
    named, _count = find_listings(who, Wanted(member=member.pk), size=LISTED)
    return MemberOut(
        member=_row(member),
        known_for=[
            LineOut(what=str(line.label), count=line.count, of=line.of)
            for line in record_of(member.pk)
        ],
        # A listing that hides its member is not betrayed by its member.
        listings=[shown.code for shown in named if "member" in shown.fields],
    )


def _row(member: Member) -> MemberRow:
    return MemberRow(
        id=member.pk, name=member.name, kind=MemberKind(member.kind), tier=Tier(member.tier),
        country=member.country, region=member.region, fields=[Field(f) for f in member.fields],
        profile_vi=member.profile_vi, profile_en=member.profile_en, joined_at=member.joined_at,
    )  # fmt: skip
