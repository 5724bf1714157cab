"""From a signed contract to its dossier, its certificate, and into force."""

from __future__ import annotations

import zipfile
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from pypdf import PdfReader

from khuevan.catalogue.public import Component, Supply, TestCase
from khuevan.catalogue.tests.factories import publish
from khuevan.contracts import actions
from khuevan.contracts.models import Contract
from khuevan.contracts.rules.duty import Kind, Restriction, Side
from khuevan.contracts.rules.states import State
from khuevan.contracts.rules.terms import Crossing
from khuevan.contracts.tasks import take_facts, watch
from khuevan.contracts.values import Origin
from khuevan.counter.public import accept_dossier, file_dossier
from khuevan.counter.tests.factories import (
    STEPS,
    Cast as Office,
    definition,
    discard,
    make_signed,
    named,
    refuse,
    seal,
)
from khuevan.directory.public import Role
from khuevan.directory.tests.factories import make_person
from khuevan.journal.public import facts_about
from khuevan.platform import clock
from khuevan.platform.errors import RuleBroken

from .factories import draw, make_contract, sign_both


pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("feed_shows_this_transaction"),
]

ASKED = {
    "to_chuc": {"type": "string", "title": "Tên bên nhận", "x-bind": "organisation.name"},
    "ben_giao": {"type": "string", "title": "Bên giao"},
    "cong_nghe": {"type": "string", "title": "Công nghệ"},
    "gia_hop_dong": {"type": "integer", "title": "Giá", "minimum": 0},
    "ngay_ky": {"type": "string", "title": "Ngày ký", "format": "date"},
    "nuoc_ngoai": {"type": "string", "title": "Nước ngoài", "enum": ["co", "khong"]},
    "han_che": {"type": "string", "title": "Hạn chế", "enum": ["co", "khong"]},
}  # fmt: skip
FORM = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "properties": ASKED,
    "required": list(ASKED),
    "x-pages": [{"title": "Hợp đồng", "fields": list(ASKED)}],
}
ANSWERS = {
    "to_chuc": "Bên nhận", "ben_giao": "Bên giao", "cong_nghe": "Màng lọc",
    "gia_hop_dong": 1, "ngay_ky": "2025-10-01", "nuoc_ngoai": "khong", "han_che": "khong",
}  # fmt: skip


@pytest.fixture
def office(cast) -> Office:
    """The department with its procedure, from reception to the clerk."""
    body = cast.staff.appointments.get().organisation
    publish(
        definition(
            [step for step in STEPS if step.get("duty") != "assign"],
            code="9.900007",
            agency=body.code,
            form=FORM,
            components=(
                Component("don", "Đơn", supply=Supply.GENERATED),
                Component("hop_dong", "Hợp đồng"),
            ),
            tests=(TestCase("Đủ", ANSWERS, due_days=3, due_unit="working_day", because="Kiểm thử"),),
        )
    )  # fmt: skip
    return Office(
        commune=body,
        citizen=cast.taker,
        receiver=make_person(Role.OFFICIAL, body),
        officer=make_person(Role.OFFICIAL, body),
        division=make_person(Role.DIVISION_HEAD, body),
        head=make_person(Role.HEAD, body),
        clerk=make_person(Role.CLERK, body),
        stranger=cast.stranger,
        procedure="9.900007",
    )


def row(contract) -> Contract:
    return Contract.objects.get(pk=contract.id)


def opened(cast) -> Contract:
    contract = make_contract(cast, State.SIGNED)
    take_facts()
    return row(contract)


def filed(cast, office) -> Contract:
    contract = opened(cast)
    file_dossier(dossier=named(contract.dossier), agency=office.commune, by=cast.taker)
    take_facts()
    contract.refresh_from_db()
    return contract


def decided(cast, office, *, refused: str = "") -> Contract:
    contract = filed(cast, office)
    dossier = accept_dossier(dossier=named(contract.dossier), by=office.receiver)
    make_signed(dossier, office, refused=refused)
    with clock.telling(clock.now() + timedelta(days=2)):
        seal(dossier, office)
        take_facts()
    contract.refresh_from_db()
    return contract


def last(contract) -> tuple[str, dict[str, Any]]:
    fact = facts_about(contract.ref)[-1]
    return fact.kind.partition(".")[2], fact.figures


