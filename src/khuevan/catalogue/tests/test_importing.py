"""The national catalogue comes in whole, once, and says what is wrong with it."""

from __future__ import annotations

import gzip
import json
import time
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from openpyxl import Workbook

from khuevan.catalogue import actions
from khuevan.catalogue.builtin import builtin_definitions, facts_of
from khuevan.catalogue.models import Fault, ImportRun, Procedure, Version
from khuevan.catalogue.public import from_json, published
from khuevan.catalogue.rules.checking import missing_parts
from khuevan.catalogue.rules.definition import Channel, Limit, Tier
from khuevan.catalogue.rules.source import COLUMNS, read_channels, read_row
from khuevan.catalogue.rules.source_faults import find_faults
from khuevan.catalogue.rules.states import FaultState, Origin, VersionState
from khuevan.catalogue.source_file import read_source
from khuevan.catalogue.tasks import take_over
from khuevan.directory.public import Role
from khuevan.directory.tests.factories import make_person
from khuevan.platform import files
from khuevan.platform.errors import InputRefused, RuleBroken


pytestmark = pytest.mark.django_db
SOURCE = Path(__file__).parents[4].parent / "shared/data/procedures/tthc_2642.jsonl.gz"
needs_source = pytest.mark.skipif(
    not SOURCE.is_file(), reason="the crawled catalogue is not beside this checkout"
)
HEAD = "Hình thức nộpThời gianPhí, lệ phíMô tả"


def row(code="1.000001", **changes):
    plain = dict.fromkeys(COLUMNS, "") | {
        "ma_thu_tuc": code,
        "ten_thu_tuc": f"Cấp giấy phép số {code}",
        "so_quyet_dinh": "12/QĐ-BXD",
        "cap_thuc_hien": "Cấp tỉnh",
        "linh_vuc": "Xây dựng",
        "doi_tuong_thuc_hien": "Công dân Việt Nam, Doanh nghiệp",
        "co_quan_co_tham_quyen": "Sở Xây dựng",
        "trinh_tu_thuc_hien": "Bước 1: nộp\nBước 2: nhận",
        "cach_thuc_thuc_hien": f"{HEAD}Trực tuyến5 Ngày làm việc100,000 Việt Nam ĐồngTrực tiếp7 Ngày làm việc150,000 Việt Nam Đồng",
        "thanh_phan_ho_so": "--Tên giấy tờMẫu đơn, tờ khaiSố lượngĐơn đề nghịMau01.docx1 bản chínhBản sao giấy tờ0 bản chính,2 bản sao",
        "can_cu_phap_ly": "Tên văn bản pháp lýMã văn bảnLuật Xây dựng50/2014/QH13Nghị định 175/2024/NĐ-CP175/2024/NĐ-CP",
        "co_quan_thuc_hien": "Sở Xây dựng",
        "ket_qua_xu_ly": "Giấy phépMã: KQ.G17.000123Từ khóaKhông có thông tin",
    }
    return plain | changes


def lines(*rows):
    return "\n".join(json.dumps(r, ensure_ascii=False) for r in rows).encode()


def sheet(*rows):
    book = Workbook()
    page = book.active
    page.append(list(COLUMNS))
    for one in rows:
        page.append([one[c] for c in COLUMNS])
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def rules(*rows):
    """Return the rules rows break, but that no row ever says how far it is online."""
    found = [f.rule for f in find_faults(rows)]
    assert found.count(ALWAYS) == len(rows)
    return {*found} - {ALWAYS}


ALWAYS = "level_guessed"


# ------------------------------------------------------------------ reading rows


