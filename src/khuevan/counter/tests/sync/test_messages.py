"""What becomes a message to the national portal, and what it holds."""

from __future__ import annotations

from khuevan.counter import actions
from khuevan.counter.models import (
    Dossier,
    SyncMessage,
)
from khuevan.counter.rules.states import Business, Sync
from khuevan.counter.rules.syncing import Kind
from khuevan.counter.sync.payloads import create_payload, stamp
from khuevan.counter.sync.portal import CITIZEN_FIRST, LGSP
from khuevan.counter.tests.factories import make_dossier
from khuevan.journal.public import facts_about
from khuevan.platform import clock

from .carrying import finished, read


def test_the_facts_of_a_dossier_become_messages_in_their_order(cast):
    dossier = finished(cast)
    read(dossier)
    messages = list(dossier.messages.order_by("sequence"))
    assert messages[0].kind == Kind.CREATE
    statuses = [m.status for m in messages if m.kind != Kind.PROGRESS]
    assert statuses == [1, 2, 4, 9, 10]
    assert {m.sequence for m in messages} <= {
        f.number for f in facts_about(dossier.ref)
    }
    read(dossier)
    assert dossier.messages.count() == len(messages)


def test_a_draft_and_a_mirrored_dossier_are_nobodys_business(cast):
    draft = make_dossier(Business.DRAFT, cast=cast)
    other = make_dossier(Business.FILED, cast=cast)
    Dossier.objects.filter(pk=other.pk).update(origin_system="moj")
    read(draft, other)
    assert not SyncMessage.objects.exists()


def test_a_dossier_the_portal_knew_before_there_was_an_outbox_is_not_told_again(cast):
    dossier = make_dossier(Business.FILED, cast=cast)
    Dossier.objects.filter(pk=dossier.pk).update(synced_at=clock.now(), sync=Sync.ACKNOWLEDGED)  # fmt: skip
    read(dossier)
    assert not SyncMessage.objects.exists()
    actions.accept_dossier(dossier=dossier, by=cast.receiver)
    read(dossier)
    assert [m.kind for m in SyncMessage.objects.all()] == [Kind.STATUS]


def test_a_message_holds_only_what_the_interface_lists(cast):
    dossier = make_dossier(Business.FILED, cast=cast)
    payload = create_payload(dossier)
    listed = {
        "MaHoSo", "MaTTHC", "TenTTHC", "MaLinhVuc", "KenhThucHien", "ChuHoSo",
        "LoaiDoiTuong", "LoaiDinhDanh", "SoDinhDanh", "NgaySinh", "Email", "SoDienThoai",
        "DiaChi", "TaiKhoanDuocXacThucVoiVNeID", "NgayNopHoSo", "NgayTiepNhan",
        "NgayHenTra", "NgayTra", "NgayKetThucXuLy", "NgayYeuCauBoSung",
        "NgayHoanThanhBoSung", "NgayTuChoi", "DonViXuLy", "NoiNopHoSo", "HinhThucTra",
        "TaiLieuNop", "HoSoCoThanhPhanSoHoa", "TrangThaiThanhToan", "DanhSachLePhi",
    }  # fmt: skip
    assert payload.keys() <= listed
    assert payload["NgayNopHoSo"] == stamp(dossier.filed_at)
    assert len(payload["NgayNopHoSo"]) == 14
    answers = set(map(str, dossier.application.answers.values())) - {dossier.applicant_name, "0912345678"}  # fmt: skip
    assert not answers & set(map(str, payload.values()))


def test_each_adapter_writes_codes_its_own_way():
    told = {"LoaiDoiTuong": "citizen", "KenhThucHien": "post", "x": [{"LoaiDoiTuong": "enterprise"}]}  # fmt: skip
    assert LGSP.encode(told) == {"LoaiDoiTuong": 1, "KenhThucHien": 3, "x": [{"LoaiDoiTuong": 2}]}  # fmt: skip
    assert CITIZEN_FIRST.encode(told)["LoaiDoiTuong"] == 0
