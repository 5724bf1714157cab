"""The demo's valuations: invented appraisers, four valuations, prices people agreed on."""

from __future__ import annotations

import random
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID, uuid5

from khuevan.directory.public import Appointment, Organisation, Person, Role
from khuevan.exchange.models import Listing
from khuevan.exchange.rules.listings import Field, Kind, State
from khuevan.platform import clock
from khuevan.valuation import actions
from khuevan.valuation.models import Appraiser, Valuation
from khuevan.valuation.rules.concluding import Purpose, Right
from khuevan.valuation.rules.prices import Source
from khuevan.valuation.rules.sheets import (
    Adjustment,
    Comparable,
    Figure,
    Method,
    Sheet,
)

from .exchange_texts import THINGS


DAY = datetime.combine(date(2025, 11, 10), time(9), tzinfo=clock.HANOI)
HOUSES = (
    (
        "TDG.01",
        "Công ty TNHH Thẩm định giá Cửa Bắc (giả định)",
        "appraiser",
        "Dương Khánh Linh",
    ),
    (
        "TDG.02",
        "Công ty cổ phần Thẩm định Sông Hồng (giả định)",
        "appraiser2",
        "Tô Hữu Đạt",
    ),
    ("TDG.03", "Trung tâm Định giá Phù Đổng (giả định)", "appraiser3", "Quách Mai Chi"),
)
"""Houses that value, plainly invented, with somebody a visitor can be."""
STATED = UUID("459e0000-0000-7000-8000-000000000459")
WHY = "Thu nhập phản ánh đúng hợp đồng đang chạy; chi phí chỉ là mức sàn. Số liệu giả định."
_MILLION = 1_000_000


def tell_valuations(bodies: dict[str, Organisation]) -> None:
    """Tell the valuations as of a week before the demo's today; the same each time."""
    with clock.telling(DAY):
        keeper = _of("H26.KHCN", Role.HEAD)
        panel = [_appraiser(*house, keeper) for house in HOUSES]
        _prices(list(bodies.values()))
        listings = _state_funded()
        _ask(listings[0], panel[:2], (2_400, 2_650))
        _ask(listings[1], panel[1:], (900, 1_500))
        _ask(listings[2], panel[:2], (1_200,))
        _ask(listings[3], [], ())


def _of(code: str, role: Role) -> Person:
    rows = Person.objects.filter(
        appointments__organisation__code=code, appointments__role=role
    )
    found = rows.order_by("pk").first()
    assert found is not None
    return found


def _appraiser(code: str, name: str, username: str, full_name: str, keeper: Person) -> Appraiser:  # fmt: skip
    house = Organisation.objects.create(
        code=code, kind="enterprise", name=name, short_name=name.partition(" (")[0]
    )
    person = Person.objects.create(
        username=username, full_name=full_name, is_invented=True
    )
    Appointment.objects.create(
        person=person, organisation=house, role=Role.MEMBER, title="Thẩm định viên"
    )
    return actions.register_appraiser(
        person=person, organisation=house, certificate=f"GĐ-{code} (giả định)",
        fields=[field.value for field in Field], until=date(2027, 12, 31), by=keeper,
    )  # fmt: skip


def _state_funded() -> list[Listing]:
    rows = Listing.objects.filter(state=State.PUBLISHED, kind=Kind.RESEARCH_RESULT)
    return list(rows.select_related("member__organisation").order_by("code")[:4])


