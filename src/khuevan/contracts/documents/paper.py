"""A contract as PDF/A-2b: the same bytes for the same contract, before it is signed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse

from khuevan.contracts.models import Contract
from khuevan.contracts.rules.clauses import Paper
from khuevan.contracts.rules.duty import Side
from khuevan.contracts.wording import SIDES, money
from khuevan.directory.public import Organisation
from khuevan.platform.clock import local_day
from khuevan.platform.official.as_pdf import as_pdf
from khuevan.platform.official.form import (
    Block,
    Document,
    Facts,
    Heading,
    Layout,
    Letterhead,
    Paragraph,
    Run,
    Signature,
    Table,
    text,
)
from khuevan.platform.text import grouped


CITY = "Hà Nội"
SCHEDULE = 9
"""The section that has the table of milestones."""
TITLES = {
    Paper.MEMORANDUM: "BẢN GHI NHỚ",
    Paper.LICENCE: "HỢP ĐỒNG CHUYỂN QUYỀN SỬ DỤNG CÔNG NGHỆ",
    Paper.ASSIGNMENT: "HỢP ĐỒNG CHUYỂN NHƯỢNG QUYỀN SỞ HỮU CÔNG NGHỆ",
    Paper.CAPITAL: "HỢP ĐỒNG GÓP VỐN BẰNG CÔNG NGHỆ",
}


def contract_pdf(contract: Contract) -> bytes:
    """Return the unsigned paper."""
    return as_pdf(contract_document(contract))


def contract_document(contract: Contract) -> Document:
    """Compose the paper of a contract that is drawn up."""
    giver, taker = contract.giver, contract.taker
    return Document(
        letterhead=Letterhead(
            Layout.STATE, giver.name.upper(), taker.name.upper(), "", CITY
        ),
        number=contract.number,
        type_code="",
        type_name=TITLES[Paper(contract.paper)],
        about=contract.title,
        dated=local_day(contract.drawn_up_at),
        blocks=tuple(_blocks(contract)),
        signature=_place(Side.TAKER, taker),
        recipients=(),
        own_symbol=f"Số: {contract.number}",
        countersignature=_place(Side.GIVER, giver),
        qr=check_address(contract),
        qr_words="Ký số: xem chữ ký trong tệp PDF. Kiểm tra hợp đồng này và chữ ký tại:",
    )


def check_address(contract: Contract) -> str:
    """Return where whoever holds the paper checks it."""
    return urljoin(
        settings.SITE_URL, reverse("contract-check", args=[contract.verification])
    )


def _place(side: Side, body: Organisation) -> Signature:
    return Signature(f"ĐẠI DIỆN {SIDES[side].vi.upper()}", body.name, "(ký số)")


def _blocks(contract: Contract) -> Iterator[Block]:
    drawn = contract.drawn
    for words in drawn["bases"]:
        yield Paragraph((Run(f"Căn cứ {words};", italic=True),))
    for side in Side:
        body = contract.organisation_of(side)
        english = f" ({body.name_en})" if drawn["bilingual"] and body.name_en else ""
        yield Facts(
            (
                (SIDES[side].vi, (Run(f"{body.name}{english}", bold=True),)),
                ("Mã định danh", text(body.code)),
            )
        )
    yield Paragraph(text("Hai bên thỏa thuận như sau:"))
    for section in drawn["sections"]:
        yield from _section(section, bilingual=drawn["bilingual"])
        if section["number"] == SCHEDULE and drawn["milestones"]:
            yield _schedule(drawn["milestones"])


def _section(section: dict[str, Any], *, bilingual: bool) -> Iterator[Block]:
    number = section["number"]
    english = f" / {section['en']}" if bilingual else ""
    yield Heading(f"Điều {number}. {section['vi']}{english}")
    for at, clause in enumerate(section["clauses"], 1):
        yield Paragraph(text(f"{number}.{at}. {clause['vi']}"))
        if bilingual:
            yield Paragraph((Run(clause["en"], italic=True),))


def _schedule(milestones: list[dict[str, Any]]) -> Table:
    rows = [
        (text(str(at)), text(m["title"]), text(m["shown_by"]), text(str(m["days"])), text(grouped(m["amount"])))
        for at, m in enumerate(milestones, 1)
    ]  # fmt: skip
    total = sum(milestone["amount"] for milestone in milestones)
    rows.append(
        (text(""), (Run("Cộng", bold=True),), text(money(total).vi), text(""), (Run(grouped(total), bold=True),))
    )  # fmt: skip
    return Table(
        "",
        ("Mốc", "Nội dung", "Chứng minh hoàn thành", "Sau (ngày)", "Số tiền (đồng)"),
        tuple(rows),
        (6, 30, 34, 12, 18),
        frozenset({3, 4}),
    )
