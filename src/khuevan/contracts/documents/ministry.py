"""The dossier for a ministry, as files: this platform's counter does not take it.

The application (Form 01 of Decree 76/2018/NĐ-CP, Appendix IV, for a registration) filled
from the contract, the signed contract, and which papers belong to it by which day.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from io import BytesIO

from django.utils.translation import override

from khuevan.contracts.dated import MinistryPaper, ministry_papers_on
from khuevan.contracts.drafting import duty_told
from khuevan.contracts.models import Contract
from khuevan.contracts.registering import YES_NO, told_by
from khuevan.contracts.rules.duty import Duty, Kind, Side
from khuevan.contracts.wording import SIDES, money
from khuevan.law.public import cite, cite_all
from khuevan.platform import clock, files
from khuevan.platform.official.as_pdf import as_pdf
from khuevan.platform.official.form import (
    Block,
    Document,
    Facts,
    Layout,
    Letterhead,
    Paragraph,
    Signature,
    Table,
    text,
)


_ASKS = {
    Kind.MANDATORY: "đăng ký chuyển giao công nghệ",
    Kind.LICENCE: "cấp giấy phép chuyển giao công nghệ",
}
_SAID = {YES_NO[True]: "Có", YES_NO[False]: "Không"}


def ministry_archive(contract: Contract) -> bytes:
    """Return the papers of a signed contract that a ministry answers, as one archive."""
    duty = duty_told(contract.duty)
    assert duty is not None
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("01-don.pdf", as_pdf(application_of(contract, duty)))
        archive.writestr(f"02-{contract.file.name}", files.read(contract.file))
        archive.writestr("03-danh-muc.pdf", as_pdf(checklist_of(contract, duty)))
    return packed.getvalue()


def application_of(contract: Contract, duty: Duty) -> Document:
    """Compose the application of the side that files, filled from the contract."""
    return _document(contract, duty, "ĐƠN", f"Đề nghị {_ASKS[duty.kind]}", tuple(_application(contract, duty)))  # fmt: skip


def checklist_of(contract: Contract, duty: Duty) -> Document:
    """Compose the list of the papers that belong to the dossier, each with its law."""
    papers = ministry_papers_on(clock.today(), duty.kind)
    return _document(contract, duty, "DANH MỤC HỒ SƠ", contract.title, tuple(_checklist(contract, duty, papers)))  # fmt: skip


def _application(contract: Contract, duty: Duty) -> Iterator[Block]:
    said = told_by(contract)
    assert contract.signed_on is not None
    yield Paragraph(text("Kính gửi: Bộ Khoa học và Công nghệ"))
    yield Facts(
        (
            ("Bên nhận công nghệ", text(said["taker"])),
            ("Mã định danh của Bên nhận", text(said["taker_code"])),
            ("Bên giao công nghệ", text(said["giver"])),
            ("Tên công nghệ", text(said["name"])),
            ("Số hợp đồng", text(contract.number)),
            ("Ngày ký", text(f"{contract.signed_on:%d/%m/%Y}")),
            ("Giá hợp đồng", text(money(said["price"]).vi)),
            ("Chuyển giao qua biên giới", text(_SAID[said["foreign"]])),
            ("Thuộc danh mục hạn chế chuyển giao", text(_SAID[said["restricted"]])),
            ("Bên nộp hồ sơ", text(SIDES[_filer(duty)].vi)),
        )
    )
    yield Paragraph(
        text(f"Đề nghị Bộ Khoa học và Công nghệ {_ASKS[duty.kind]} đối với hợp đồng nêu trên. Bên nộp hồ sơ chịu trách nhiệm về tính chính xác của nội dung kê khai.")
    )  # fmt: skip


def _checklist(
    contract: Contract, duty: Duty, papers: tuple[MinistryPaper, ...]
) -> Iterator[Block]:
    with override("vi"):
        basis = cite(duty.document, duty.article).text
        laws = cite_all([(paper.document, paper.article) for paper in papers])
    assert duty.due_on is not None
    yield Facts(
        (
            ("Hợp đồng", text(contract.number)),
            ("Nộp tại", text("Bộ Khoa học và Công nghệ")),
            ("Ngày cuối cùng để nộp", text(f"{duty.due_on:%d/%m/%Y}")),
            ("Căn cứ", text(basis)),
        )
    )
    yield Table(
        "",
        ("Số", "Giấy tờ", "Căn cứ", "Ở đâu"),
        tuple(
            (text(str(number)), text(paper.vi), text(law.text), text(paper.where or "Bên nộp hồ sơ bổ sung"))
            for number, (paper, law) in enumerate(zip(papers, laws, strict=True), 1)
        ),
        (6, 44, 30, 20),
    )  # fmt: skip
    doubts = dict.fromkeys(one for one in (duty.doubt, *(p.doubt for p in papers)) if one)  # fmt: skip
    for doubt in doubts:
        yield Paragraph(text(f"Lưu ý: {doubt}"))


def _document(
    contract: Contract, duty: Duty, name: str, about: str, blocks: tuple[Block, ...]
) -> Document:
    body = contract.organisation_of(_filer(duty))
    return Document(
        letterhead=Letterhead(Layout.STATE, "", body.name.upper(), "", "Hà Nội"),
        number="", type_code="", type_name=name, about=about, dated=clock.today(),
        blocks=blocks, recipients=(), own_symbol=f"Hợp đồng số: {contract.number}",
        signature=Signature(f"ĐẠI DIỆN {SIDES[_filer(duty)].vi.upper()}", body.name, ""),
    )  # fmt: skip


def _filer(duty: Duty) -> Side:
    return duty.filer or Side.TAKER
