"""Our dossiers in the names of the national payloads (services.md 6.3).

Only what that list names leaves the city. Coded fields hold our words; `portal.Codes`
turns them into a portal's codes when a message is sent.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from khuevan.catalogue.public import Supply
from khuevan.counter.definitions import definition_of
from khuevan.counter.models import Dossier, Paper, Step
from khuevan.counter.rules.states import Finance
from khuevan.journal.public import Fact
from khuevan.platform.clock import HANOI


VIA_GATEWAY = 2
"""DuocThanhToanTrucTuyen: paid online elsewhere than on the national portal."""


def stamp(instant: datetime | None) -> str | None:
    """Return an instant as yyyyMMddHHmmss in Hanoi's time."""
    return f"{instant.astimezone(HANOI):%Y%m%d%H%M%S}" if instant else None


def create_payload(dossier: Dossier) -> dict[str, Any]:
    """Return what the portal is told of a new dossier."""
    application, person = dossier.application, dossier.applicant
    return {
        "MaHoSo": dossier.code,
        "MaTTHC": dossier.procedure,
        "TenTTHC": dossier.title,
        "MaLinhVuc": dossier.sector,
        "KenhThucHien": dossier.channel,
        "ChuHoSo": dossier.applicant_name,
        "LoaiDoiTuong": application.subject,
        "LoaiDinhDanh": 1,
        "SoDinhDanh": application.national_id,
        "NgaySinh": _day(person.birth_date if person else None),
        "Email": application.email,
        "SoDienThoai": application.phone,
        "DiaChi": application.address,
        "TaiKhoanDuocXacThucVoiVNeID": int(dossier.channel == "vneid"),
        "DonViXuLy": dossier.agency.code if dossier.agency else None,
        "NoiNopHoSo": dossier.receiving_point.code if dossier.receiving_point else None,
        "HinhThucTra": dossier.delivery,
        **times(dossier),
        "TaiLieuNop": _papers(dossier.papers),
        "HoSoCoThanhPhanSoHoa": int(dossier.papers_digitised > 0),
        "TrangThaiThanhToan": int(dossier.finance == Finance.PAID),
        "DanhSachLePhi": _fees(dossier),
    }


def progress_payload(dossier: Dossier, fact: Fact) -> dict[str, Any]:
    """Return CapNhatTienTrinh: who did what, when, in what status."""
    node = fact.figures.get("node")
    step = (
        Step.objects.filter(dossier=dossier, node=node)
        .select_related("organisation", "done_by", "person")
        .order_by("-entered_at")
        .first()
        if node
        else None
    )
    who = (step.done_by or step.person) if step else None
    return {
        "MaHoSo": dossier.code,
        "NguoiXuLy": who.full_name if who else "",
        "ThoiDiemXuLy": stamp(fact.occurred_at),
        "PhongBanXuLy": step.organisation.name if step and step.organisation else "",
        "NoiDungXuLy": str(fact.figures.get("name") or fact.kind.partition(".")[2]),
        "TrangThai": fact.figures["status"],
        "NgayBatDau": stamp(step.entered_at if step else dossier.accepted_at),
        "NgayKetThucTheoQuyDinh": stamp(
            step.due_at if step and step.due_at else dossier.due_at
        ),
        **_brought(dossier, fact),
    }


def status_payload(dossier: Dossier, fact: Fact) -> dict[str, Any]:
    """Return CapNhatTrangThai: the status, and the times that go with it."""
    return {
        "MaHoSo": dossier.code,
        "TrangThai": fact.figures["status"],
        "ThoiDiemXuLy": stamp(fact.occurred_at),
        "HinhThucTra": dossier.delivery,
        **times(dossier),
        **_brought(dossier, fact),
    }


def _brought(dossier: Dossier, fact: Fact) -> dict[str, Any]:
    """Return what a fact brings besides: papers that came later, money, the result."""
    kind = fact.kind.partition(".")[2]
    if kind == "supplement_completed":
        later = dossier.papers.filter(round=fact.figures["round"])
        return {"TaiLieuNop": _papers(later)}
    if kind in {"fee_paid", "fee_refunded"}:
        paid = kind == "fee_paid"
        return {
            "TrangThaiThanhToan": int(paid),
            "DanhSachLePhi": _fees(dossier),
            **({"DuocThanhToanTrucTuyen": VIA_GATEWAY} if paid and fact.figures["online"] else {}),
        }  # fmt: skip
    return {"GiayToKetQua": _results(dossier)} if kind == "dossier_decided" else {}


def times(dossier: Dossier) -> dict[str, str | None]:
    """Return the dossier's dates; those that are not there yet are left out."""
    request = dossier.requests.order_by("-round").first()
    refused = dossier.business == "refused"
    known = {
        "NgayNopHoSo": dossier.filed_at,
        "NgayTiepNhan": dossier.accepted_at,
        "NgayHenTra": dossier.due_at,
        "NgayTra": dossier.returned_at,
        "NgayKetThucXuLy": dossier.ended_at,
        "NgayTuChoi": dossier.ended_at if refused else None,
        "NgayYeuCauBoSung": request.asked_at if request else None,
        "NgayHoanThanhBoSung": request.completed_at if request else None,
    }
    return {name: stamp(value) for name, value in known.items() if value}


def _results(dossier: Dossier) -> list[dict[str, Any]]:
    """Return the signed document of a decision, where there is one."""
    result, code = getattr(dossier, "result", None), definition_of(dossier).result
    if result is None or result.file is None or result.sealed_at is None:
        return []
    return [{
        "MaGiayToKetQua": code.code if code else "",
        "TenTepDinhKem": f"{dossier.code}.pdf",
        "HashTepTin": result.file.sha256,
    }]  # fmt: skip


def _papers(papers: Any) -> list[dict[str, Any]]:
    held = papers.filter(replaced_at=None, file__isnull=False)
    return [_paper(paper) for paper in held.select_related("file").order_by("pk")]


def _paper(paper: Paper) -> dict[str, Any]:
    assert paper.file is not None
    stored = paper.supply == Supply.STORE
    return {
        "TenTepDinhKem": f"{paper.component}.{paper.file.name.rpartition('.')[2]}",
        "HashTepTin": paper.file.sha256,
        "DuocSoHoa": int(paper.digitised),
        "DuocTaiSuDung": int(stored),
        "DuocLayTuKhoDMQG": int(stored),
        "LoaiBan": paper.form,
    }


def _fees(dossier: Dossier) -> list[dict[str, Any]]:
    if not dossier.fee_due:
        return []
    fees = definition_of(dossier).fees
    name = fees[0].name if fees else "Phí, lệ phí"
    return [{"TenPhiLePhi": name, "HinhThucThu": 1, "Gia": dossier.fee_due}]


def _day(value: date | None) -> str | None:
    return f"{value:%Y%m%d}000000" if value else None