def _ask(
    listing: Listing, panel: list[Appraiser], millions: tuple[int, ...]
) -> Valuation:
    owner = listing.member.organisation
    assert owner is not None
    asker = _of(owner.code, Role.HEAD)
    asked = actions.ask_valuation(
        owner=owner, title=listing.title_vi, subject=listing.ref, field=listing.field,
        kind=listing.kind, right=Right.EXCLUSIVE, purpose=Purpose.LICENCE, trl=listing.trl,
        state_funded=bool(panel), base_day=clock.today(), protected_until=None, by=asker,
    )  # fmt: skip
    if not panel:
        return asked
    actions.appoint(valuation=asked, appraisers=panel, by=asker)
    for opinion, million in zip(
        asked.appraisals.select_related("appraiser__person"), millions, strict=False
    ):
        person = opinion.appraiser.person
        for sheet, weight in (
            (_income(million), 70),
            (_market(million), 20),
            (_cost(million), 10),
        ):
            actions.keep_worksheet(
                appraisal=opinion, sheet=sheet, weight=weight, by=person
            )
        actions.sign(appraisal=opinion, reasoning=WHY, by=person)
    return asked


def _income(million: int) -> Sheet:
    revenue = tuple(
        Decimal(million * _MILLION * share // 10) for share in (40, 70, 95, 105, 100)
    )
    return Sheet(Method.RELIEF, {
        "revenue": Figure(revenue, "Dự báo của bên bán, đối chiếu hợp đồng thử (giả định)"),
        "royalty": Figure((Decimal(8),), "Giá tham khảo của Sàn, cùng lĩnh vực, quý III năm 2025"),
        "upkeep": Figure((Decimal(million * 10_000),) * 5, "Phí duy trì và quảng bá, bên bán khai (giả định)"),
        "tax": Figure((Decimal(20),), "Luật Thuế thu nhập doanh nghiệp, thuế suất phổ thông"),
        "discount": Figure((Decimal(16),), "Lãi suất trái phiếu 10 năm cộng rủi ro ngành (giả định)"),
    })  # fmt: skip


def _market(million: int) -> Sheet:
    less = Adjustment("không độc quyền", Decimal(10), "giao dịch kia không độc quyền")
    return Sheet(Method.MARKET, {}, tuple(
        Comparable(f"Hợp đồng tương tự {n} (giả định)", million * _MILLION * share // 100, "Giá tham khảo của Sàn, năm 2025", (less,))
        for n, share in enumerate((80, 95, 110), start=1)
    ))  # fmt: skip


def _cost(million: int) -> Sheet:
    told = {
        "labour": million * 450_000,
        "materials": million * 200_000,
        "index": 108,
        "functional": 12,
    }
    sources = {"labour": "Bảng lương đề tài, quyết toán 2023 (giả định)", "materials": "Hóa đơn vật tư đề tài (giả định)",
               "index": "Chỉ số giá tiêu dùng 2023–2025", "functional": "So với hai công nghệ mới hơn cùng loại (giả định)"}  # fmt: skip
    return Sheet(
        Method.COST,
        {
            name: Figure((Decimal(value),), sources[name])
            for name, value in told.items()
        },
    )


def _prices(bodies: list[Organisation]) -> None:
    """Keep invented prices stated by their sides, in some fields enough to speak."""
    dice = random.Random(4590)  # noqa: S311 - the same story every time
    sides = [body.pk for body in bodies]
    for field, many in zip(Field, (14, 11, 3, 9, 7, 12, 10, 4, 8, 2), strict=True):
        things = THINGS[field]
        for n in range(many):
            seller, buyer = dice.sample(sides, 2)
            thing = things[n % len(things)].vi
            actions.record_price(
                subject=f"demo.stated:{uuid5(STATED, f'{field}{n}')}", title=f"{thing} (giả định)",
                agreed_on=clock.today() - timedelta(days=dice.randrange(60, 700)),
                field=field, kind=dice.choice((Kind.TECHNOLOGY, Kind.SOFTWARE)).value,
                right=dice.choice(list(Right)), price=dice.randrange(20, 900) * 10 * _MILLION,
                royalty=dice.choice((None, 300, 500, 800)), trl=dice.randrange(6, 10),
                seller=seller, buyer=buyer, source=Source.STATED, public=dice.random() < 0.15, by=None,
            )  # fmt: skip