def test_the_dossier_opens_by_itself_filled_from_the_contract(cast, office):
    contract = opened(cast)
    dossier = named(contract.dossier)
    answers, told = dossier.application.answers, dossier.application.provenance
    assert dossier.applicant == cast.taker
    assert answers["to_chuc"] == cast.firm.name
    assert answers["ben_giao"] == cast.institute.name
    assert answers["gia_hop_dong"] == 800_000_000
    assert answers["ngay_ky"] == clock.today().isoformat()
    assert (answers["nuoc_ngoai"], answers["han_che"]) == ("khong", "khong")
    assert told["ben_giao"]["source"] == "contract"
    assert told["ben_giao"]["document"] == contract.number
    assert told["to_chuc"]["source"] == "directory"  # a register's value stays
    paper = dossier.papers.get(component="hop_dong")
    assert paper.file == contract.file
    assert last(contract)[0] == "registration_opened"


def test_opened_again_it_is_the_same_dossier(cast, office):
    contract = opened(cast)
    again = actions.open_registration(contract=contract.pk, by=cast.taker)
    assert again.id == contract.pk
    assert row(again).dossier == contract.dossier
    assert last(contract)[0] == "registration_opened"


def test_what_the_dossier_lacks_nothing_of_is_filed_at_once(cast, office):
    contract = filed(cast, office)
    assert contract.filed_on == clock.today()
    assert last(contract)[0] == "registration_filed"
    with clock.telling(clock.now() + timedelta(days=200)):
        watch()
    assert last(contract)[0] == "registration_filed"  # filed in time is never late


def test_the_certificate_sets_the_contract_in_force_on_its_own_date(cast, office):
    contract = decided(cast, office)
    # Numbered and dated when the leader signs; sealed two days later.
    assert (contract.state, contract.in_force_on) == (State.IN_FORCE, clock.today())
    assert contract.certificate.startswith("1/")
    kind, figures = last(contract)
    assert kind == "registration_decided"
    assert (figures["approved"], figures["state"]) == (True, "in_force")


def test_a_refused_registration_leaves_the_contract_without_effect(cast, office):
    contract = decided(cast, office, refused="Nội dung trái luật")
    assert (contract.state, contract.in_force_on) == (State.SIGNED, None)
    assert contract.refusal == "Nội dung trái luật"
    assert last(contract)[1]["approved"] is False
    again = actions.open_registration(contract=contract.pk, by=cast.taker)
    assert row(again).dossier
    assert again.refusal == ""


def test_a_dossier_refused_at_reception_frees_the_contract_for_another(cast, office):
    contract = filed(cast, office)
    refuse(named(contract.dossier), office)
    take_facts()
    contract.refresh_from_db()
    assert (contract.dossier, contract.filed_on) == ("", None)
    assert contract.refusal == "Không thuộc thẩm quyền"
    assert last(contract)[0] == "registration_closed"
    with clock.telling(clock.now() + timedelta(days=91)):
        watch()
    assert last(contract)[0] == "contract_fell_late"


def test_a_draft_thrown_away_frees_the_contract_for_another(cast, office):
    contract = opened(cast)
    discard(named(contract.dossier), cast.taker)
    take_facts()
    contract.refresh_from_db()
    assert (contract.dossier, contract.refusal) == ("", "")


def test_facts_read_twice_change_nothing(cast, office):
    contract = decided(cast, office)
    before = len(facts_about(contract.ref))
    actions.follow_dossier(contract=contract.pk, by=None)
    assert len(facts_about(contract.ref)) == before


def test_what_may_be_registered_is_registered_only_when_asked_for(cast, office):
    contract = make_contract(cast, State.IN_FORCE)
    take_facts()
    assert row(contract).dossier == ""
    asked = actions.open_registration(contract=contract.id, by=cast.taker)
    assert asked.duty.kind is Kind.VOLUNTARY
    assert row(contract).dossier
    assert row(contract).state == State.IN_FORCE


def test_a_voluntary_certificate_is_kept_and_changes_no_day(cast, office):
    contract = make_contract(cast, State.IN_FORCE)
    actions.open_registration(contract=contract.id, by=cast.taker)
    dossier = named(row(contract).dossier)
    file_dossier(dossier=dossier, agency=office.commune, by=cast.taker)
    actions.follow_dossier(contract=contract.id, by=None)
    before = len(facts_about(contract.ref))
    actions.follow_dossier(contract=contract.id, by=None)  # nothing new
    assert len(facts_about(contract.ref)) == before
    dossier = accept_dossier(dossier=dossier, by=office.receiver)
    make_signed(dossier, office)
    seal(dossier, office)
    take_facts()
    assert row(contract).certificate.startswith("1/")
    assert row(contract).in_force_on == contract.in_force_on
    assert row(contract).state == State.IN_FORCE


