"""What the portal holds in the end: results, papers that came later, money."""

from __future__ import annotations

from typing import Any

from khuevan.catalogue.public import Fee, FeeKind
from khuevan.counter import actions
from khuevan.counter.models import PortalDossier
from khuevan.counter.rules.states import Business, Sync
from khuevan.counter.tests.factories import definition, make_cast, make_dossier
from khuevan.payments.public import orders_of, take_cash
from khuevan.platform import files

from .carrying import finished, read, send_all


def held(dossier) -> dict[str, Any]:
    payload: dict[str, Any] = PortalDossier.objects.get(code=dossier.code).payload
    return payload


def test_the_portal_gets_the_signed_result_with_its_digest(cast, portal):
    dossier = finished(cast)
    read(dossier)
    send_all(portal, dossier)
    [result] = held(dossier)["GiayToKetQua"]
    file = dossier.result.file
    assert result["MaGiayToKetQua"] == "KQ.H26.000001"
    assert result["HashTepTin"] == file.sha256
    assert result["DuongDanTepTinKetQua"].startswith("TT-")
    assert dossier.sync == Sync.ACKNOWLEDGED
    assert files.read(file).startswith(b"%PDF")


def test_the_portal_gets_the_papers_of_a_supplement(cast, portal):
    dossier = make_dossier(Business.SUPPLEMENT, cast=cast)
    read(dossier)
    send_all(portal, dossier)
    assert len(held(dossier)["TaiLieuNop"]) == 1
    [item] = dossier.requests.get().items.all()
    actions.answer_item(item=item, content=b"%PDF-1.4 hai\n%%EOF\n", name="a.pdf", by=cast.citizen)  # fmt: skip
    actions.complete_supplement(dossier=dossier, by=cast.citizen)
    read(dossier)
    send_all(portal, dossier)
    later = dossier.papers.get(round=1).file.sha256
    assert [p["HashTepTin"] for p in held(dossier)["TaiLieuNop"]][1:] == [later]


def test_the_portal_hears_of_a_fee_paid_after_filing(db, portal):
    fee = Fee("LP1", "Lệ phí đăng ký", FeeKind.FEE, "other", amount=100_000)
    cast = make_cast(definition(fees=(fee,)))
    dossier = make_dossier(Business.ACCEPTED, cast=cast)
    read(dossier)
    send_all(portal, dossier)
    assert held(dossier)["TrangThaiThanhToan"] == 0
    [order] = orders_of(dossier.ref)
    take_cash(order_id=order.id, by=cast.receiver)
    read(dossier)
    send_all(portal, dossier)
    assert held(dossier)["TrangThaiThanhToan"] == 1
    assert "DuocThanhToanTrucTuyen" not in held(dossier)
