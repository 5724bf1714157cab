"""What nobody types again: where each value came from, and on whose consent."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from khuevan.catalogue.public import Channel
from khuevan.catalogue.tests.factories import publish
from khuevan.counter import actions
from khuevan.counter.models import Correction, Dossier
from khuevan.counter.rules.states import Business
from khuevan.directory.public import Role
from khuevan.directory.tests.factories import (
    AppointmentFactory,
    OrganisationFactory,
    make_person,
)
from khuevan.journal.public import facts_about
from khuevan.platform import files

from .factories import FORM, definition, make_dossier, make_draft


def changing(**fields) -> str:
    """Publish a procedure whose form asks for some bound fields; return its code."""
    parts = {f: {"type": "string", "title": f, "x-bind": name} for f, name in fields.items()}  # fmt: skip
    form = {
        **FORM,
        "properties": {**FORM["properties"], **parts},
        "x-pages": [{"title": "Đang có", "fields": list(parts)}, *FORM["x-pages"]],
    }
    return publish(replace(definition(), form=form)).code


def begin(person, code, **choices) -> Dossier:
    return actions.start_draft(procedure=code, channel=Channel.PORTAL, applicant=person, by=person, **choices)  # fmt: skip


@pytest.fixture
def firm(db):
    return OrganisationFactory.create(kind="enterprise", name="Công ty Sông Hồng")


# ------------------------------------------------------------------ the store


def test_with_consent_the_results_in_the_store_fill_the_next_form(cast, client):
    first = make_dossier(Business.DECIDED, cast=cast)
    code = changing(
        ten="result.household_business.ten_ho", so="result.household_business.number"
    )  # fmt: skip
    client.force_login(cast.citizen)
    assert 'name="store"' in client.get(reverse("filing-new", args=[code])).text
    client.post(reverse("filing-new", args=[code]), {"store": "yes"})
    application = Dossier.objects.get(procedure=code).application
    assert application.answers["ten"] == "Phở Sen"
    assert application.answers["so"] == first.result.number
    told = application.provenance["ten"]
    assert (told["source"], told["document"], told["fixed"]) == ("store", first.code, False)  # fmt: skip
    consent = application.consent["filled"]
    assert consent["by"] == cast.citizen.ref
    assert consent["from"] == {
        "person.full_name": "sign_in",
        "person.phone": "sign_in",
        "result.household_business.number": "store",
        "result.household_business.ten_ho": "store",
    }
    page = client.get(reverse("filing-page", args=[application.dossier_id, 1])).text
    assert f"({first.code})" in page
    [began] = facts_about(application.dossier.ref)
    assert began.figures["filled"] == {"sign_in": 2, "store": 2}


def test_without_consent_the_store_stays_closed(cast):
    make_dossier(Business.DECIDED, cast=cast)
    draft = begin(cast.citizen, changing(ten="result.household_business.ten_ho"))
    assert "ten" not in draft.application.answers
    assert "store" not in str(draft.application.consent)


def test_nobody_opens_anothers_store(cast):
    make_dossier(Business.DECIDED, cast=cast)
    code = changing(ten="result.household_business.ten_ho")
    with pytest.raises(PermissionDenied):
        actions.start_draft(
            procedure=code, channel=Channel.COUNTER, applicant=cast.citizen,
            point=cast.commune, from_store=True, by=cast.receiver,
        )  # fmt: skip
    assert not Dossier.objects.filter(procedure=code).exists()


# ------------------------------------------------------------- what is sent back


def test_a_value_sent_back_as_it_was_filled_stays_its_sources(cast):
    draft = make_draft(cast, dien_thoai="0912345678")
    assert draft.application.provenance["dien_thoai"]["source"] == "sign_in"
    actions.save_draft(dossier=draft, answers={"dien_thoai": "0987654321"}, by=cast.citizen)  # fmt: skip
    draft.application.refresh_from_db()
    assert draft.application.provenance["dien_thoai"] == {"source": "applicant"}


# ---------------------------------------------------------------------- firms


def test_what_the_register_says_of_a_firm_is_doubted_not_typed_over(firm):
    person = make_person(Role.MEMBER, firm)
    draft = begin(person, changing(ten="organisation.name", ma="organisation.code"))
    actions.save_draft(dossier=draft, answers={"ten": "Tên khác", "ma": "X"}, by=person)
    draft.application.refresh_from_db()
    answers = draft.application.answers
    assert (answers["ten"], answers["ma"]) == (firm.name, firm.code)
    actions.doubt_value(dossier=draft, field="ten", said="Công ty Sông Hồng Mới", by=person)  # fmt: skip
    doubt = Correction.objects.get(dossier=draft)
    assert (doubt.value, doubt.source) == (firm.name, "directory")


def test_who_acts_for_two_firms_says_which_one(firm):
    person = make_person(Role.MEMBER, firm)
    other = OrganisationFactory.create(kind="enterprise")
    AppointmentFactory.create(person=person, organisation=other, role=Role.MEMBER)
    draft = begin(person, changing(ten="organisation.name"))
    assert "ten" not in draft.application.answers


# ---------------------------------------------------- what another room knows


def test_another_room_fills_a_draft_and_says_from_which_paper(cast):
    draft = begin(cast.citizen, cast.procedure)
    file = files.keep(b"%PDF-1.4\n%%EOF\n", "hop-dong.pdf")
    answers = {"ten_ho": "Phở Sen", "von": 5, "la": "không có trong biểu mẫu"}
    draft = actions.prefill_draft(
        dossier=draft, answers=answers, source="contract", document="HD-1",
        papers={"hop_dong_thue": file}, by=cast.citizen,
    )  # fmt: skip
    application = draft.application
    assert (application.answers["ten_ho"], application.answers["von"]) == ("Phở Sen", 5)
    assert "la" not in application.answers
    told = application.provenance["von"]
    assert (told["source"], told["document"], told["fixed"]) == ("contract", "HD-1", False)  # fmt: skip
    assert draft.papers.get(component="hop_dong_thue").file == file
    assert facts_about(draft.ref)[-1].figures["papers"] == [file.sha256]
    actions.save_draft(dossier=draft, answers={"von": 7}, by=cast.citizen)
    application.refresh_from_db()
    assert application.provenance["von"] == {"source": "applicant"}


def test_what_a_register_filled_no_other_room_fills(cast):
    draft = begin(cast.citizen, cast.procedure)
    before = dict(draft.application.answers)
    actions.prefill_draft(
        dossier=draft, answers={"ho_ten": "Người khác"}, source="contract",
        document="HD-1", papers={}, by=cast.citizen,
    )  # fmt: skip
    draft.application.refresh_from_db()
    assert draft.application.answers == before


def test_nobody_fills_anothers_draft(cast):
    draft = begin(cast.citizen, cast.procedure)
    with pytest.raises(PermissionDenied):
        actions.prefill_draft(
            dossier=draft, answers={"ten_ho": "X"}, source="contract", document="HD-1",
            papers={}, by=cast.stranger,
        )  # fmt: skip
    draft.application.refresh_from_db()
    assert "ten_ho" not in draft.application.answers
