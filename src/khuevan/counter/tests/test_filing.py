"""The applicant's way from a procedure to a receipt, as a browser without JavaScript."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from khuevan.catalogue.public import Channel, Collect, Component, Fee, FeeKind, Supply
from khuevan.catalogue.tests.factories import publish
from khuevan.counter import actions
from khuevan.counter.models import Correction, Dossier, StoredPaper, Wish
from khuevan.counter.photos import LONGEST_SIDE, acceptable
from khuevan.counter.rules.states import Business, Finance, Status
from khuevan.counter.schema_forms import typed
from khuevan.directory.public import Organisation, Role
from khuevan.directory.tests.factories import PersonFactory, make_person
from khuevan.journal.public import facts_about
from khuevan.payments.public import State, orders_of, take_cash
from khuevan.platform.errors import InputRefused, RuleBroken

from .factories import (
    GOOD,
    definition,
    make_cast,
    make_dossier,
    make_draft,
    name_duty,
    settle_duty,
)


PDF = b"%PDF-1.4\n%%EOF\n"


@pytest.fixture
def me(client, cast):
    client.force_login(cast.citizen)
    return client


def begin(client, cast) -> Dossier:
    answer = client.post(reverse("filing-new", args=[cast.procedure]))
    assert answer.status_code == 302
    return Dossier.objects.get(applicant=cast.citizen, business=Business.DRAFT)


def photo(kind="JPEG", size=(4000, 3000), **more) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, "white").save(out, kind, **more)
    return out.getvalue()


def upload(
    client, dossier, content=PDF, name="hop-dong.pdf", component="hop_dong_thue"
):
    return client.post(
        reverse("filing-papers", args=[dossier.pk]),
        {"component": component, "file": SimpleUploadedFile(name, content)},
        follow=True,
    )


def test_whoever_signed_in_through_vneid_files_through_vneid(me, cast):
    session = me.session
    session["account_authentication_methods_user"] = str(cast.citizen.pk)
    session["account_authentication_methods"] = [
        {"method": "socialaccount", "provider": "vneid", "at": 0}
    ]
    session.save()
    assert begin(me, cast).channel == Channel.VNEID


def test_whoever_signed_in_otherwise_files_through_the_portal(me, cast):
    assert begin(me, cast).channel == Channel.PORTAL


def test_a_person_files_from_the_procedures_page_to_the_receipt(me, cast):
    start = me.get(reverse("filing-new", args=[cast.procedure])).text
    assert "Hợp đồng thuê địa điểm" in start
    dossier = begin(me, cast)
    first = reverse("filing-page", args=[dossier.pk, 1])
    shown = me.get(first).text
    assert cast.citizen.full_name in shown
    assert 'name="ho_ten"' not in shown, "what a register fills is not typed"
    assert me.post(first, {"dien_thoai": "0912345678"}).url.endswith("/pages/2/")
    second = reverse("filing-page", args=[dossier.pk, 2])
    assert me.post(second, {"ten_ho": "Phở Sen", "von": "50.000.000"}).url.endswith(
        "/papers/"
    )
    assert "SHA-256" in upload(me, dossier).text
    check = reverse("filing-check", args=[dossier.pk])
    page = me.get(check).text
    assert "50.000.000" in page
    assert cast.commune.name in page
    sent = {
        "agency": str(cast.commune.pk),
        "return_by": "electronic",
        "idempotency_key": "k1",
    }
    answer = me.post(check, sent)
    assert answer.url == reverse("filing-receipt", args=[dossier.pk])
    dossier.refresh_from_db()
    assert dossier.business == Business.FILED
    assert dossier.agency == cast.commune
    assert dossier.application.answers["von"] == 50_000_000
    assert dossier.code in me.get(answer.url).text
    again = me.post(check, sent)
    assert again["Location"] == answer.url, "a double click gets the first receipt"
    assert Dossier.objects.filter(applicant=cast.citizen).count() == 1
    late = me.post(check, sent | {"idempotency_key": "k2"})
    assert late.url == answer.url


def test_a_faulty_page_is_saved_and_every_fault_is_said_beside_its_field(me, cast):
    dossier = begin(me, cast)
    page = reverse("filing-page", args=[dossier.pk, 2])
    answer = me.post(page, {"ten_ho": "", "von": "nhiều"})
    assert answer.status_code == 422
    assert 'href="#id_von"' in answer.text
    assert 'href="#id_ten_ho"' in answer.text
    assert 'value="nhiều"' in answer.text
    dossier.refresh_from_db()
    assert dossier.application.answers["von"] == "nhiều"
    assert me.post(page, {"von": "5", "later": "1"}).url == reverse("my-dossiers")
    assert reverse("filing", args=[dossier.pk]) in me.get(reverse("my-dossiers")).text
    assert me.post(page, {"von": "x", "anyway": "1"}).url.endswith("/papers/")


def test_an_emptied_field_is_unanswered(me, cast):
    dossier = make_draft(cast)
    me.post(reverse("filing-page", args=[dossier.pk, 2]), {"ten_ho": "", "von": "5"})
    dossier.application.refresh_from_db()
    assert "ten_ho" not in dossier.application.answers


def test_everything_missing_is_said_once_with_the_way_to_mend_it(me, cast):
    dossier = begin(me, cast)
    page = me.get(reverse("filing-check", args=[dossier.pk])).text
    assert reverse("filing-page", args=[dossier.pk, 2]) + "#id_von" in page
    assert reverse("filing-papers", args=[dossier.pk]) + "#paper-hop_dong_thue" in page
    answer = me.post(
        reverse("filing-check", args=[dossier.pk]),
        {
            "agency": str(cast.commune.pk),
            "return_by": "post",
            "post_address": "12 Hàng Bài",
        },
    )
    assert answer.status_code == 422
    dossier.refresh_from_db()
    assert dossier.business == Business.DRAFT
    assert Wish.objects.get(dossier=dossier).post_address == "12 Hàng Bài"


def test_papers_the_city_holds_are_not_asked_for_and_say_why(me, cast):
    dossier = begin(me, cast)
    page = me.get(reverse("filing-papers", args=[dossier.pk])).text
    assert 'id="file-giay_to_tuy_than"' not in page
    assert 'id="file-hop_dong_thue"' in page


def test_the_rules_for_photos_are_said_before_the_error(me, cast):
    dossier = begin(me, cast)
    page = me.get(reverse("filing-papers", args=[dossier.pk])).text
    assert "HEIC" in page
    heic = b"\x00\x00\x00\x18ftypheic" + b"\x00" * 40
    answer = upload(me, dossier, heic, "IMG_1.HEIC")
    assert answer.status_code == 422
    assert not dossier.papers.exists()


def test_a_phone_photo_is_turned_made_smaller_and_loses_its_place():
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side
    exif.get_ifd(0x8825)[1] = "N"
    exif[0x010F] = "Phone"
    kept, name = acceptable(photo(exif=exif), "IMG 1.jpeg")
    with Image.open(BytesIO(kept)) as picture:
        assert picture.format == "JPEG"
        assert picture.height > picture.width
        assert max(picture.size) <= LONGEST_SIDE
        assert not picture.getexif()
    assert name == "IMG 1.jpg"


@pytest.mark.parametrize(("kind", "name"), [("PNG", "a.png"), ("WEBP", "b.webp"), ("PNG", "lie.pdf")])  # fmt: skip
def test_other_pictures_become_jpeg(kind, name):
    kept, called = acceptable(photo(kind, (800, 600)), name)
    assert kept.startswith(b"\xff\xd8\xff")
    assert called.endswith(".jpg")


def test_a_document_is_kept_as_it_came():
    assert acceptable(PDF, "a.pdf") == (PDF, "a.pdf")


def test_a_broken_photo_is_refused_in_words():
    with pytest.raises(InputRefused):
        acceptable(b"\xff\xd8\xff broken", "a.jpg")


def test_the_same_upload_can_be_repeated_and_replaced(me, cast):
    dossier = begin(me, cast)
    upload(me, dossier)
    upload(me, dossier, PDF + b"2")
    assert dossier.papers.filter(replaced_at=None).count() == 1
    assert dossier.papers.count() == 2


@pytest.fixture
def stored(cast):
    """A paper in the citizen's store that another procedure asks for."""
    decided = make_dossier(Business.DECIDED, cast=cast)
    return StoredPaper.objects.get(from_dossier=decided)


