"""Forms 01–07, results as documents, their verification, and what a store offers."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import given, strategies as st
from pypdf import PdfReader

from khuevan.catalogue.public import Component, read_template
from khuevan.counter import actions
from khuevan.counter.documents.results import result_pdf
from khuevan.counter.documents.slips import register_rows
from khuevan.counter.models import Result, StoredPaper
from khuevan.counter.queries.papers import register_of
from khuevan.counter.queries.store import usable_for
from khuevan.counter.queries.verifying import check_file
from khuevan.counter.rules.results import (
    Verdict,
    dossiers_named,
    in_words,
    initials_of,
)
from khuevan.counter.rules.states import Business, Outcome
from khuevan.journal.public import facts_about
from khuevan.platform import clock, files
from khuevan.platform.errors import InputRefused, RuleBroken
from khuevan.platform.signing import sign_pdf, verify_pdf
from khuevan.process.public import Duty
from khuevan.worktime.public import add_working_days

from .factories import definition, make_cast, make_dossier, name_duty, waiting


@pytest.fixture(autouse=True)
def var_of_these_tests(settings, tmp_path_factory):
    settings.VAR = tmp_path_factory.getbasetemp()
    settings.MEDIA_ROOT = tmp_path_factory.getbasetemp() / "files"


def words_of(pdf: bytes) -> str:
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)
    return " ".join(text.split())


def issued(cast, outcome=Outcome.APPROVED, **words):
    """Return a dossier whose result has both signatures, and the document."""
    dossier = make_dossier(Business.IN_PROCESS, cast=cast)
    told = {"text": "Chấp thuận cho hoạt động."} | words
    actions.draft_result(dossier=dossier, outcome=outcome, **told, by=cast.officer)
    actions.finish_step(step=waiting(dossier, Duty.HANDLE), by=cast.officer)
    actions.finish_step(step=waiting(dossier, Duty.CHECK), outcome="ok", by=cast.division)  # fmt: skip
    actions.sign_results(dossiers=[dossier], by=cast.head)
    dossier = actions.seal_result(dossier=dossier, by=cast.clerk)
    return dossier, files.read(Result.objects.get(dossier=dossier).file)


def one_byte_other(pdf: bytes) -> bytes:
    """Flip a bit inside the metadata: the document stays readable."""
    at = pdf.index(b"pdfaid:part")
    return pdf[:at] + bytes([pdf[at] ^ 1]) + pdf[at + 1 :]


# -------------------------------------------------------------------- forms

FORMS = [
    (Business.ACCEPTED, "01", "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ"),
    (Business.SUPPLEMENT, "02", "PHIẾU YÊU CẦU BỔ SUNG, HOÀN THIỆN HỒ SƠ"),
    (Business.TO_COMPLETE, "02", "Thiếu trang ký"),
    (Business.REFUSED, "03", "Không thuộc thẩm quyền"),
    (Business.STOPPED, "05", "Theo yêu cầu của luật"),
    (Business.WITHDRAWN, "05", "theo đề nghị của người nộp hồ sơ"),
    (Business.DECIDED, "06", "PHIẾU KIỂM SOÁT QUÁ TRÌNH GIẢI QUYẾT HỒ SƠ"),
]


@pytest.mark.parametrize(("state", "number", "words"), FORMS)
def test_a_form_is_a_page_and_a_pdf_with_what_it_must_say(
    cast, client, state, number, words
):
    dossier = make_dossier(state, cast=cast)
    client.force_login(cast.head)
    page = client.get(reverse("dossier-form", args=[dossier.pk, number]))
    assert page.status_code == 200
    assert words in page.text
    file = client.get(reverse("dossier-form-file", args=[dossier.pk, number]))
    assert file["Content-Type"] == "application/pdf"
    told = words_of(file.content)
    assert dossier.code in told
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in told
    assert b"pdfaid:part" in file.content
    assert "http" in told  # the address the QR leads to


def test_the_apology_keeps_its_reason_when_the_dossier_is_stopped_later(cast, client):
    dossier = make_dossier(Business.IN_PROCESS, cast=cast)
    later = add_working_days(clock.local_day(dossier.due_at), 5)
    actions.apologise(dossier=dossier, new_date=later, reason="Chờ ý kiến", by=cast.officer)  # fmt: skip
    actions.stop_dossier(dossier=dossier, reason="Theo luật", by=cast.head)
    client.force_login(cast.citizen)
    page = client.get(reverse("dossier-form", args=[dossier.pk, "04"])).text
    assert "Chờ ý kiến" in page
    assert f"{later:%d/%m/%Y}" in page
    assert "Theo luật" in client.get(reverse("dossier-form", args=[dossier.pk, "05"])).text  # fmt: skip


def test_forms_that_do_not_exist_or_are_not_ones_own_are_not_found(cast, client):
    dossier = make_dossier(Business.ACCEPTED, cast=cast)
    for person, number, status in (
        (cast.head, "03", 404), (cast.head, "99", 404), (cast.head, "06", 200),
        (cast.citizen, "01", 200), (cast.citizen, "06", 404), (cast.stranger, "01", 404),
    ):  # fmt: skip
        client.force_login(person)
        for route in ("dossier-form", "dossier-form-file"):
            found = client.get(reverse(route, args=[dossier.pk, number])).status_code
            assert found == status, (number, status)


def test_an_officials_look_at_a_form_is_told_to_its_owner(cast, client):
    dossier = make_dossier(Business.ACCEPTED, cast=cast)
    client.force_login(cast.officer)
    client.get(reverse("dossier-form", args=[dossier.pk, "01"]))
    assert facts_about(dossier.ref)[-1].kind == "counter.application_read"


def test_the_control_slip_says_before_on_time_or_late(cast, client):
    start = datetime(2026, 11, 2, 8, tzinfo=clock.HANOI)
    with clock.telling(start):
        dossier = make_dossier(Business.ACCEPTED, cast=cast)
    with clock.telling(start + timedelta(days=2)):
        actions.finish_step(step=waiting(dossier, Duty.ASSIGN), handler=cast.officer, by=cast.division)  # fmt: skip
    client.force_login(cast.head)
    told = client.get(reverse("dossier-form", args=[dossier.pk, "06"])).text
    assert "Trước hạn" in told
    assert "Quá hạn" in told
    assert cast.receiver.full_name in told


def test_the_register_lists_the_dossiers_of_ones_agency_as_page_sheet_and_pdf(
    cast, client, django_assert_max_num_queries
):
    mine = [make_dossier(Business.FILED, cast=cast) for _ in range(3)]
    other = make_dossier(Business.FILED, cast=make_cast())
    client.force_login(cast.head)
    address = reverse("dossier-register")
    with django_assert_max_num_queries(20):
        page = client.get(address).text
    assert all(d.code in page for d in mine)
    assert other.code not in page
    sheet = openpyxl.load_workbook(BytesIO(client.get(address, {"as": "xlsx"}).content))
    rows = list(sheet.active.values)
    assert [row[1] for row in rows[1:]] == [d.code for d in mine]
    told = words_of(client.get(address, {"as": "pdf"}).content)
    told = told.replace(" ", "").replace("\u200b", "")
    assert "SỔTHEODÕIHỒSƠ" in told
    assert f"body={cast.commune.pk}" in told  # the address its QR leads to


def test_the_register_counts_no_time_while_the_clock_stands(cast):
    start = datetime(2026, 11, 2, 8, tzinfo=clock.HANOI)
    with clock.telling(start):
        asked = make_dossier(Business.SUPPLEMENT, cast=cast)
        owing = name_duty(make_dossier(Business.IN_PROCESS, cast=cast), cast)
        forgotten = make_dossier(Business.IN_PROCESS, cast=cast)
    with clock.telling(start + timedelta(days=20)):
        rows = register_rows(register_of(cast.head, cast.commune, start.date(), clock.today()))  # fmt: skip
    assert {row[1]: row[-1] for row in rows} == {
        asked.code: "Trong hạn", owing.code: "Trong hạn", forgotten.code: "Quá hạn",
    }  # fmt: skip


def test_every_export_of_the_register_is_noted_and_looking_is_not(cast, client):
    make_dossier(Business.FILED, cast=cast)
    client.force_login(cast.head)
    address = reverse("dossier-register")
    client.get(address)
    for ending in ("xlsx", "pdf", "xlsx"):
        assert client.get(address, {"as": ending}).status_code == 200
    exports = facts_about(f"counter.register:{cast.commune.pk}")
    assert [(f.actor, f.figures["ending"], f.figures["rows"]) for f in exports] == [
        (cast.head.ref, ending, 1) for ending in ("xlsx", "pdf", "xlsx")
    ]
    traces = reverse("journal:traces", args=[exports[0].subject])
    assert "xuất ra tệp" in client.get(traces).text
    client.force_login(cast.stranger)
    assert client.get(traces).status_code == 404


def test_who_does_not_work_there_takes_no_register_out(cast):
    today = clock.today()
    with pytest.raises(PermissionDenied):
        actions.export_register(
            body=cast.commune, since=today, until=today, ending="pdf", rows=1, by=cast.stranger
        )  # fmt: skip
    assert not facts_about(f"counter.register:{cast.commune.pk}")


def test_the_register_is_for_those_who_work_there(cast, client):
    client.force_login(cast.citizen)
    assert client.get(reverse("dossier-register")).status_code == 403
    client.force_login(cast.head)
    elsewhere = make_cast().commune.pk
    for query, status in (
        ({"body": elsewhere}, 404), ({"body": "x"}, 404), ({"since": "x"}, 400),
        ({"since": "2020-01-01"}, 400),
    ):  # fmt: skip
        found = client.get(reverse("dossier-register"), query)
        assert found.status_code in {status, 422}, query


# ------------------------------------------------------------------- results


def test_the_same_result_gives_the_same_bytes_before_it_is_signed(cast):
    dossier, _pdf = issued(cast)
    result = dossier.result
    first = result_pdf(result, cast.head)
    assert first == result_pdf(result, cast.head)
    assert b"pdfaid:part" in first


def test_a_result_says_what_its_template_lists(db):
    said = replace(definition().result, template="ten_ho, von", valid_months=12)
    cast = make_cast(definition(result=said))
    dossier, pdf = issued(cast)
    told = words_of(pdf)
    for words in ("Phở Sen", "50.000.000", "GIẤY CHỨNG NHẬN ĐĂNG KÝ HỘ KINH DOANH",
                  dossier.result.number, cast.head.full_name, "Có giá trị đến hết ngày",
                  "Chấp thuận cho hoạt động."):  # fmt: skip
        assert words in told, words


def test_a_result_sets_answers_into_the_text_of_its_template(db):
    said = replace(definition().result, template="ho_ten\nChứng nhận hộ {ten_ho}, vốn {von} đồng.")  # fmt: skip
    dossier, pdf = issued(make_cast(definition(result=said)))
    told = words_of(pdf)
    assert "Chứng nhận hộ Phở Sen, vốn 50.000.000 đồng." in told
    assert dossier.application.answers["ho_ten"] in told


def test_a_result_tells_only_what_is_asked(db):
    said = replace(definition().result, template="{gi}")
    with pytest.raises(InputRefused, match="gi"):
        make_cast(definition(result=said))


def test_a_no_is_a_written_reasoned_notice(cast):
    dossier, pdf = issued(
        cast, Outcome.REJECTED, text="", reason="Địa chỉ không hợp lệ"
    )
    told = words_of(pdf)
    assert "THÔNG BÁO" in told
    assert "Địa chỉ không hợp lệ" in told
    assert dossier.procedure in told
    assert not StoredPaper.objects.exists()


def test_both_signatures_are_valid_and_somebody_elses_program_says_so(cast, tmp_path):
    _dossier, pdf = issued(cast)
    person, body = verify_pdf(pdf)
    assert (person.signer, body.signer) == (cast.head.full_name, cast.commune.name)
    assert person.intact
    assert body.intact
    assert body.covers_whole_document
    if shutil.which("pdfsig") is None:
        assert not os.environ.get("CI"), "CI must have pdfsig (poppler-utils)"
        pytest.skip("pdfsig is not installed (poppler-utils)")
    assert _pdfsig(pdf, tmp_path).count("Signature is Valid") == 2
    flipped = one_byte_other(pdf)
    assert "Digest Mismatch" in _pdfsig(flipped, tmp_path)


def _pdfsig(pdf, folder):
    (folder / "x.pdf").write_bytes(pdf)
    command = ["pdfsig", "-nocert", str(folder / "x.pdf")]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


# -------------------------------------------------------------- verification


def test_anybody_checks_a_result_by_its_code_without_learning_whose_it_is(cast, client):
    dossier, _pdf = issued(cast)
    page = client.get(reverse("dossier-check", args=[dossier.result.verification]))
    assert page.status_code == 200
    for words in (dossier.result.number, cast.commune.name, cast.head.full_name):
        assert words in page.text
    assert dossier.applicant_name not in page.text
    assert initials_of(dossier.applicant_name) in page.text
    assert client.get(reverse("dossier-check", args=["x"])).status_code == 404


def test_a_draft_is_no_result_anybody_can_check(cast, client):
    dossier = make_dossier(Business.IN_PROCESS, cast=cast)
    result = actions.draft_result(dossier=dossier, outcome=Outcome.APPROVED, by=cast.officer)  # fmt: skip
    assert client.get(reverse("dossier-check", args=[result.verification])).status_code == 404  # fmt: skip


def test_an_uploaded_file_is_judged_by_its_bytes_and_signatures(cast, client):
    dossier, pdf = issued(cast)
    plain = result_pdf(dossier.result, cast.head)
    flipped = one_byte_other(pdf)
    foreign = sign_pdf(plain, signer_name="Ai đó", organisation="Nơi khác", reason="x")
    cases = [
        (pdf, Verdict.OURS), (flipped, Verdict.CHANGED), (pdf + b"\n", Verdict.CHANGED),
        (foreign, Verdict.FOREIGN), (plain, Verdict.UNSIGNED),
        (b"%PDF-1.7 broken", Verdict.UNREADABLE), (b"hello", Verdict.UNREADABLE),
    ]  # fmt: skip
    assert [check_file(content).verdict for content, _ in cases] == [
        v for _, v in cases
    ]
    before = Result.objects.count(), dossier.result.file.__class__.objects.count()
    for content, verdict in cases:
        sent = {"file": SimpleUploadedFile("x.pdf", content)}
        page = client.post(reverse("dossier-verify"), sent)
        assert page.status_code == 200, verdict
        assert dossier.applicant_name not in page.text or verdict is Verdict.OURS
    assert client.get(reverse("dossier-verify")).status_code == 200
    assert client.post(reverse("dossier-verify")).status_code == 422
    after = Result.objects.count(), dossier.result.file.__class__.objects.count()
    assert before == after


def test_the_time_a_result_holds_is_told(db, client):
    said = replace(definition().result, valid_months=12)
    dossier, _pdf = issued(make_cast(definition(result=said)))
    address = reverse("dossier-check", args=[dossier.result.verification])
    last = dossier.result.valid_to
    for day, colour in ((last, "tag done"), (last + timedelta(days=1), "tag late")):
        with clock.telling(clock.end_of_day(day)):
            assert colour in client.get(address).text


def test_a_withdrawn_result_is_withdrawn_everywhere(cast, client):
    dossier, pdf = issued(cast)
    for person in (cast.officer, cast.citizen, cast.clerk):
        with pytest.raises(PermissionDenied):
            actions.withdraw_result(dossier=dossier, reason="Sai", by=person)
    with pytest.raises(RuleBroken):
        actions.withdraw_result(dossier=dossier, reason=" ", by=cast.head)
    dossier.result.refresh_from_db()
    assert dossier.result.withdrawn_at is None
    client.force_login(cast.head)
    address = reverse("dossier-action", args=[dossier.pk, "withdraw-result"])
    assert client.post(address, {"reason": "Cấp sai đối tượng"}).status_code == 302
    assert facts_about(dossier.ref)[-1].kind == "counter.result_withdrawn"
    component = Component("x", "x", content="household_business")
    assert not usable_for(cast.citizen, component).exists()
    assert check_file(pdf).issued.validity == "withdrawn"
    assert "Cấp sai đối tượng" in client.get(reverse("dossier", args=[dossier.pk])).text
    with pytest.raises(RuleBroken, match="already"):
        actions.withdraw_result(dossier=dossier, reason="Sai", by=cast.head)
    client.force_login(cast.citizen)
    assert "Cấp sai đối tượng" in client.get(reverse("dossier", args=[dossier.pk])).text


# ------------------------------------------------------------------ the store


def test_a_result_is_offered_where_it_is_asked_for_until_its_last_day(db):
    said = replace(definition().result, valid_months=6)
    cast = make_cast(definition(result=said))
    dossier, _pdf = issued(cast)
    by_result = Component("a", "a", result_of=cast.procedure)
    by_content = Component("b", "b", content="household_business")
    for component in (by_result, by_content):
        assert usable_for(cast.citizen, component).get().from_dossier == dossier
        assert not usable_for(cast.officer, component).exists()
    for component in (Component("c", "c"), Component("d", "d", content="identity")):
        assert not usable_for(cast.citizen, component).exists()
    with clock.telling(clock.end_of_day(dossier.result.valid_to + timedelta(days=1))):
        assert not usable_for(cast.citizen, by_content).exists()


# ------------------------------------------------------------------ the rules


def test_a_template_lists_answers_and_says_sentences():
    assert read_template("a, b;c a").listed == ("a", "b", "c")
    assert read_template("").fields == ()
    told = read_template("ten_ho, von\nCho {a} và {b}.\nĐã ghi sổ.")
    assert (told.listed, told.fields) == (("ten_ho", "von"), ("ten_ho", "von", "a", "b"))  # fmt: skip
    assert told.filled(str.upper) == "Cho A và B.\nĐã ghi sổ."
    assert read_template("Chứng nhận hộ kinh doanh.").listed == ()


@pytest.mark.parametrize(
    ("value", "words"),
    [(True, "Có"), (1_000, "1.000"), ("2026-12-01", "01/12/2026"), (["a", 1], "a, 1"),
     ({"x": "y"}, "y"), (None, "–"), ("abc", "abc"), (0, "0")],
)  # fmt: skip
def test_answers_are_written_as_papers_write_them(value, words):
    assert in_words(value) == words


@given(st.text())
def test_initials_never_hold_a_whole_word_of_more_than_a_letter(name):
    shown = initials_of(name).split()
    assert all(len(word) <= 2 for word in shown)


def test_signatures_name_their_dossier():
    assert dossiers_named(["Ký kết quả hồ sơ H26.1-261122-0001", "x"]) == {"H26.1-261122-0001"}  # fmt: skip
