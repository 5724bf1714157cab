"""Members and listings in a given state, reached only through the actions that lead there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, time, timedelta

from khuevan.directory.public import Organisation, OrganisationKind, Person, Role
from khuevan.directory.tests.factories import (
    OrganisationFactory,
    PersonFactory,
    make_person,
)
from khuevan.exchange import actions as actions
from khuevan.exchange.models import Listing as Listing, Member as Member
from khuevan.exchange.rules.listings import (
    Field,
    IpStatus,
    Kind,
    Licence,
    Owner as Owner,
    Stage,
    State as State,
    Territory,
    Told as Told,
)
from khuevan.exchange.rules.members import MemberKind, Tier
from khuevan.platform import clock


PROFILE = "Nghiên cứu và chuyển giao công nghệ xử lý nước cho khu công nghiệp."
OFFER = Told(
    kind=Kind.TECHNOLOGY,
    title_vi="Màng lọc gốm xử lý nước thải dệt nhuộm",
    title_en="Ceramic membrane for textile waste water",
    summary_vi="Màng lọc gốm nhiều lớp tách màu và muối khỏi nước thải dệt nhuộm, dùng lại được nước trong xưởng.",
    summary_en="A layered ceramic membrane that takes dye and salt out of textile waste water for reuse.",
    field=Field.ENVIRONMENT,
    ipc=("C02F 1/44",),
    nace=("13.30",),
    territory=Territory.COUNTRY,
    stage=Stage.PILOT,
    trl=7,
    trl_evidence="Chạy thử 6 tháng tại một xưởng nhuộm, 20 m³ mỗi ngày.",
    advantage="Tốn 0,8 kWh cho một mét khối thay vì 1,5 kWh",
    advantage_against="màng lọc polyme nhập khẩu",
    description="Lớp đỡ nhôm oxit, lớp lọc titan oxit, rửa ngược tự động.",
    ip_status=IpStatus.GRANTED,
    ip_number="1-2021-01234",
    ip_until=date(2041, 5, 4),
    owners=(Owner("Viện Thử nghiệm", 6000), Owner("Công ty Thử nghiệm", 4000)),
    state_funded=True,
    licence=Licence.NON_EXCLUSIVE,
    licence_terms="Trả trước và theo doanh thu",
    price_from=500_000_000,
    price_to=900_000_000,
)
NEED = Told(
    kind=Kind.NEED,
    title_vi="Giảm thất thoát nước sạch trên mạng lưới cấp nước khu phố cổ",
    summary_vi="Mạng lưới cấp nước khu phố cổ mất nhiều nước sạch mà không rõ chỗ rò rỉ; cần tìm chỗ rò mà không đào đường.",
    field=Field.ENVIRONMENT,
    nace=("36",),
    trl=6,
    outcome="Giảm thất thoát từ 18 xuống 12 phần trăm trong 12 tháng",
    data_available="Lưu lượng theo giờ của 40 đồng hồ tổng trong 3 năm",
    criteria="Độ chính xác của chỗ rò, chi phí mỗi ki-lô-mét",
    price_to=2_000_000_000,
    deadline=date(2030, 12, 31),
    trial_possible=True,
)
DAYS = timedelta(days=1)
NOON = time(12)


def different(number: int) -> Told:
    """Return an offer that says something else than the others."""
    words = " ".join(f"mẻ {number} ô {part} vùng {number + part}" for part in range(12))
    return replace(OFFER, summary_vi=words, description=words[::-1])


@dataclass
class Cast:
    institute: Member
    firm: Member
    lister: Person
    buyer: Person
    first: Person
    second: Person
    outsider: Person
    inspector: Person


def operator() -> Organisation:
    return Organisation.objects.get(code="H26.KHCN")


def make_member(
    kind: OrganisationKind = OrganisationKind.ENTERPRISE, *, verified: bool = True
) -> tuple[Member, Person]:
    body = OrganisationFactory.create(kind=kind)
    person = make_person(Role.MEMBER, body)
    member = actions.join_exchange(
        kind=MemberKind(kind.value)
        if kind.value in {k.value for k in MemberKind}
        else MemberKind.AGENCY,
        organisation=body,
        profile_vi=PROFILE,
        by=person,
    )
    return verify(member) if verified else member, person


def make_expert() -> tuple[Member, Person]:
    """Return somebody who takes part as an expert, in person, known to the exchange."""
    person = PersonFactory.create()
    kind = MemberKind.EXPERT
    member = actions.join_exchange(
        kind=kind, person=person, profile_vi=PROFILE, by=person
    )
    return verify(member), person


def make_cast() -> Cast:
    institute, lister = make_member(OrganisationKind.INSTITUTE)
    firm, buyer = make_member()
    return Cast(
        institute=institute,
        firm=firm,
        lister=lister,
        buyer=buyer,
        first=make_person(Role.OFFICIAL, operator()),
        second=make_person(Role.HEAD, operator()),
        outsider=PersonFactory.create(),
        inspector=make_person(Role.INSPECTOR),
    )


def make_listing(
    cast: Cast, state: State = State.DRAFT, told: Told = OFFER, **changes: object
) -> Listing:
    """Return a listing of the institute in a state, made the way people make it."""
    told = replace(told, **changes)  # type: ignore[arg-type]
    listing = actions.draft_listing(member=cast.institute, told=told, by=cast.lister)
    if state is State.DRAFT:
        return listing
    if state is State.WITHDRAWN:
        return actions.withdraw_listing(
            listing=listing, words="Không chuyển giao nữa", by=cast.lister
        )
    listing = actions.submit_listing(listing=listing, by=cast.lister)
    if state is State.SUBMITTED:
        return listing
    if state is State.RETURNED:
        return actions.return_listing(
            listing=listing, words="Thiếu số đo của lợi thế", by=cast.first
        )
    listing = actions.check_listing(listing=listing, by=cast.first)
    if state is State.CHECKED:
        return listing
    listing = actions.publish_listing(listing=listing, by=cast.second)
    if state is State.EXPIRED:
        assert listing.expires_on is not None
        with clock.telling(clock.at_local(listing.expires_on + DAYS, NOON)):
            actions.expire_listing(listing=listing, by=None)
        listing.refresh_from_db()
    return listing


def move_abroad(cast: Cast, member: Member) -> Member:
    """Let the exchange say that a member has its seat abroad."""
    return actions.set_country(member=member, country="JP", by=cast.first)


def declare(member: Member, *, owners: list[str], accounts: list[str]) -> None:
    """Let a member declare who owns it and from where it pays."""
    actions.declare_parties(member=member, owners=owners, accounts=accounts, by=None)


def unprotect(listing: Listing) -> None:
    """Let the right of a published listing be held no more from today on."""
    words = "Bị hủy theo Quyết định 12/QĐ-SHTT"
    actions.end_protection(listing=listing, on=clock.today(), words=words, by=None)


def verify(member: Member) -> Member:
    """Let the exchange verify a member."""
    known = make_person(Role.OFFICIAL, operator())
    member = actions.set_tier(member=member, tier=Tier.VERIFIED, by=known)
    # Who vouched is not one of the reviewers the tests name.
    known.is_active = False
    known.save()
    return member
