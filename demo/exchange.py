"""The demo's technology exchange: members, 246 offers and 61 needs, told with actions."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import cycle

from khuevan.directory.public import Appointment, Organisation, Person, Role
from khuevan.exchange import actions
from khuevan.exchange.models import Listing, Member
from khuevan.exchange.papers import read_paper
from khuevan.exchange.rules.disclosing import Level
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

from .exchange_texts import (
    DESCRIPTIONS,
    EXPERTS,
    MARK,
    SHELVES,
    THINGS,
    Shelf,
    Thing,
)


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
WITH_PAPERS = frozenset({Kind.TECHNOLOGY, Kind.RESEARCH_RESULT})
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
        self._more(offering, seeking)

    def _more(self, offering: list[_House], seeking: list[_House]) -> None:
        """Tell what is rarer: experts, a need that came too late, one tried in real use."""
        for n, (field, title, english, does) in enumerate(EXPERTS):
            self._live(offering[n], _expert(field, title, english, does), "published", OPENED + timedelta(days=9 + n))  # fmt: skip
        need = next(iter(self._needs(Field.HEALTH, SHELVES[Field.HEALTH])))
        late = replace(need, title_vi="Đo nhanh độ ẩm phòng lưu mẫu: bài toán gấp của trạm y tế phường", summary_vi=f"Phòng lưu mẫu của trạm ẩm bất thường trong mùa nồm; cần đo và báo trong ba tuần. {MARK}", deadline=LAST - timedelta(days=6))  # fmt: skip
        self._live(seeking[1], late, "published", OPENED + timedelta(days=4))
        gone = Listing.objects.get(title_vi=late.title_vi)
        with _at(LAST - timedelta(days=5)):
            actions.expire_listing(listing=gone, by=None)
        tried = Listing.objects.filter(state="published", trl=9, kind=Kind.EQUIPMENT).order_by("code")[:3]  # fmt: skip
        with _at(LAST):
            for listing in tried:
                actions.verify_listing(listing=listing, level=Verification.TRIALLED, words="Chạy thử 8 tuần tại hai nơi, biên bản số 14 có chữ ký của bên dùng (giả định).", by=self.first)  # fmt: skip

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
        for n, thing in enumerate(THINGS[field]):
            for m in range(len(thing.ways)):
                user = shelf.users[(n + m) % len(shelf.users)]
                yield self._offer(next(kinds), field, shelf, thing, m, user)

    def _offer(
        self, kind: Kind, field: Field, shelf: Shelf, thing: Thing, turn: int, user: str
    ) -> Told:  # fmt: skip
        way, way_en = thing.ways[turn]
        low = self.dice.randint(2, 40)
        high = low + self.dice.randint(low, 3 * low)
        trl = self.dice.randint(3, 9)
        granted = kind is Kind.IP_RIGHT or self.dice.random() < 0.3
        funded = self.dice.random() < 0.4
        price = self.dice.randint(5, 400) * 10_000_000
        return Told(
            kind=kind,
            title_vi=f"{thing.vi}, {way}",
            title_en=f"{thing.en}, {way_en}",
            summary_vi=f"{thing.vi} cho {user}: {way}. Đã chạy {self.dice.randint(2, 30)} tháng ở {self.dice.randint(1, 9)} nơi. {MARK}",
            summary_en=f"{thing.en}, {way_en}. It runs at a few places in Hanoi. An invented listing of the demo city.",
            field=field,
            ipc=(shelf.ipc,),
            nace=(shelf.nace,),
            territory=self.dice.choice(list(Territory)),
            stage=list(Stage)[min((trl - 2) // 2, 3)],
            trl=trl,
            trl_evidence=f"Chạy thử {self.dice.randint(2, 12)} tháng tại {user}, có biên bản.",
            advantage=thing.measure.format(low=low, high=high),
            advantage_against=thing.against,
            description=DESCRIPTIONS[(low + turn) % len(DESCRIPTIONS)].format(
                parts=self.dice.randint(3, 12), times=self.dice.randint(1, 4), user=user, against=thing.against
            ),
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
            if told.kind in WITH_PAPERS and int(listing.code[-3:]) % 12 == 0:
                self._attach(listing, told, house)
            if fate == "draft":
                return
            listing = actions.submit_listing(listing=listing, by=house.person)
        if fate != "submitted":
            self._review(listing, house, fate, start)

    def _attach(self, listing: Listing, told: Told, house: _House) -> None:
        """Attach a report whose words are found: for members, or after an NDA."""
        level = Level.MEMBERS if int(listing.code[-3:]) % 24 else Level.NDA
        report = f"Báo cáo chạy thử (giả định)\n{told.title_vi}\n{told.trl_evidence}\n{told.advantage}, so với {told.advantage_against}.\nSố đo lấy mỗi ngày hai lần, người ghi ký tên; thiết bị đo đã hiệu chuẩn."  # fmt: skip
        paper = actions.attach_paper(listing=listing, content=report.encode(), name="bao-cao-chay-thu.txt", title="Báo cáo chạy thử", level=level, by=house.person)  # fmt: skip
        read_paper(paper)

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


def _expert(field: Field, title: str, english: str, does: str) -> Told:
    return Told(
        kind=Kind.EXPERT, title_vi=title, title_en=english, field=field, nace=("74.90",),
        summary_vi=f"{title}: {does}. Làm việc tại chỗ hoặc từ xa, báo giá theo ngày công. {MARK}",
        summary_en=f"{english}. An invented listing of the demo city.",
        advantage="Trả lời trong 2 ngày thay vì 10 ngày", advantage_against="thuê tư vấn theo gói",
        description=f"Công việc gồm: {does}. Kết quả là báo cáo có số đo và buổi trình bày cho người quyết định.",
        territory=Territory.COUNTRY, price_from=3_000_000, price_to=8_000_000,
    )  # fmt: skip


def _at(day: date) -> AbstractContextManager[None]:
    return clock.telling(datetime.combine(day, time(9), tzinfo=clock.HANOI))