def test_a_paper_of_ones_store_is_used_with_one_tick(me, cast, stored):
    needs = Component(
        "gcn", "Giấy chứng nhận đăng ký hộ kinh doanh", content="household_business"
    )
    # Its own result of an earlier time: of another procedure's it may not even ask.
    publish(definition(code=cast.procedure, components=(needs,)))
    dossier = begin(me, cast)
    papers = reverse("filing-papers", args=[dossier.pk])
    assert str(stored.pk) in me.get(papers).text
    use = {"component": "gcn", "does": "store", "stored": str(stored.pk)}
    assert me.post(papers, use).status_code == 422
    assert not dossier.papers.exists()
    assert me.post(papers, use | {"consent": "yes"}).status_code == 302
    assert dossier.papers.get().stored == stored
    actions.save_draft(dossier=dossier, answers=GOOD, by=cast.citizen)
    actions.file_dossier(dossier=dossier, agency=cast.commune, by=cast.citizen)
    dossier.refresh_from_db()
    assert dossier.reused
    assert dossier.code in me.get(reverse("my-store")).text


def test_nobody_uses_anothers_store(client, cast, stored):
    thief = PersonFactory.create()
    client.force_login(thief)
    dossier = actions.start_draft(procedure=cast.procedure, channel="portal", applicant=thief, by=thief)  # fmt: skip
    use = {
        "component": "hop_dong_thue",
        "does": "store",
        "stored": str(stored.pk),
        "consent": "yes",
    }
    assert (
        client.post(reverse("filing-papers", args=[dossier.pk]), use).status_code == 404
    )
    assert client.get(reverse("stored-file", args=[stored.pk])).status_code == 404


