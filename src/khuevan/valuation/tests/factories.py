"""Valuations in a given state, reached only through the actions that lead there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count
from uuid import UUID, uuid4

from khuevan.directory.public import Organisation, OrganisationKind, Person, Role
from khuevan.directory.tests.factories import (
    OrganisationFactory,
    PersonFactory,
    make_person,
)
from khuevan.platform import clock
from khuevan.valuation import actions
from khuevan.valuation.models import Appraisal, Appraiser, ReferencePrice, Valuation
from khuevan.valuation.rules.concluding import Purpose, Right
from khuevan.valuation.rules.prices import Source
from khuevan.valuation.rules.sheets import Comparable, Figure, Method, Sheet


SOURCE = "Báo cáo tài chính 2025 đã kiểm toán, trang 12"
WHY = "Giá trị theo thu nhập phản ánh tốt nhất hợp đồng đang chạy."
_numbers = count(1)


def figure(*values: int | str, source: str = SOURCE) -> Figure:
    """Return an input with its source."""
    return Figure(tuple(Decimal(value) for value in values), source)


def relief(*revenue: int, royalty: str = "5", tax: str = "20", discount: str = "15") -> Sheet:  # fmt: skip
    """Return a sheet of relief from royalty."""
    return Sheet(Method.RELIEF, {
        "revenue": figure(*revenue), "royalty": figure(royalty), "tax": figure(tax),
        "discount": figure(discount),
    })  # fmt: skip


def cost(labour: int, **more: int) -> Sheet:
    """Return a sheet of cost."""
    told = {"labour": labour, "materials": 0, "index": 100, **more}
    return Sheet(Method.COST, {name: figure(value) for name, value in told.items()})


def market(*prices: int) -> Sheet:
    """Return a sheet of comparables."""
    return Sheet(Method.MARKET, {}, tuple(Comparable(f"Hợp đồng {n}", p, SOURCE) for n, p in enumerate(prices)))  # fmt: skip


@dataclass
class Cast:
    """A firm that asks, two appraisers of two houses, and who keeps the list."""

    firm: Organisation
    asker: Person
    keeper: Person
    first: Appraiser
    second: Appraiser

    def ask(self, **more: object) -> Valuation:
        told: dict[str, object] = {
            "owner": self.firm, "title": "Màng lọc gốm xử lý nước thải dệt nhuộm",
            "field": "environment", "kind": "technology", "right": Right.OWNERSHIP,
            "purpose": Purpose.TRANSFER, "trl": 7, "state_funded": False,
            "base_day": clock.today(), **more,
        }  # fmt: skip
        return actions.ask_valuation(**told, by=self.asker)  # type: ignore[arg-type]

    def working(
        self, *, second: bool = True, **more: object
    ) -> tuple[Valuation, list[Appraisal]]:
        """Return a valuation that is being worked on, with its opinions."""
        asked = self.ask(**more)
        panel = [self.first, self.second] if second else [self.first]
        made = actions.appoint(valuation=asked, appraisers=panel, by=self.asker)
        return made, list(made.appraisals.select_related("appraiser__person"))

    def signed(
        self, first: int, second: int | None = None, **more: object
    ) -> Valuation:
        """Return a valuation whose opinions come to these figures by cost."""
        made, opinions = self.working(second=second is not None, **more)
        for opinion, amount in zip(opinions, [first, second], strict=False):
            assert amount is not None
            person = opinion.appraiser.person
            actions.keep_worksheet(
                appraisal=opinion, sheet=cost(amount), weight=100, by=person
            )
            actions.sign(appraisal=opinion, reasoning=WHY, by=person)
        made.refresh_from_db()
        return made


def make_appraiser(keeper: Person) -> Appraiser:
    """Put a person of a house of their own on the list."""
    house = OrganisationFactory.create(kind=OrganisationKind.ENTERPRISE)
    return actions.register_appraiser(
        person=make_person(Role.MEMBER, house), organisation=house,
        certificate=f"TĐV {next(_numbers):04}", fields=["environment"],
        until=clock.today() + timedelta(days=365), by=keeper,
    )  # fmt: skip


def make_cast() -> Cast:
    """Return everybody a valuation takes."""
    department = Organisation.objects.get(code="H26.KHCN")
    keeper = make_person(Role.OFFICIAL, department)
    firm = OrganisationFactory.create(kind=OrganisationKind.ENTERPRISE)
    return Cast(
        firm,
        make_person(Role.MEMBER, firm),
        keeper,
        make_appraiser(keeper),
        make_appraiser(keeper),
    )


def make_price(price: int, *, seller: UUID | None = None, buyer: UUID | None = None, recorded_at: datetime | None = None, **more: object) -> ReferencePrice:  # fmt: skip
    """Keep a price agreed on and recorded half a year ago."""
    told: dict[str, object] = {
        "subject": f"deals.deal:{uuid4()}", "title": "Công nghệ lọc nước (giả định)",
        "agreed_on": clock.today() - timedelta(days=180), "field": "environment",
        "kind": "technology", "right": Right.OWNERSHIP, "source": Source.DEAL, **more,
    }  # fmt: skip
    with clock.telling(recorded_at or clock.now() - timedelta(days=180)):
        return actions.record_price(
            price=price,
            seller=seller or uuid4(),
            buyer=buyer or uuid4(),
            by=None,
            **told,  # type: ignore[arg-type]
        )


def stranger() -> Person:
    """Return somebody with an account and nothing else."""
    return PersonFactory.create()


LONG_AGO = date(2020, 1, 1)