def test_a_row_says_channels_papers_law_and_fee():
    found = read_row(row())
    assert [(o.channel, o.limit) for o in found.channels] == [
        (Channel.PORTAL, Limit(5, "working_day")),
        (Channel.COUNTER, Limit(7, "working_day")),
    ]
    assert [(c.name, c.originals, c.copies, c.template) for c in found.components] == [
        ("Đơn đề nghị", 1, 0, "Mau01.docx"),
        ("Bản sao giấy tờ", 0, 2, ""),
    ]
    assert [one.number for one in found.legal] == ["50/2014/QH13", "175/2024/NĐ-CP"]
    assert (found.result.code, found.result.name) == ("KQ.G17.000123", "Giấy phép")
    assert found.tier is Tier.CITY
    assert found.fees[0].table is not None


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"cach_thuc_thuc_hien": f"{HEAD}Trực tuyếnKhông phải trả kết quảMiễn phí"}, "channel_unparsed"),
        ({"cach_thuc_thuc_hien": f"{HEAD}Trực tuyến1Miễn phí"}, "limit_without_unit"),
        ({"cach_thuc_thuc_hien": f"{HEAD}Trực tiếp5 Ngày làm việc135 VNĐ(Lệ phí)"}, "fee_under_1000"),
        ({"cach_thuc_thuc_hien": f"{HEAD}Trực tiếp5 NgàyVNĐ"}, "fee_without_amount"),
        ({"co_quan_thuc_hien": "Ủy ban nhân dân cấp huyện"}, "district_named"),
        ({"ten_thu_tuc": "Ca\u0302\u0301p pha\u0301t"}, "not_nfc"),
        ({"co_quan_co_tham_quyen": "", "co_quan_thuc_hien": "Không có thông tin"}, "agency_missing"),
        ({"ten_thu_tuc": "Test thủ tục"}, "test_row"),
        ({"ma_thu_tuc": "abc"}, "code_malformed"),
        ({"cap_thuc_hien": "Cơ quan khác"}, "tier_guessed"),
        ({"doi_tuong_thuc_hien": "Mọi người"}, "subject_guessed"),
        ({"cach_thuc_thuc_hien": f"{HEAD}Trực tiếpKhông quy địnhMiễn phí"}, "limit_missing"),
        ({"can_cu_phap_ly": "Không có thông tin"}, "legal_basis_missing"),
        ({"thanh_phan_ho_so": ""}, "components_missing"),
    ],
)  # fmt: skip
def test_every_fault_has_its_rule(change, rule):
    assert rules(row(**change)) == {rule}


def test_a_sound_row_has_no_fault_and_twins_are_named():
    assert rules(row()) == set()
    assert rules(row(), row()) == {"duplicate_code", "duplicate_title"}


def test_channels_that_cannot_be_told_apart_stay_out():
    assert read_channels("Trực tuyếnTheo quy định") == ()


# ------------------------------------------------------------------ taking over


@pytest.mark.parametrize("pack", [lines, lambda *r: gzip.compress(lines(*r)), sheet])
def test_every_form_of_the_file_says_the_same(pack, officer):
    done = actions.import_catalogue(
        content=pack(row(), row("1.000002")), name="tthc", by=officer
    )
    assert (done.created, done.changed, done.unchanged) == (2, 0, 0)
    assert published("1.000002").definition == read_row(row("1.000002"))


def test_the_same_file_again_changes_nothing(officer):
    content = lines(row(), row("1.000002", ten_thu_tuc="test"))
    first = actions.import_catalogue(content=content, name="a", by=officer)
    before = list(Version.objects.values())
    again = actions.import_catalogue(content=content, name="a", by=officer)
    assert (again.created, again.changed, again.unchanged) == (0, 0, 2)
    assert (first.new_faults, again.new_faults) == (3, 0)
    assert list(Version.objects.values()) == before


def test_a_changed_row_becomes_one_draft_to_look_at(officer):
    actions.import_catalogue(content=lines(row()), name="a", by=officer)
    changed = lines(row(linh_vuc="Quy hoạch"))
    for expected in ((1, 0), (0, 1)):
        done = actions.import_catalogue(content=changed, name="b", by=officer)
        assert (done.changed, done.unchanged) == expected
    draft = Version.objects.get(state=VersionState.DRAFT)
    assert (draft.number, draft.origin) == (2, Origin.NATIONAL)
    assert published("1.000001").definition.sector == "Xây dựng"
    back = actions.import_catalogue(content=lines(row()), name="c", by=officer)
    assert back.changed == 1


def test_a_broken_line_takes_nothing(officer):
    content = lines(row()) + b"\n{broken\n" + lines(row(ma_thu_tuc=""))
    with pytest.raises(InputRefused) as refused:
        actions.import_catalogue(content=content, name="a", by=officer)
    assert [p.where for p in refused.value.problems] == ["2"]
    assert not Procedure.objects.exists()


@pytest.mark.parametrize(
    "content",
    [b"", b"\x1f\x8b broken", b"PK\x03\x04 broken", b"\xff\xfe\x00", b"[1, 2]", b"[" * 100_000],
)  # fmt: skip
def test_a_file_that_is_none_is_refused_in_words(content):
    with pytest.raises(InputRefused):
        read_source(content, "x")


def test_only_procedure_officers_import():
    with pytest.raises(PermissionDenied):
        actions.import_catalogue(
            content=lines(row()), name="a", by=make_person(Role.OFFICIAL)
        )
    assert not ImportRun.objects.exists()


def test_the_worker_imports_a_stored_file(officer):
    told = []
    kept = files.keep(sheet(row()), "tthc.xlsx")
    done = take_over(
        lambda *args: told.append(args), file=str(kept.pk), person=str(officer.pk)
    )
    assert (done["created"], told) == (1, [(1, 1)])