def test_a_paper_only_shown_is_promised_online(me, cast):
    shown = Component("so_do", "Bản chính sổ đỏ", supply=Supply.SHOW)
    cast.procedure = make_cast(definition(components=(shown,))).procedure
    dossier = begin(me, cast)
    me.post(
        reverse("filing-papers", args=[dossier.pk]),
        {"component": "so_do", "does": "show"},
    )
    assert dossier.papers.get().form == 0


# ------------------------------------------------------- doubts about registers


def test_a_wrong_value_of_a_register_opens_a_request_and_is_never_overwritten(me, cast):
    police = Organisation.objects.get(code="H26.CATP")
    dossier = begin(me, cast)
    wrong = reverse("filing-wrong", args=[dossier.pk, "ho_ten"])
    assert wrong in me.get(reverse("filing-page", args=[dossier.pk, 1])).text
    assert me.post(wrong, {"said": ""}).status_code == 422
    assert me.post(wrong, {"said": "Nguyễn Thị Bích"}).status_code == 302
    assert me.post(wrong, {"said": "Nguyễn Thị Bích Hà"}).status_code == 302
    doubt = Correction.objects.get()
    assert (doubt.owner, doubt.source, doubt.said) == (
        police,
        "sign_in",
        "Nguyễn Thị Bích Hà",
    )
    dossier.application.refresh_from_db()
    assert dossier.application.answers["ho_ten"] == cast.citizen.full_name
    [fact] = [f for f in facts_about(dossier.ref) if f.kind == "counter.data_doubted"][
        :1
    ]
    assert "Bích" not in str(fact.figures)


def test_the_registers_owner_answers_a_doubt_and_others_do_not(client, me, cast):
    police = Organisation.objects.get(code="H26.CATP")
    dossier = begin(me, cast)
    doubt = actions.doubt_value(
        dossier=dossier, field="ho_ten", said="Khác", by=cast.citizen
    )
    page = reverse("counter-doubt", args=[doubt.pk])
    assert me.post(page, {"mended": "yes", "answer": "Tự sửa"}).status_code == 403
    client.force_login(cast.head)
    assert client.get(page).status_code == 404
    client.force_login(make_person(Role.OFFICIAL, police))
    assert "Khác" in client.get(reverse("counter-doubts")).text
    assert client.post(page, {"mended": "yes", "answer": "Đã sửa"}).status_code == 302
    doubt.refresh_from_db()
    assert doubt.mended
    assert doubt.answered_at


def test_what_one_typed_oneself_is_not_doubted(cast):
    dossier = make_draft(cast)
    with pytest.raises(RuleBroken):
        actions.doubt_value(dossier=dossier, field="ten_ho", said="x", by=cast.citizen)
    assert not Correction.objects.exists()


# ----------------------------------------------------------------------- fees


def costs(amount: int, **more) -> Fee:
    return Fee("LP1", "Lệ phí đăng ký", FeeKind.FEE, "other", amount=amount, **more)


@pytest.fixture
def paying(db):
    return make_cast(definition(fees=(costs(100_000), Fee("LP2", "Lệ phí trả kết quả", FeeKind.FEE, "other", Collect.ON_RETURN, amount=7_000))))  # fmt: skip


def test_filing_asks_for_the_fees_due_on_receipt(paying):
    dossier = make_dossier(Business.FILED, cast=paying)
    [order] = orders_of(dossier.ref)
    assert (order.amount, order.state) == (100_000, State.WAITING)
    assert (dossier.fee_due, dossier.finance) == (100_000, Finance.NOTIFIED)
    assert dossier.reception_due_at is not None