def test_the_page_leads_who_may_to_the_dossier(cast, office, client):
    contract = opened(cast)
    page = reverse("contract", args=[contract.number])
    client.force_login(cast.taker)
    address = reverse("filing", args=[named(contract.dossier).pk])
    assert address in client.get(page).text
    client.force_login(cast.giver)
    text = client.get(page).text
    assert address not in text
    assert "do bên có nghĩa vụ mở" in text
    file_dossier(dossier=named(contract.dossier), agency=office.commune, by=cast.taker)
    take_facts()
    client.force_login(cast.taker)
    text = client.get(page).text
    assert reverse("dossier", args=[named(contract.dossier).pk]) in text
    assert "cơ quan nhà nước" in text  # has it now


def test_only_the_side_that_files_opens_the_dossier(cast, office):
    contract = make_contract(cast, State.IN_FORCE)
    assert contract.duty.filer is Side.TAKER
    for person in (cast.giver, cast.staff, cast.stranger):
        with pytest.raises(PermissionDenied):
            actions.open_registration(contract=contract.id, by=person)
    assert row(contract).dossier == ""


def test_what_the_ministry_registers_opens_no_dossier_here(cast, office):
    contract = make_contract(cast, State.SIGNED, crossing=Crossing.INBOUND)
    take_facts()
    assert row(contract).dossier == ""
    with pytest.raises(RuleBroken, match="city's counter"):
        actions.open_registration(contract=contract.id, by=cast.taker)


def test_without_a_published_procedure_the_duty_still_stands(cast, caplog):
    contract = make_contract(cast, State.SIGNED)
    assert take_facts() > 0
    assert "no dossier opened" in caplog.text
    assert row(contract).dossier == ""
    with pytest.raises(RuleBroken, match=r"9\.900007"):
        actions.open_registration(contract=contract.id, by=cast.taker)
    assert last(row(contract))[0] == "contract_signed"


def test_what_only_one_side_signed_is_not_registered(cast, office):
    contract = make_contract(cast, State.HALF_SIGNED)
    with pytest.raises(RuleBroken, match="not signed by both"):
        actions.open_registration(contract=contract.id, by=cast.taker)


# --------------------------------------------------------------- papers for a ministry


def inside(packed) -> dict[str, str]:
    """Return the text of every PDF of an archive by its name."""
    with zipfile.ZipFile(BytesIO(packed)) as archive:
        return {
            name: " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(archive.read(name))).pages).split())
            for name in archive.namelist()
        }  # fmt: skip


@pytest.mark.parametrize("restriction", [Restriction.NO, Restriction.UNLICENSED])
def test_what_a_ministry_answers_has_its_papers_ready(client, cast, restriction):
    drawn = draw(
        cast, origin=Origin(restriction=restriction), crossing=Crossing.INBOUND
    )
    contract = sign_both(drawn, cast)
    address = reverse("contract-ministry", args=[contract.number])
    client.force_login(cast.taker)
    assert address in client.get(reverse("contract", args=[contract.number])).text
    application, paper, papers = inside(client.post(address).content).values()
    assert cast.firm.name in application
    assert "800.000.000" in application
    assert contract.number in paper
    assert f"{contract.due_on:%d/%m/%Y}" in papers
    licence = restriction is Restriction.UNLICENSED
    assert ("giấy phép" in application) is licence
    assert ("Mẫu số 01" in papers) is not licence
    assert last(row(contract))[0] == "papers_taken"


def test_papers_for_a_ministry_are_for_who_files_and_the_exchange(client, cast):
    contract = make_contract(cast, State.SIGNED, crossing=Crossing.INBOUND)
    address = reverse("contract-ministry", args=[contract.number])
    before = len(facts_about(contract.ref))
    client.force_login(cast.giver)
    assert address not in client.get(reverse("contract", args=[contract.number])).text
    assert client.post(address).status_code == 403
    client.force_login(cast.stranger)
    assert client.post(address).status_code == 404
    assert len(facts_about(contract.ref)) == before
    client.force_login(cast.staff)
    assert client.post(address).status_code == 200


def test_what_the_department_registers_has_no_papers_for_a_ministry(client, cast):
    contract = make_contract(cast, State.SIGNED)
    with pytest.raises(RuleBroken, match="waits for no ministry"):
        actions.take_ministry_papers(contract=contract.id, by=cast.taker)
    client.force_login(cast.taker)
    assert client.post(reverse("contract-ministry", args=[contract.number])).status_code == 404  # fmt: skip
    assert last(row(contract))[0] != "papers_taken"