def test_the_command_imports_and_says_what_it_found(tmp_path):
    path = tmp_path / "tthc.jsonl"
    path.write_bytes(lines(row(), row("1.000002", co_quan_thuc_hien="UBND huyện")))
    out = StringIO()
    call_command("counter", "import", path, stdout=out)
    assert "2 rows: 2 new" in out.getvalue()
    assert "district_named: 1 rows" in out.getvalue()
    assert "row 2, 1.000002, executing: UBND huyện" in out.getvalue()
    out, report = StringIO(), tmp_path / "faults.csv"
    call_command("counter", "import", path, faults=report, stdout=out)
    head, *told = report.read_text(encoding="utf-8").splitlines()
    assert head == "row,code,rule,place,found"
    assert "2,1.000002,district_named,executing,UBND huyện" in told
    assert "nothing new, nothing changed" in out.getvalue()
    path.write_bytes(b"nonsense")
    with pytest.raises(CommandError):
        call_command("counter", "import", path, stderr=StringIO())
    with pytest.raises(CommandError):
        call_command("counter", "import", tmp_path / "none")


# --------------------------------------------------------------------- faults


def bring(officer, **changes):
    actions.import_catalogue(content=lines(row(**changes)), name="a", by=officer)
    return Fault.objects.exclude(rule=ALWAYS).get()


def test_a_fault_is_corrected_in_a_draft_not_in_what_is_published(officer):
    crooked = "Ca\u0302\u0301p pha\u0301t"
    fault = bring(officer, ten_thu_tuc=crooked)
    draft = actions.correct_fault(fault=fault, value="Cấp phát", by=officer)
    fault.refresh_from_db()
    assert (fault.state, fault.closed_by) == (FaultState.CORRECTED, officer)
    assert draft.definition["title"] == "Cấp phát"
    assert published("1.000001").definition.title == crooked
    with pytest.raises(RuleBroken):
        actions.correct_fault(fault=fault, value="Cấp phát", by=officer)


def test_a_small_fee_is_corrected_with_its_amount(officer):
    fault = bring(
        officer, cach_thuc_thuc_hien=f"{HEAD}Trực tiếp5 Ngày làm việc135 VNĐ(Lệ phí)"
    )
    draft = actions.correct_fault(fault=fault, value="135.000 VNĐ", by=officer)
    assert from_json(draft.definition).fees[0].amount == 135_000


def test_a_limit_gets_its_unit(officer):
    fault = bring(officer, cach_thuc_thuc_hien=f"{HEAD}Trực tuyến3Miễn phí")
    for wrong in ("3", "ba ngày", "Ca\u0302\u0301p"):
        with pytest.raises(RuleBroken):
            actions.correct_fault(fault=fault, value=wrong, by=officer)
    draft = actions.correct_fault(fault=fault, value="3 ngày làm việc", by=officer)
    assert from_json(draft.definition).channels[0].limit == Limit(3, "working_day")


def test_a_fault_is_accepted_with_a_reason(officer):
    fault = bring(officer, co_quan_thuc_hien="UBND huyện")
    with pytest.raises(RuleBroken):
        actions.correct_fault(fault=fault, value="UBND xã", by=officer)
    with pytest.raises(RuleBroken):
        actions.accept_fault(fault=fault, note="", by=officer)
    actions.accept_fault(fault=fault, note="Địa danh trong tên riêng", by=officer)
    fault.refresh_from_db()
    assert fault.state == FaultState.ACCEPTED


def test_a_correction_stands_when_the_row_changes_elsewhere(officer):
    wrong = {"cach_thuc_thuc_hien": f"{HEAD}Trực tiếp5 Ngày làm việc135 VNĐ(Lệ phí)"}
    fault = bring(officer, **wrong)
    actions.correct_fault(fault=fault, value="135.000 VNĐ", by=officer)
    actions.import_catalogue(content=lines(row(linh_vuc="Quy hoạch", **wrong)), name="b", by=officer)  # fmt: skip
    draft = from_json(Version.objects.get(state=VersionState.DRAFT).definition)
    assert (draft.sector, draft.fees[0].amount) == ("Quy hoạch", 135_000)
    mended = {"cach_thuc_thuc_hien": f"{HEAD}Trực tiếp5 Ngày làm việc140.000 VNĐ(Lệ phí)"}  # fmt: skip
    actions.import_catalogue(content=lines(row(**mended)), name="c", by=officer)
    draft = from_json(Version.objects.get(state=VersionState.DRAFT).definition)
    assert draft.fees[0].amount == 140_000