def test_a_procedure_of_no_cost_is_exempt_and_asks_for_nothing(db):
    cast = make_cast(definition(fees=(costs(0),)))
    dossier = make_dossier(Business.FILED, cast=cast)
    assert (dossier.finance, orders_of(dossier.ref)) == (Finance.EXEMPT, ())


def test_paying_is_noted_and_cannot_be_undone_by_an_official(paying):
    dossier = make_dossier(Business.ACCEPTED, cast=paying)
    [order] = orders_of(dossier.ref)
    take_cash(order_id=order.id, by=paying.receiver)
    dossier.refresh_from_db()
    assert (dossier.finance, dossier.paid_online) == (Finance.PAID, False)
    with pytest.raises(RuleBroken):
        actions.undo_last(dossier=dossier, by=paying.receiver)
    dossier.refresh_from_db()
    assert dossier.finance == Finance.PAID


def test_the_fee_for_filing_does_not_end_a_wait_for_another_duty(paying):
    dossier = make_dossier(Business.IN_PROCESS, cast=paying)
    dossier = name_duty(dossier, paying)
    fee, _duty = orders_of(dossier.ref)
    take_cash(order_id=fee.id, by=paying.receiver)
    dossier.refresh_from_db()
    assert dossier.finance == Finance.WAITING
    assert dossier.intervals.filter(ends_at=None).exists()
    dossier = settle_duty(dossier, paying)
    assert dossier.finance == Finance.PAID


def test_withdrawing_before_acceptance_gives_the_fee_back(paying):
    dossier = make_dossier(Business.FILED, cast=paying)
    [order] = orders_of(dossier.ref)
    take_cash(order_id=order.id, by=paying.receiver)
    dossier = actions.ask_withdrawal(dossier=dossier, by=paying.citizen)
    assert (dossier.business, dossier.finance) == (
        Business.WITHDRAWN,
        Finance.REFUNDING,
    )
    kinds = [f.kind for f in facts_about(order.ref)]
    assert "payments.refund_asked" in kinds


def test_withdrawing_unpaid_cancels_what_was_asked(paying):
    dossier = make_dossier(Business.FILED, cast=paying)
    dossier = actions.ask_withdrawal(dossier=dossier, by=paying.citizen)
    [order] = orders_of(dossier.ref)
    assert order.state is State.CANCELLED
    assert (dossier.finance, dossier.fee_due) == (Finance.NONE, 0)


def test_a_fee_paid_stays_where_work_was_done(paying):
    dossier = make_dossier(Business.IN_PROCESS, cast=paying)
    [order] = orders_of(dossier.ref)
    take_cash(order_id=order.id, by=paying.receiver)
    actions.ask_withdrawal(dossier=dossier, by=paying.citizen)
    dossier = actions.decide_withdrawal(
        dossier=dossier, granted=True, by=paying.officer
    )
    assert dossier.finance == Finance.PAID


def test_the_check_page_says_the_price_and_the_receipt_leads_to_paying(client, paying):
    client.force_login(paying.citizen)
    dossier = make_draft(paying)
    assert "100.000" in client.get(reverse("filing-check", args=[dossier.pk])).text
    client.post(reverse("filing-check", args=[dossier.pk]), {"agency": str(paying.commune.pk), "return_by": "electronic"})  # fmt: skip
    [order] = orders_of(dossier.ref)
    assert reverse("payments-pay", args=[order.token]) in client.get(reverse("filing-receipt", args=[dossier.pk])).text  # fmt: skip


def test_the_desks_receipt_leads_to_the_order_to_take_in_cash(client, paying):
    client.force_login(paying.receiver)
    client.post(reverse("intake"), {"code": paying.procedure, "channel": "counter", "point": str(paying.commune.pk)})  # fmt: skip
    dossier = Dossier.objects.get(filed_by=paying.receiver)
    make_dossier(Business.FILED, cast=paying)  # somebody else's order, not to be found
    client.post(reverse("intake-page", args=[dossier.pk]), {
        "name": "Bà Sáu", "national_id": "001150000077", "ho_ten": "Trần Thị Sáu",
        "ten_ho": "Bún Sáu", "von": "20.000.000", "agency": str(paying.commune.pk),
        "return_by": "point", "form:hop_dong_thue": "1", "file": "1",
    })  # fmt: skip
    [order] = orders_of(dossier.ref)
    receipt = client.get(reverse("filing-receipt", args=[dossier.pk])).text
    [link] = re.findall(rf'href="({reverse("payments")}[?][^"]*)"', receipt)
    assert [row.pk for row in client.get(link).context_data["rows"]] == [order.id]


