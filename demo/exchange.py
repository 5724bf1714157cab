"""The demo's technology exchange: members, 240 offers and 60 needs, told with actions."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import cycle

from khuevan.directory.public import Appointment, Organisation, Person, Role
from khuevan.exchange import actions
from khuevan.exchange.models import Listing, Member
from khuevan.exchange.rules.listings import (
    Field,
    IpStatus,
    Kind,
    Licence,
    Owner,
    Stage,
    Territory,
    Told,
    Verification,
)
from khuevan.exchange.rules.members import MemberKind, Tier
from khuevan.platform import clock
from khuevan.platform.text import fold

from .exchange_texts import MARK, SHELVES, Shelf


OPENED = date(2025, 10, 6)
LAST = date(2025, 11, 13)
HOUSES = (
    ("DN.03", "enterprise", "Công ty cổ phần Cơ điện Nhuệ Giang (giả định)"),
    ("DN.04", "enterprise", "Công ty TNHH Vật liệu Tản Viên (giả định)"),
    ("DN.05", "enterprise", "Công ty cổ phần Y sinh Hồ Gươm (giả định)"),
    ("DN.06", "enterprise", "Công ty TNHH Nông nghiệp Bãi Giữa (giả định)"),
    ("VT.03", "institute", "Viện Công nghệ môi trường Tô Lịch (giả định)"),
    ("VT.04", "institute", "Trường Đại học Khoa học Cổ Loa (giả định)"),
)
"""Firms and institutes that join beside those the demo has, plainly invented."""
BACKERS = (
    ("QD.01", "enterprise", "Quỹ Đổi mới Sông Lô (giả định)", MemberKind.FUND),
    ("QD.02", "enterprise", "Quỹ Khởi nguồn Hương Tích (giả định)", MemberKind.FUND),
    ("SL.01", "institute", "Sàn công nghệ Kinh Bắc (giả định)", MemberKind.PLATFORM),
)
"""Funds and a linked platform, which join and list nothing."""
REGIONS = {"DN.02": "31", "DN.04": "24", "DN.06": "33", "VT.04": "48"}
"""Where members outside Hanoi work, as codes of provinces."""
JOINED = ("DN.01", "DN.02", "VT.01", "VT.02", *(code for code, _, _ in HOUSES))
AGENCIES = ("H26.XD", "H26.YT", "H26.NNMT", "H26.00070")
"""Public bodies with problems to solve."""
OF_PROGRAMS = (Kind.SOFTWARE, Kind.SOFTWARE, Kind.SERVICE, Kind.TECHNOLOGY, Kind.RESEARCH_RESULT)  # fmt: skip
OF_THINGS = (Kind.TECHNOLOGY, Kind.EQUIPMENT, Kind.RESEARCH_RESULT, Kind.EQUIPMENT, Kind.IP_RIGHT)  # fmt: skip
FATES = ("published",) * 24 + ("draft", "submitted", "submitted", "checked", "returned", "withdrawn")  # fmt: skip
"""What has become of listings by the demo's today, one after the other."""


@dataclass(frozen=True, slots=True)
class _House:
    member: Member
    person: Person


