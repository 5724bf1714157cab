"""Terms that make a contract, and contracts in a state, reached through the actions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import count
from typing import Any

from khuevan.contracts import actions
from khuevan.contracts.rules.duty import Restriction
from khuevan.contracts.rules.intent import Intent
from khuevan.contracts.rules.states import Ending, State
from khuevan.contracts.rules.terms import (
    Crossing,
    Form,
    Method,
    Milestone,
    Object,
    Right,
    Royalty,
    RoyaltyBase,
    Terms,
)
from khuevan.contracts.values import ContractView, Origin, Sides
from khuevan.directory.public import Organisation, OrganisationKind, Person, Role
from khuevan.directory.tests.factories import OrganisationFactory, make_person


TERMS = Terms(
    name="Màng lọc gốm xử lý nước thải dệt nhuộm",
    objects=(Object.KNOW_HOW, Object.PROCESS),
    content="Bí quyết phối liệu và nung màng; quy trình vận hành; bản vẽ mô-đun 20 m³/ngày.",
    product="Nước sau xử lý dùng lại được trong xưởng nhuộm.",
    standards="QCVN 13-MT:2015/BTNMT, cột A; độ màu không quá 50 Pt-Co.",
    form=Form.INDEPENDENT,
    crossing=Crossing.DOMESTIC,
    right=Right.USE,
    exclusive=False,
    sub_transfer=False,
    field_of_use="Xử lý nước thải dệt nhuộm",
    territory="Toàn lãnh thổ Việt Nam",
    methods=(Method.DOCUMENTS, Method.TRAINING),
    place="Xưởng của Bên nhận tại Hà Nội",
    milestones=(
        Milestone("Giao tài liệu", "Biên bản giao nhận", 30, 300_000_000),
        Milestone("Đào tạo, chạy thử", "Biên bản chạy thử 72 giờ", 120, 500_000_000),
    ),
    royalty=Royalty(RoyaltyBase.NET_REVENUE, 250, 6, 24, 20_000_000),
    equity=0,
    taxes="Bên nhận nộp thuế giá trị gia tăng; mỗi bên tự nộp thuế thu nhập.",
    term_months=36,
    warranty_months=12,
    warranty="Đạt các chỉ tiêu tại Điều 2 khi vận hành đúng quy trình.",
    improvements="Bên nào cải tiến thì là chủ sở hữu; bên kia được ưu tiên sử dụng.",
    confidential_years=5,
    penalty=800,
    liability="Bồi thường thiệt hại thực tế, không quá giá hợp đồng.",
    ending="Một bên vi phạm nghĩa vụ cơ bản và không khắc phục trong 30 ngày.",
    disputes="Tòa án nhân dân có thẩm quyền tại Hà Nội.",
)
INTENT = Intent(
    name=TERMS.name,
    purpose="Dùng màng lọc tại xưởng nhuộm của Bên nhận.",
    plan="Chạy thử mẫu nước trong 30 ngày, sau đó đàm phán điều khoản.",
    term_months=6,
    confidential_years=3,
)
STATE_MONEY = Origin(state_funded=True)
RESTRICTED = Origin(restriction=Restriction.UNLICENSED)
_numbers = count(1)


@dataclass
class Cast:
    """Both sides, who may bind them, and who may not."""

    institute: Organisation
    firm: Organisation
    giver: Person
    taker: Person
    staff: Person
    stranger: Person

    @property
    def sides(self) -> Sides:
        return Sides(self.institute, self.firm)


def make_cast() -> Cast:
    institute = OrganisationFactory.create(kind=OrganisationKind.INSTITUTE)
    firm = OrganisationFactory.create(kind=OrganisationKind.ENTERPRISE)
    return Cast(
        institute=institute,
        firm=firm,
        giver=make_person(Role.HEAD, institute),
        taker=make_person(Role.MEMBER, firm),
        staff=make_person(Role.OFFICIAL, _operator()),
        stranger=make_person(Role.MEMBER),
    )


def _operator() -> Organisation:
    """Return who runs the exchange; tables that were emptied lost the department."""
    found = Organisation.objects.filter(code="H26.KHCN").first()
    return found or OrganisationFactory.create(code="H26.KHCN")


def new_subject() -> str:
    """Return a reference of something contracts do not know."""
    return f"things.deal:{next(_numbers)}"


def draw(
    cast: Cast, *, origin: Origin | None = None, subject: str = "", **changes: Any
) -> ContractView:
    return actions.draw_up_contract(
        subject=subject or new_subject(), terms=replace(TERMS, **changes),
        sides=cast.sides, origin=origin or Origin(), by=cast.giver,
    )  # fmt: skip


def sign_both(contract: ContractView, cast: Cast) -> ContractView:
    actions.sign_contract(contract=contract.id, by=cast.giver)
    return actions.sign_contract(contract=contract.id, by=cast.taker)


def make_contract(
    cast: Cast, state: State, *, subject: str = "", **changes: Any
) -> ContractView:
    """Return a contract in a state, made the way people make it."""
    if state is State.SIGNED:
        return sign_both(draw(cast, origin=STATE_MONEY, subject=subject, **changes), cast)  # fmt: skip
    contract = draw(cast, subject=subject, **changes)
    if state is State.DRAWN_UP:
        return contract
    if state is State.CANCELLED:
        return actions.call_off_contract(contract=contract.id, words="Thôi", by=cast.giver)  # fmt: skip
    if state is State.HALF_SIGNED:
        return actions.sign_contract(contract=contract.id, by=cast.giver)
    contract = sign_both(contract, cast)
    if state is State.ENDED:
        return actions.end_contract(contract=contract.id, ending=Ending.COMPLETED, by=cast.taker)  # fmt: skip
    return contract