# -------------------------------------------------------------------- privacy


def test_a_draft_is_its_owners_alone_on_every_page(client, cast):
    dossier = make_draft(cast)
    pages = ["filing", "filing-papers", "filing-check", "filing-receipt", "dossier-supplement", "dossier-withdraw"]  # fmt: skip
    addresses = [reverse(name, args=[dossier.pk]) for name in pages]
    addresses += [reverse("filing-page", args=[dossier.pk, 1]), reverse("filing-wrong", args=[dossier.pk, "ho_ten"])]  # fmt: skip
    for person in (cast.stranger, cast.head, PersonFactory.create()):
        client.force_login(person)
        for address in addresses:
            assert client.get(address).status_code == 404
    before = dossier.application.answers
    client.post(addresses[-2], {"ten_ho": "x"})
    client.post(reverse("filing-discard", args=[dossier.pk]))
    dossier.application.refresh_from_db()
    assert dossier.application.answers == before


def test_a_draft_can_be_thrown_away(me, cast):
    dossier = begin(me, cast)
    me.post(reverse("filing-discard", args=[dossier.pk]))
    assert not Dossier.objects.filter(pk=dossier.pk).exists()


def test_a_procedure_that_is_not_there_or_not_offered_says_so(me, cast):
    assert me.get(reverse("filing-new", args=["9.999999"])).status_code == 404
    closed = make_cast(definition(channels=definition().channels[:1]))
    address = reverse("filing-new", args=[closed.procedure])
    assert me.get(address).status_code == 200
    assert me.post(address).status_code == 422
    assert not Dossier.objects.exists()


def test_answers_are_checked_in_the_order_they_were_asked(me, cast):
    page = me.get(reverse("filing-check", args=[make_draft(cast).pk])).text
    places = [page.index(f"<dt>{title}") for title in ("Họ và tên", "Điện thoại", "Tên hộ kinh doanh", "Vốn")]  # fmt: skip
    assert places == sorted(places)


def test_whoever_handles_a_dossier_sees_what_was_reported_as_wrong(client, cast):
    draft = make_draft(cast)
    actions.doubt_value(dossier=draft, field="ho_ten", said="Tên đúng là khác", by=cast.citizen)  # fmt: skip
    dossier = actions.file_dossier(dossier=draft, agency=cast.commune, by=cast.citizen)
    client.force_login(cast.receiver)
    assert "Tên đúng là khác" in client.get(reverse("dossier", args=[dossier.pk])).text


def test_an_unpaid_filing_fee_is_not_offered_as_a_settled_duty(client, paying):
    dossier = make_dossier(Business.IN_PROCESS, cast=paying)
    client.force_login(paying.officer)
    address = reverse("dossier-action", args=[dossier.pk, "paid"])
    assert address not in client.get(reverse("dossier", args=[dossier.pk])).text
    assert client.post(address, {"exempt": "no", "note": "Biên lai 1"}).status_code == 403  # fmt: skip
    with pytest.raises(RuleBroken, match="No financial duty is open"):
        settle_duty(dossier, paying)
    dossier.refresh_from_db()
    [order] = orders_of(dossier.ref)
    assert (order.state, dossier.finance) == (State.WAITING, Finance.NOTIFIED)


def test_settling_a_duty_leaves_the_unpaid_fee_owed(client, paying):
    dossier = name_duty(make_dossier(Business.IN_PROCESS, cast=paying), paying)
    client.force_login(paying.officer)
    address = reverse("dossier-action", args=[dossier.pk, "paid"])
    assert address in client.get(reverse("dossier", args=[dossier.pk])).text
    assert client.post(address, {"exempt": "no"}).status_code == 422
    assert client.post(address, {"exempt": "yes", "note": "Điều 157 Luật Đất đai"}).status_code == 302  # fmt: skip
    dossier.refresh_from_db()
    fee, duty = orders_of(dossier.ref)
    assert (fee.state, duty.state) == (State.WAITING, State.CANCELLED)
    assert (dossier.status, dossier.finance) == (Status.IN_PROCESS, Finance.NOTIFIED)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("50.000.000", 50_000_000),
        ("50 000 000 ₫", 50_000_000),
        ("1,500đ", 1_500),
        ("-7", -7),
        ("1.5", "1.5"),
        ("50.000.00", "50.000.00"),
        ("٥", "٥"),
    ],
)
def test_a_whole_number_is_read_as_written_and_never_as_another(sent, kept):
    form = {"properties": {"von": {"type": "integer"}}}
    assert typed(form, ["von"], {"von": sent}) == {"von": kept}