class Exchange:
    """Tells the exchange's first weeks; the same each time."""

    def __init__(self, bodies: dict[str, Organisation]) -> None:
        self.bodies = dict(bodies)
        self.dice = random.Random(459)  # noqa: S311 - the same story every time
        self.first = self._somebody("H26.KHCN", Role.OFFICIAL)
        self.second = self._somebody("H26.KHCN", Role.HEAD)

    def tell(self) -> Iterator[float]:
        """Tell it; yield how much of it has been told, from 0 to 1."""
        with _at(OPENED):
            offering = [self._join(code) for code in self._found()]
            seeking = [self._join(code) for code in AGENCIES]
        plans = list(self._plans())
        fates, offers, needs = cycle(FATES), cycle(offering), cycle([*seeking, *offering])  # fmt: skip
        days = (LAST - OPENED).days - 6
        for number, told in enumerate(plans):
            house = next(needs if told.kind is Kind.NEED else offers)
            start = OPENED + timedelta(days=1 + number * days // len(plans))
            self._live(house, told, next(fates), start)
            yield (number + 1) / len(plans)
        with _at(OPENED):
            for code, *_told in BACKERS:
                self._join(code)

    # --------------------------------------------------------------- members

    def _found(self) -> tuple[str, ...]:
        for code, kind, name in (*HOUSES, *(backer[:3] for backer in BACKERS)):
            body = Organisation.objects.create(
                code=code, kind=kind, name=name, short_name=name.partition(" (")[0]
            )
            person = Person.objects.create(
                username=f"{fold(code).replace('.', '-')}-head",
                full_name=f"Người đại diện {code}",
                is_invented=True,
            )
            Appointment.objects.create(
                person=person, organisation=body, role=Role.HEAD, title="Giám đốc"
            )
            self.bodies[code] = body
        return JOINED

    def _somebody(self, code: str, role: Role) -> Person:
        return (
            Person.objects.filter(
                appointments__organisation=self.bodies[code], appointments__role=role
            )
            .order_by("pk")
            .first()
        ) or Person.objects.none().get()

    def _join(self, code: str) -> _House:
        body = self.bodies[code]
        person = self._somebody(code, Role.HEAD)
        usual = {"enterprise": MemberKind.ENTERPRISE, "institute": MemberKind.INSTITUTE}
        backers = {backer[0]: backer[3] for backer in BACKERS}
        kind = backers.get(code) or usual.get(body.kind, MemberKind.AGENCY)
        member = actions.join_exchange(
            kind=kind,
            organisation=body,
            profile_vi=f"{body.name} tham gia sàn để chuyển giao và tìm kiếm công nghệ. {MARK}",
            fields=self.dice.sample(list(Field), 3),
            region=REGIONS.get(code, "01"),
            by=person,
        )
        return _House(
            actions.set_tier(member=member, tier=Tier.VERIFIED, by=self.second), person
        )

    # -------------------------------------------------------------- listings

    def _plans(self) -> list[Told]:
        plans = [
            told
            for field, shelf in SHELVES.items()
            for told in (*self._offers(field, shelf), *self._needs(field, shelf))
        ]
        self.dice.shuffle(plans)
        return plans

    def _offers(self, field: Field, shelf: Shelf) -> Iterator[Told]:
        programs = field in {Field.DIGITAL, Field.DATA_AI}
        kinds = cycle(OF_PROGRAMS if programs else OF_THINGS)
        for n, (thing, thing_en) in enumerate(shelf.things):
            for m, (way, way_en) in enumerate(shelf.ways):
                yield self._offer(
                    next(kinds), field, shelf,
                    (thing, way, shelf.users[(n + m) % len(shelf.users)]),
                    (thing_en, way_en),
                )  # fmt: skip

    def _offer(
        self, kind: Kind, field: Field, shelf: Shelf, words: tuple[str, str, str], english: tuple[str, str]
    ) -> Told:  # fmt: skip
        thing, way, user = words
        thing_en, way_en = english
        low = self.dice.randint(2, 40)
        high = low + self.dice.randint(low, 3 * low)
        trl = self.dice.randint(3, 9)
        granted = kind is Kind.IP_RIGHT or self.dice.random() < 0.3
        funded = self.dice.random() < 0.4
        price = self.dice.randint(5, 400) * 10_000_000
        return Told(
            kind=kind,
            title_vi=f"{thing} {way}",
            title_en=f"{thing_en} {way_en}",
            summary_vi=f"{thing} dành cho {user}, làm {way}; đã chạy {self.dice.randint(2, 30)} tháng ở {self.dice.randint(1, 9)} nơi. {MARK}",
            summary_en=f"{thing_en} {way_en}, running at a few places in Hanoi. An invented listing of the demo city.",
            field=field,
            ipc=(shelf.ipc,),
            nace=(shelf.nace,),
            territory=self.dice.choice(list(Territory)),
            stage=list(Stage)[min((trl - 2) // 2, 3)],
            trl=trl,
            trl_evidence=f"Chạy thử {self.dice.randint(2, 12)} tháng tại {user}, có biên bản.",
            advantage=shelf.measure.format(low=low, high=high),
            advantage_against=shelf.against,
            description=f"Gồm {self.dice.randint(3, 12)} phần chính. {thing} được thiết kế cho {user}, bảo trì {self.dice.randint(1, 4)} lần mỗi năm.",
            ip_status=IpStatus.GRANTED if granted else self.dice.choice([IpStatus.KNOW_HOW, IpStatus.COPYRIGHT]),
            ip_number=f"GĐ-{self.dice.randint(1000, 9999)}" if granted else "",
            ip_until=date(2030 + self.dice.randint(0, 12), 6, 30) if granted else None,
            owners=(Owner("Bên đăng tin", 10_000),) if self.dice.random() < 0.7 else (Owner("Bên đăng tin", 6_000), Owner("Nhóm tác giả", 4_000)),
            state_funded=funded,
            licence=self.dice.choice(list(Licence)),
            licence_terms="Trả trước một phần, phần còn lại theo doanh thu.",
            price_from=price,
            price_to=price * 3 // 2,
        )  # fmt: skip

    def _needs(self, field: Field, shelf: Shelf) -> Iterator[Told]:
        for problem, measure in shelf.problems:
            for user in self.dice.sample(shelf.users, 2):
                low = self.dice.randint(2, 20)
                high = low + self.dice.randint(low, 3 * low)
                months = self.dice.randint(3, 18)
                yield Told(
                    kind=Kind.NEED,
                    title_vi=f"{problem}: bài toán của {user}",
                    summary_vi=f"{problem} là việc {user} làm mãi chưa xong; cần lời giải chạy được trong {months} tháng, bàn giao cho người đang làm. {MARK}",
                    field=field,
                    nace=(shelf.nace,),
                    trl=self.dice.randint(4, 7),
                    territory=Territory.CITY,
                    licence=Licence.NON_EXCLUSIVE,
                    outcome=f"Giảm {measure.format(low=low, high=high)} trong {months} tháng",
                    data_available=f"Số liệu {self.dice.randint(1, 5)} năm gần nhất, đã bỏ thông tin cá nhân",
                    criteria="Kết quả đo được, chi phí vận hành, thời gian bàn giao",
                    price_to=self.dice.randint(10, 300) * 10_000_000,
                    deadline=date(2026, 12, 31) + timedelta(days=self.dice.randint(0, 300)),
                    trial_possible=self.dice.random() < 0.7,
                )  # fmt: skip

    def _live(self, house: _House, told: Told, fate: str, start: date) -> None:
        with _at(start):
            listing = actions.draft_listing(member=house.member, told=told, by=house.person)  # fmt: skip
            if fate == "draft":
                return
            listing = actions.submit_listing(listing=listing, by=house.person)
        if fate != "submitted":
            self._review(listing, house, fate, start)

    def _review(self, listing: Listing, house: _House, fate: str, start: date) -> None:
        with _at(start + timedelta(days=1)):
            if fate == "returned":
                words = (
                    "Lợi thế cần nêu điều kiện đo và đơn vị đo; xin bổ sung biên bản."
                )
                actions.return_listing(listing=listing, words=words, by=self.first)
                return
            listing = actions.check_listing(listing=listing, by=self.first)
            if fate == "checked":
                return
        with _at(start + timedelta(days=2)):
            listing = actions.publish_listing(listing=listing, by=self.second)
        if self.dice.random() < 0.25:
            with _at(start + timedelta(days=4)):
                actions.verify_listing(
                    listing=listing,
                    level=self.dice.choice(list(Verification)[1:3]),
                    words="Đã đối chiếu giấy tờ bản gốc tại trụ sở.",
                    by=self.first,
                )
        if fate == "withdrawn":
            with _at(start + timedelta(days=5)):
                words = "Đã chuyển giao độc quyền, không đăng nữa."
                actions.withdraw_listing(listing=listing, words=words, by=house.person)


def _at(day: date) -> AbstractContextManager[None]:
    return clock.telling(datetime.combine(day, time(9), tzinfo=clock.HANOI))
