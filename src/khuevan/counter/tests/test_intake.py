"""Taking dossiers in: for people with and without an account, at any point."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from khuevan.counter.models import Dossier
from khuevan.counter.rules.states import Business
from khuevan.directory.public import OrganisationKind, Role
from khuevan.directory.tests.factories import (
    OrganisationFactory,
    PersonFactory,
    make_person,
)


WALK_IN = {
    "name": "Bà Trần Thị Sáu",
    "national_id": "001150000077",
    "phone": "0987654321",
}
ANSWERS = {"ho_ten": "Trần Thị Sáu", "ten_ho": "Bún Sáu", "von": "20.000.000"}


@pytest.fixture
def point(cast):
    """A point elsewhere in the city: it receives, it does not decide."""
    return OrganisationFactory.create(
        kind=OrganisationKind.POINT, code="H26.TTPVHCC.T1.D1"
    )


@pytest.fixture
def desk(client, point):
    client.official = make_person(Role.OFFICIAL, point)
    client.force_login(client.official)
    return client


def begin(desk, cast, point, channel="counter", national_id=""):
    answer = desk.post(
        reverse("intake"),
        {"code": cast.procedure, "channel": channel, "point": str(point.pk), "national_id": national_id},
    )  # fmt: skip
    assert answer.status_code == 302, answer.text
    return Dossier.objects.get(business=Business.DRAFT, filed_by=desk.official)


def filled(cast, **more):
    return {
        **WALK_IN, **ANSWERS, "agency": str(cast.commune.pk), "return_by": "point",
        "form:hop_dong_thue": "1", "file": "1", **more,
    }  # fmt: skip


def test_a_dossier_is_taken_in_and_accepted_at_once_at_any_point(desk, cast, point):
    dossier = begin(desk, cast, point)
    page = reverse("intake-page", args=[dossier.pk])
    assert "Hợp đồng thuê" in desk.get(page).text
    answer = desk.post(page, filled(cast))
    assert answer.url == reverse("filing-receipt", args=[dossier.pk]), answer.text
    dossier.refresh_from_db()
    assert dossier.business == Business.ACCEPTED
    assert (dossier.receiving_point, dossier.agency, dossier.return_point) == (point, cast.commune, point)  # fmt: skip
    assert dossier.applicant is None
    assert dossier.applicant_name == WALK_IN["name"]
    assert dossier.application.phone == WALK_IN["phone"]
    assert dossier.papers.get().form == 1
    assert dossier.code in desk.get(answer.url).text
    assert desk.get(reverse("dossier", args=[dossier.pk])).status_code == 200


@pytest.mark.parametrize(
    ("number", "promised", "told"),
    [("001190000001", "We tell you of every change.", "follow it with the code"),
     ("", "Without an account we cannot send messages", "follow it with the code"),
     ("", "Without an account we cannot send messages", "cannot be followed online")],
)  # fmt: skip
def test_the_receipt_promises_only_what_can_be_kept(
    desk, cast, point, number, promised, told
):
    dossier = begin(desk, cast, point, national_id=number)
    none = {"national_id": "", "phone": ""} if "cannot" in told else {}
    sent = desk.post(reverse("intake-page", args=[dossier.pk]), filled(cast, **none))
    assert sent.status_code == 302, sent.text
    desk.cookies["django_language"] = "en"
    page = desk.get(reverse("filing-receipt", args=[dossier.pk])).text
    assert promised in page
    assert told in page
    assert ("We tell you of every change." in page) == bool(number)


def test_a_walk_in_applicant_follows_by_code(desk, client, cast, point):
    dossier = begin(desk, cast, point)
    desk.post(reverse("intake-page", args=[dossier.pk]), filled(cast))
    dossier.refresh_from_db()
    client.logout()
    answer = client.post(
        reverse("dossier-follow"), {"code": dossier.code, "factor": "4321"}
    )
    assert client.get(answer.url).status_code == 200


def test_whoever_has_an_account_finds_it_among_their_own(desk, client, cast, point):
    dossier = begin(desk, cast, point, national_id=cast.citizen.national_id)
    assert dossier.applicant == cast.citizen
    desk.post(reverse("intake-page", args=[dossier.pk]), filled(cast))
    client.force_login(cast.citizen)
    assert str(dossier.pk) in client.get(reverse("my-dossiers")).text


def test_a_scan_makes_the_paper_digitised(desk, cast, point):
    dossier = begin(desk, cast, point)
    scan = SimpleUploadedFile("hd.pdf", b"%PDF-1.4\n%%EOF\nscan")
    desk.post(
        reverse("intake-page", args=[dossier.pk]),
        filled(cast) | {"scan:hop_dong_thue": scan},
    )
    paper = dossier.papers.get(replaced_at=None)
    assert (paper.form, paper.digitised) == (1, True)
    dossier.refresh_from_db()
    assert dossier.papers_digitised == dossier.papers_due


def test_everything_missing_is_said_and_what_was_typed_is_kept(desk, cast, point):
    dossier = begin(desk, cast, point)
    page = reverse("intake-page", args=[dossier.pk])
    sent = filled(cast, von="", name="") | {"form:hop_dong_thue": ""}
    answer = desk.post(page, sent)
    assert answer.status_code == 422
    for anchor in ("#id_von", "#id_name", "#paper-hop_dong_thue"):
        assert anchor in answer.text
    dossier.refresh_from_db()
    assert dossier.business == Business.DRAFT
    assert dossier.application.answers["ten_ho"] == "Bún Sáu"
    kept = desk.post(
        page, {k: v for k, v in filled(cast).items() if k != "file"} | {"keep": "1"}
    )
    assert kept.status_code == 302
    assert "Bún Sáu" in desk.get(page).text


def test_help_online_needs_consent_and_leaves_reception_to_the_agency(
    desk, cast, point
):
    dossier = begin(desk, cast, point, channel="assisted")
    page = reverse("intake-page", args=[dossier.pk])
    assert desk.post(page, filled(cast)).status_code == 422
    dossier.refresh_from_db()
    assert dossier.business == Business.DRAFT
    scan = SimpleUploadedFile("hd.pdf", b"%PDF-1.4\n%%EOF\n")
    answer = desk.post(
        page, filled(cast, consent="said") | {"scan:hop_dong_thue": scan}
    )
    assert answer.status_code == 302, answer.text
    dossier.refresh_from_db()
    assert dossier.business == Business.FILED
    assert (dossier.support_point, dossier.receiving_point) == (point, cast.commune)
    assert dossier.application.consent["how"] == "said"


def test_only_reception_officials_take_in_and_only_at_their_own_point(
    client, desk, cast, point
):
    elsewhere = OrganisationFactory.create(kind=OrganisationKind.POINT)
    sent = {"code": cast.procedure, "channel": "counter", "point": str(elsewhere.pk)}
    assert desk.post(reverse("intake"), sent).status_code == 422
    for person in (PersonFactory.create(), cast.clerk, cast.head):
        client.force_login(person)
        assert client.get(reverse("intake")).status_code == 403
        assert client.post(reverse("intake"), sent).status_code == 403
    assert not Dossier.objects.exists()


def test_nobody_takes_in_their_own_dossier(desk, cast, point):
    official = desk.official
    official.national_id = "001190009999"
    official.save()
    sent = {
        "code": cast.procedure,
        "channel": "counter",
        "point": str(point.pk),
        "national_id": "001190009999",
    }
    assert desk.post(reverse("intake"), sent).status_code == 422
    assert not Dossier.objects.exists()


def test_a_colleague_does_not_open_anothers_intake(client, desk, cast, point):
    dossier = begin(desk, cast, point)
    client.force_login(make_person(Role.OFFICIAL, point))
    assert client.get(reverse("intake-page", args=[dossier.pk])).status_code == 404


def test_procedures_are_found_without_accents(desk, cast, point):
    page = desk.get(reverse("intake"), {"q": "dang ky ho kinh doanh"}).text
    assert cast.procedure in page


def test_filing_twice_gives_the_first_receipt(desk, cast, point):
    dossier = begin(desk, cast, point)
    page = reverse("intake-page", args=[dossier.pk])
    first = desk.post(page, filled(cast, idempotency_key="a"))
    assert (
        desk.post(page, filled(cast, idempotency_key="a"))["Location"]
        == first["Location"]
    )
    assert (
        desk.post(page, filled(cast, idempotency_key="b"))["Location"]
        == first["Location"]
    )
    assert Dossier.objects.count() == 1
