"""Forms 01–05 of Appendix I, Circular 03/2025/TT-VPCP: what goes to the applicant."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from khuevan.catalogue.public import Supply
from khuevan.counter.definitions import definition_of
from khuevan.counter.models import Dossier, Supplement
from khuevan.counter.queries.page import checklist
from khuevan.counter.queries.papers import Signed, signed
from khuevan.counter.rules.results import in_words
from khuevan.counter.rules.states import Business
from khuevan.directory.public import Organisation, Person, letterhead, signature_of
from khuevan.platform import clock
from khuevan.platform.official.form import (
    Block,
    Document,
    Facts,
    Item,
    Paragraph,
    Run,
    Runs,
    Signature,
    Table,
    text,
)
from khuevan.platform.official.pieces import moment, rows_or_words

from .heads import HOTLINE, follow_address


DECREE = "Nghị định số 118/2025/NĐ-CP ngày 09 tháng 6 năm 2025 của Chính phủ"
CHANNELS = {
    "counter": "nộp trực tiếp",
    "post": "qua dịch vụ bưu chính",
    "assisted": "trực tuyến, có người hỗ trợ",
    "portal": "Cổng Dịch vụ công quốc gia",
    "vneid": "ứng dụng VNeID",
}
COPIES = {0: "bản chính", 1: "bản sao", 2: "bản điện tử"}
_SUPPLIES = {
    Supply.DATA: "khai thác từ cơ sở dữ liệu, không phải nộp",
    Supply.STORE: "lấy từ kho dữ liệu của người nộp",
    Supply.GENERATED: "lập từ thông tin đã khai",
    Supply.WAIVED: "được miễn",
    Supply.SHOW: "xuất trình khi được yêu cầu",
}


@dataclass(frozen=True, slots=True)
class Form:
    """One form: its number and name in the circular, when it exists, how it is made."""

    number: str
    name: str
    exists: Callable[[Dossier], bool]
    compose: Callable[[Dossier], Document]


def receipt(dossier: Dossier) -> Document:
    """Form 01: what was received, when the result is due, and where."""
    done = signed(dossier, "dossier_accepted")
    blocks: list[Block] = [
        Paragraph(
            text(
                f"{_body(dossier).name} đã tiếp nhận hồ sơ của ông/bà/tổ chức dưới đây:"
            )
        ),
        Facts(
            (
                *_whose(dossier),
                ("Hình thức nộp", text(CHANNELS[dossier.channel])),
                ("Cơ quan giải quyết", text(dossier.agency.name if dossier.agency else "–")),
            )
        ),
        _components(dossier),
        Facts(
            (
                ("Nộp lúc", text(moment(dossier.filed_at))),
                ("Tiếp nhận lúc", text(moment(dossier.accepted_at))),
                ("Hẹn trả kết quả", (Run(moment(dossier.original_due_at), bold=True),)),
                ("Nơi trả kết quả", text(_place(dossier.return_point))),
                ("Phí, lệ phí phải nộp", text(f"{in_words(dossier.fee_due)} đồng")),
            )
        ),
        _contact(done),
    ]  # fmt: skip
    return _document(
        dossier, done, "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ", blocks,
        _body(dossier), "Người tiếp nhận hồ sơ",
        countersignature=Signature("", "NGƯỜI NỘP HỒ SƠ", dossier.applicant_name),
    )  # fmt: skip


def supplement(dossier: Dossier) -> Document:
    """Form 02, of the last request: everything that is missing, why, by what law."""
    request = dossier.requests.select_related("asked_by").latest("round")
    done = Signed(request.asked_at, request.asked_by)
    body = _body(dossier) if request.stage == "reception" else _agency(dossier)
    return _document(
        dossier, done, "PHIẾU YÊU CẦU BỔ SUNG, HOÀN THIỆN HỒ SƠ",
        list(_asked(dossier, request, done)), body, "Người lập phiếu",
    )  # fmt: skip


def refusal(dossier: Dossier) -> Document:
    """Form 03: why the dossier is not accepted, and where to go."""
    done = signed(dossier, "dossier_refused")
    blocks: list[Block] = [
        Facts(_whose(dossier)),
        Paragraph(
            text(
                f"Căn cứ {DECREE}, {_body(dossier).name} từ chối tiếp nhận, giải quyết "
                "hồ sơ này với lý do và hướng dẫn sau:"
            )
        ),
        Paragraph(text(dossier.decision_note)),
        _contact(done),
    ]
    return _document(
        dossier, done, "PHIẾU TỪ CHỐI TIẾP NHẬN, GIẢI QUYẾT HỒ SƠ", blocks,
        _body(dossier), "Người tiếp nhận hồ sơ",
    )  # fmt: skip


def apology(dossier: Dossier) -> Document:
    """Form 04: why the dossier is late, and the one new date."""
    done = signed(dossier, "apology_sent")
    agency = _agency(dossier)
    blocks: list[Block] = [
        Paragraph(text(f"Kính gửi: {dossier.applicant_name}")),
        Paragraph(
            text(
                f"Ngày {moment(dossier.accepted_at)}, {_body(dossier).name} tiếp nhận hồ "
                f"sơ số {dossier.code} về thủ tục “{dossier.title}”, hẹn trả kết quả "
                f"vào {moment(dossier.original_due_at)}. Đến nay hồ sơ chưa giải quyết "
                "xong vì:"
            )
        ),
        Paragraph(text(dossier.apology)),
        Paragraph(
            (
                Run(f"{agency.name} xin lỗi ông/bà/tổ chức và hẹn trả kết quả vào "),
                Run(moment(dossier.promised_at), bold=True),
                Run(". Hồ sơ chỉ được hẹn lại một lần."),
            )
        ),
        _contact(done),
    ]
    return _document(
        dossier, done, "VĂN BẢN XIN LỖI VÀ ĐỀ NGHỊ GIA HẠN THỜI GIAN GIẢI QUYẾT",
        blocks, agency, "Thủ trưởng cơ quan",
    )  # fmt: skip


def stop(dossier: Dossier) -> Document:
    """Form 05: the dossier is not worked on any more, at whose wish and why."""
    withdrawn = dossier.business == Business.WITHDRAWN
    done = signed(dossier, "dossier_withdrawn" if withdrawn else "dossier_stopped")
    agency = _agency(dossier)
    why = "theo đề nghị của người nộp hồ sơ" if withdrawn else "vì lý do sau"
    blocks: list[Block] = [
        Facts(_whose(dossier)),
        Paragraph(
            text(
                f"Căn cứ Điều 21 {DECREE}, {agency.name} thông báo dừng giải quyết hồ sơ "
                f"từ {moment(dossier.ended_at)} {why}:"
            )
        ),
        Paragraph(text(dossier.decision_note or "Người nộp hồ sơ rút hồ sơ.")),
        _contact(done),
    ]
    return _document(
        dossier, done, "THÔNG BÁO DỪNG GIẢI QUYẾT HỒ SƠ", blocks, agency,
        "Thủ trưởng cơ quan",
    )  # fmt: skip


def _refused(dossier: Dossier) -> bool:
    return dossier.business == Business.REFUSED


LETTERS = (
    Form("01", "Giấy tiếp nhận hồ sơ và hẹn trả kết quả",
         lambda d: d.accepted_at is not None, receipt),
    Form("02", "Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ",
         lambda d: d.supplements > 0 and d.requests.exists(), supplement),
    Form("03", "Phiếu từ chối tiếp nhận, giải quyết hồ sơ", _refused, refusal),
    Form("04", "Văn bản xin lỗi và đề nghị gia hạn thời gian giải quyết",
         lambda d: d.reappointed_at is not None, apology),
    Form("05", "Thông báo dừng giải quyết hồ sơ",
         lambda d: Business(d.business) in {Business.STOPPED, Business.WITHDRAWN}, stop),
)  # fmt: skip


def _document(
    dossier: Dossier,
    done: Signed,
    name: str,
    blocks: list[Block],
    body: Organisation,
    post: str,
    *,
    countersignature: Signature | None = None,
) -> Document:
    return Document(
        letterhead=letterhead(body),
        number="",
        type_code="",
        type_name=name,
        about="",
        dated=clock.local_day(done.at),
        blocks=tuple(blocks),
        signature=_signature(done.by, body, post),
        recipients=() if countersignature else (dossier.applicant_name, "Lưu: hồ sơ"),
        own_symbol=f"Mã hồ sơ: {dossier.code}",
        countersignature=countersignature,
        qr=follow_address(dossier),
        qr_words="Theo dõi hồ sơ (cần mã hồ sơ và bốn số cuối giấy tờ hoặc điện thoại):",
    )


def _signature(person: Person | None, body: Organisation, post: str) -> Signature:
    if person is None:
        return Signature("", post.upper(), "(do hệ thống lập)")
    return signature_of(person, body, post)


def _whose(dossier: Dossier) -> tuple[tuple[str, Runs], ...]:
    application = dossier.application
    told: list[tuple[str, Runs]] = [
        ("Mã hồ sơ", (Run(dossier.code or "", bold=True),)),
        ("Người nộp hồ sơ", text(dossier.applicant_name)),
    ]
    if application.represents:
        told.append(("Đại diện cho", text(application.represents)))
    if application.phone:
        told.append(("Điện thoại", text(application.phone)))
    told.append(("Thủ tục", text(f"{dossier.title} (mã {dossier.procedure})")))
    return tuple(told)


def _components(dossier: Dossier) -> Block:
    rows = []
    for number, row in enumerate(checklist(dossier), start=1):
        paper = row.paper
        form = COPIES[paper.form] if paper else _SUPPLIES.get(row.component.supply, "–")
        count = "1" if paper else "–"
        rows.append((text(number), text(row.component.name), text(form), text(count)))
    return rows_or_words(
        ("STT", "Thành phần hồ sơ", "Hình thức", "Số lượng"), (6, 50, 30, 12), rows,
        "Thủ tục không yêu cầu giấy tờ.", numeric=frozenset({0, 3}),
    )  # fmt: skip


def _asked(dossier: Dossier, request: Supplement, done: Signed) -> Iterator[Block]:
    yield Facts(_whose(dossier))
    yield Paragraph(
        text(
            "Hồ sơ chưa đầy đủ hoặc chưa hợp lệ. Đề nghị bổ sung, hoàn thiện toàn bộ các "
            f"nội dung sau trong một lần, chậm nhất {moment(request.expires_at)}:"
        )
    )
    definition = definition_of(dossier)
    names = {c.code: c.name for c in definition.components}
    asked = definition.form.get("properties", {})
    yield Table(
        "",
        ("STT", "Nội dung cần bổ sung", "Lý do"),
        tuple(
            (
                text(number),
                text(
                    names.get(item.component)
                    or asked.get(item.field, {}).get("title", item.field)
                ),
                text(
                    item.reason
                    + (f" (để xác minh: {item.verification})" if item.verification else "")
                ),
            )
            for number, item in enumerate(request.items.order_by("pk"), start=1)
        ),
        (6, 40, 54),
        frozenset({0}),
    )  # fmt: skip
    yield Item(text(f"Căn cứ: {request.legal_basis}"))
    if request.guidance:
        yield Item(text(f"Hướng dẫn: {request.guidance}"))
    yield _contact(done)


def _contact(done: Signed) -> Block:
    who = done.by.full_name if done.by else "cơ quan tiếp nhận"
    return Paragraph(
        text(f"Trong quá trình thực hiện, nếu có vướng mắc, liên hệ {who} hoặc tổng đài {HOTLINE}.")
    )  # fmt: skip


def _body(dossier: Dossier) -> Organisation:
    """Return who received the dossier."""
    found = dossier.receiving_point or dossier.agency
    assert found is not None
    return found


def _agency(dossier: Dossier) -> Organisation:
    assert dossier.agency is not None
    return dossier.agency


def _place(point: Organisation | None) -> str:
    return point.name if point else "–"


def day_of(instant: datetime | None) -> str:
    """Return the day of an instant as a paper writes it."""
    return f"{clock.local_day(instant):%d/%m/%Y}" if instant else "–"
