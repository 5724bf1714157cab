"""What must not get stuck: filing sent twice, old drafts, procedures that call others."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from khuevan.catalogue.public import published
from khuevan.catalogue.tests.factories import publish, take_back
from khuevan.counter import actions
from khuevan.counter.actions.interlinking import close_ended, open_called
from khuevan.counter.queries.inbox import stuck_for
from khuevan.counter.rules.states import Business
from khuevan.journal.public import facts_about
from khuevan.platform.errors import RuleBroken
from khuevan.process.public import Duty

from .factories import (
    FORM,
    STEPS,
    definition,
    make_cast,
    make_dossier,
    make_draft,
    with_time,
)


CALL = {"name": "Đăng ký thường trú", "procedure": "9.990001"}
AGAIN = CALL | {"name": "Đăng ký thường trú cho con"}


def kinds(dossier):
    return [f.kind.removeprefix("counter.") for f in facts_about(dossier.ref)]


# ------------------------------------------------------------- filing again


def test_filing_again_after_acceptance_gives_the_first_receipt(cast):
    dossier = make_dossier(Business.ACCEPTED, cast=cast)
    again = actions.file_dossier(dossier=dossier, agency=cast.commune, by=cast.citizen)
    assert (again.code, again.business) == (dossier.code, Business.ACCEPTED)
    assert kinds(dossier).count("dossier_filed") == 1


# ------------------------------------------------------------------ old drafts


def newer(cast):
    """Publish a version that asks for a shop's sign instead of its capital."""
    old = published(cast.procedure).definition
    parts = {f: p for f, p in FORM["properties"].items() if f != "von"}
    form = {
        **FORM,
        "properties": parts | {"bien_hieu": {"type": "string", "title": "Biển hiệu"}},
        "required": ["ho_ten", "ten_ho"],
        "x-pages": [{"title": "Tất cả", "fields": [*parts, "bien_hieu"]}],
    }
    return publish(replace(old, form=form))


def test_a_draft_of_an_old_version_moves_to_the_one_in_force_with_its_answers(
    cast, client
):
    draft = make_draft(cast)
    version = newer(cast)
    client.force_login(cast.citizen)
    page = client.get(reverse("filing-page", args=[draft.pk, 1]))
    assert page.url == reverse("filing-version", args=[draft.pk])
    assert "Phở" not in client.get(page.url).text
    assert client.post(page.url).url == reverse("filing", args=[draft.pk])
    draft.refresh_from_db()
    draft.application.refresh_from_db()
    assert draft.version == version.id
    assert draft.application.answers["ten_ho"] == "Phở Sen"
    assert "von" not in draft.application.answers
    assert draft.papers.filter(replaced_at=None).get().component == "hop_dong_thue"
    assert actions.file_dossier(dossier=draft, agency=cast.commune, by=cast.citizen).code  # fmt: skip


def test_only_whoever_fills_a_draft_in_moves_it(cast):
    draft = make_draft(cast)
    newer(cast)
    with pytest.raises(PermissionDenied):
        actions.renew_draft(dossier=draft, by=cast.stranger)
    before = draft.version
    draft.refresh_from_db()
    assert draft.version == before


# ------------------------------------------------------- interlinked procedures


@pytest.fixture
def calling(db):
    """A dossier at a step that opens another procedure, which was taken back."""
    child = publish(definition(code="9.990001"))
    cast = make_cast(with_time([*STEPS[:2], CALL, AGAIN, *STEPS[2:]]))
    take_back(child)
    return cast, make_dossier(Business.IN_PROCESS, cast=cast)


def test_a_child_that_cannot_be_opened_is_with_somebody_and_has_a_clock(
    calling, client
):
    cast, dossier = calling
    assert open_called() == 0
    assert open_called() == 0
    [step] = stuck_for(cast.division)
    assert step.person in {cast.division, cast.head}
    assert step.due_at > step.entered_at
    assert "9.990001" in step.remark
    assert kinds(dossier).count("child_stuck") == 1
    client.force_login(step.person)
    assert dossier.code in client.get(reverse("counter-inbox")).text
    publish(definition(code="9.990001"))
    assert open_called() == 1
    assert stuck_for(cast.division) == []


def test_the_same_procedure_called_twice_opens_two_children(calling):
    cast, dossier = calling
    publish(definition(code="9.990001"))
    assert open_called() == 1
    first = dossier.children.get()
    assert open_called() == 0
    actions.refuse_dossier(dossier=first, reason="Đã có", by=cast.receiver)
    assert close_ended() == 1
    assert open_called() == 1
    assert dossier.children.count() == 2
    assert close_ended() == 0, "the first child's end says nothing of the second"


def test_a_head_lets_a_stuck_dossier_go_on_and_says_how_it_is_settled(calling, client):
    cast, dossier = calling
    open_called()
    [step] = stuck_for(cast.head)
    with pytest.raises(PermissionDenied):
        actions.go_on_without_child(step=step, note="Đã làm giấy", by=cast.officer)
    with pytest.raises(RuleBroken):
        actions.go_on_without_child(step=step, note=" ", by=cast.head)
    assert dossier.work.stuck().get() == step
    client.force_login(cast.head)
    settle = reverse("dossier-action", args=[dossier.pk, "without-child"])
    assert client.post(settle, {"note": "Công an đã đăng ký trực tiếp"}).status_code == 302  # fmt: skip
    assert kinds(dossier)[-1] == "child_given_up"
    assert dossier.work.waiting().get().kind == "call"
    open_called()
    [again] = stuck_for(cast.head)
    actions.go_on_without_child(step=again, note="Như trên", by=cast.head)
    assert dossier.work.waiting().get().duty == Duty.HANDLE