def test_who_decides_is_corrected_where_the_check_looks(officer):
    fault = bring(officer, co_quan_co_tham_quyen="", co_quan_thuc_hien="Không có thông tin")  # fmt: skip
    assert "agency" in missing_parts(published("1.000001").definition)
    draft = actions.correct_fault(fault=fault, value="Sở Xây dựng", by=officer)
    definition = from_json(draft.definition)
    assert "agency" not in missing_parts(definition)
    assert definition.agency_name == "Sở Xây dựng"


def test_what_the_source_mended_is_closed_and_opens_if_it_comes_back(officer):
    fault = bring(officer, co_quan_thuc_hien="UBND huyện")
    other = row("1.000002", ten_thu_tuc="test")
    for content, state, mended in (
        (lines(other), FaultState.OPEN, 0),  # a file that says nothing of it
        (lines(row(), other), FaultState.MENDED, 1),
        (lines(row(), other), FaultState.MENDED, 0),
        (lines(row(co_quan_thuc_hien="UBND huyện")), FaultState.OPEN, 0),
    ):
        done = actions.import_catalogue(content=content, name="b", by=officer)
        fault.refresh_from_db()
        assert (fault.state, done.mended) == (state, mended)
    assert (done.new_faults, fault.closed_at) == (1, None)


def test_a_fault_said_in_other_words_stays_the_same_one(officer):
    fault = bring(officer, co_quan_thuc_hien="UBND huyện")
    done = actions.import_catalogue(content=lines(row(co_quan_thuc_hien="UBND quận, huyện")), name="b", by=officer)  # fmt: skip
    fault.refresh_from_db()
    assert (fault.state, fault.found) == (FaultState.OPEN, "UBND quận, huyện")
    assert (done.mended, done.new_faults) == (0, 0)


@pytest.mark.parametrize("pack", [lines, sheet])
def test_a_fault_names_the_row_of_the_file(officer, pack):
    content = pack(row(), row("1.000002", ten_thu_tuc="test"))
    blank = content.replace(b"}\n{", b"}\n\n{")
    done = actions.import_catalogue(content=blank, name="a", by=officer)
    [found] = [f for f in done.found if f.rule == "test_row"]
    assert found.row == 3  # a head or an empty line stands above it


# -------------------------------------------------------------------- built-in


def test_the_built_in_catalogue_stands_without_the_file(officer):
    done = actions.load_builtin(by=officer)
    assert done.created == len(builtin_definitions()) > 1_500
    run = ImportRun.objects.get()
    assert run.faults_found == Fault.objects.filter(run=run).count() == len(done.found) > 500  # fmt: skip
    assert {"limit_without_unit", "legal_basis_missing"} <= done.faults.keys()
    assert actions.load_builtin(by=officer).created == 0
    tiers = {d.tier for d in builtin_definitions()}
    assert tiers == {Tier.CITY, Tier.COMMUNE}
    assert all(not d.steps and not d.components for d in builtin_definitions())


def test_built_in_facts_give_way_to_the_file(officer, monkeypatch):
    fact = facts_of([read_row(row())])
    monkeypatch.setattr(
        "khuevan.catalogue.actions.importing.builtin_definitions", lambda: fact
    )
    actions.load_builtin(by=officer)
    assert published("1.000001").definition.steps == ()
    done = actions.import_catalogue(content=lines(row()), name="a", by=officer)
    assert done.changed == 1
    assert published("1.000001").definition.steps != ()
    again = actions.import_catalogue(content=lines(row()), name="a", by=officer)
    assert again.unchanged == 1


# --------------------------------------------------------------- the real file


@needs_source
@pytest.mark.slow
def test_the_real_catalogue_comes_in_well_under_a_minute(officer):
    content = SOURCE.read_bytes()
    started = time.perf_counter()
    done = actions.import_catalogue(content=content, name=SOURCE.name, by=officer)
    assert time.perf_counter() - started < 30
    assert (done.rows, done.created, done.changed) == (2642, 2642, 0)
    assert done.faults == {
        "agency_missing": 237,
        "channel_unparsed": 13,
        "components_missing": 3,
        "district_named": 120,
        "duplicate_title": 17,
        "fee_under_1000": 48,
        "fee_without_amount": 52,
        "legal_basis_missing": 76,
        "level_guessed": 2642,
        "limit_missing": 139,
        "limit_without_unit": 358,
        "not_nfc": 61,
        "subject_guessed": 5,
        "tier_guessed": 28,
    }
    again = actions.import_catalogue(content=content, name=SOURCE.name, by=officer)
    assert (again.created, again.changed, again.unchanged) == (0, 0, 2642)
    assert again.new_faults == 0
