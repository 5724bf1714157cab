"""The official's pages: what they show, what they do, whom they refuse."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import resolve, reverse

from khuevan.catalogue.tests.factories import publish
from khuevan.counter import actions
from khuevan.counter.models import Dossier
from khuevan.counter.rules.states import Business, Outcome
from khuevan.counter.views.offers import OFFERS, dossier_action
from khuevan.journal.public import facts_about
from khuevan.process.public import Duty

from .factories import definition, make_dossier, make_draft, waiting


@pytest.fixture
def as_(client):
    def sign_in(person):
        client.force_login(person)
        return client

    return sign_in


def test_the_inbox_shows_what_waits_for_ones_duty_the_most_urgent_first(
    cast, as_, django_assert_max_num_queries
):
    first, second = (make_dossier(Business.FILED, cast=cast) for _ in range(2))
    make_dossier(Business.SUPPLEMENT, cast=cast)
    client = as_(cast.receiver)
    with django_assert_max_num_queries(15):
        page = client.get(reverse("counter-inbox")).text
    assert page.index(first.code) < page.index(second.code)
    assert as_(cast.clerk).get(reverse("counter-inbox")).text.count("H26.T") == 0


def test_the_inbox_is_counted_and_narrowed_by_procedure_and_searched_by_title(cast, as_):  # fmt: skip
    cake = publish(definition(title="Cấp giấy chứng nhận bánh chưng"))
    other = replace(cast, procedure=cake.code)
    plain = [make_dossier(Business.FILED, cast=cast) for _ in range(2)]
    [baked] = [make_dossier(Business.FILED, cast=other)]
    inbox = reverse("counter-inbox")

    def shown(**asked):
        context = as_(cast.receiver).get(inbox, asked).context_data["inbox"]
        return {row.code for row in context.rows}, context

    codes, everything = shown()
    assert codes == {d.code for d in [*plain, baked]}
    assert everything.by_duty == {"reception": 3}
    assert everything.procedures == [
        (cake.code, baked.title, 1), (cast.procedure, plain[0].title, 2)
    ]  # fmt: skip
    assert shown(procedure=cake.code)[0] == {baked.code}
    assert shown(q="banh CHUNG")[0] == {baked.code}
    assert shown(q=f"bánh {baked.applicant_name.split()[-1]}")[0] == {baked.code}
    assert shown(q="hộ kinh doanh")[0] == {d.code for d in plain}
    assert shown(q="phở bò")[0] == set()


def test_the_inbox_is_counted_by_the_database(cast, as_):
    for _ in range(3):
        make_dossier(Business.FILED, cast=cast)
    with CaptureQueriesContext(connection) as asked:
        as_(cast.receiver).get(reverse("counter-inbox"), {"q": "khong co"})
    counting = [q["sql"] for q in asked if "counter_step" in q["sql"] and "GROUP BY" in q["sql"]]  # fmt: skip
    assert len(counting) == 1


def test_many_are_accepted_at_once_after_a_preview(cast, as_):
    dossiers = [make_dossier(Business.FILED, cast=cast) for _ in range(3)]
    steps = [str(waiting(d, Duty.RECEPTION).pk) for d in dossiers]
    client = as_(cast.receiver)
    asked = {"does": "accept", "step": steps}
    preview = client.post(reverse("counter-bulk"), asked)
    assert preview.status_code == 200
    assert all(d.code in preview.text for d in dossiers)
    assert Dossier.objects.filter(business=Business.FILED).count() == 3
    client.post(reverse("counter-bulk"), asked | {"confirmed": "yes"})
    assert Dossier.objects.filter(business=Business.ACCEPTED).count() == 3


def test_who_signs_sees_the_decision_first(cast, as_):
    dossier = make_dossier(Business.IN_PROCESS, cast=cast)
    actions.draft_result(dossier=dossier, outcome=Outcome.APPROVED, text="Cho phép bán phở", by=cast.officer)  # fmt: skip
    actions.finish_step(step=waiting(dossier, Duty.HANDLE), by=cast.officer)
    actions.finish_step(step=waiting(dossier, Duty.CHECK), by=cast.division)
    client = as_(cast.head)
    one = client.get(reverse("dossier-action", args=[dossier.pk, "sign"])).text
    step = str(waiting(dossier, Duty.SIGN).pk)
    many = client.post(reverse("counter-bulk"), {"does": "sign", "step": [step]}).text
    assert "Cho phép bán phở" in one
    assert "Cho phép bán phở" in many


def test_what_was_left_out_is_named(cast, as_):
    dossier = make_dossier(Business.IN_PROCESS, cast=cast)
    ask = reverse("dossier-action", args=[dossier.pk, "ask"])
    page = as_(cast.officer).post(ask, {}).text
    assert "Căn cứ pháp lý: " in page
    assert not dossier.requests.exists()


def test_a_leader_signs_a_batch_from_the_inbox(cast, as_):
    dossiers = [make_dossier(Business.IN_PROCESS, cast=cast) for _ in range(2)]
    for d in dossiers:
        actions.draft_result(dossier=d, outcome=Outcome.APPROVED, text="Đồng ý", by=cast.officer)  # fmt: skip
        actions.finish_step(step=waiting(d, Duty.HANDLE), by=cast.officer)
        actions.finish_step(step=waiting(d, Duty.CHECK), by=cast.division)
    steps = [str(waiting(d, Duty.SIGN).pk) for d in dossiers]
    as_(cast.head).post(
        reverse("counter-bulk"), {"does": "sign", "step": steps, "confirmed": "yes"}
    )
    assert all(waiting(d, Duty.CLERK) for d in dossiers)


@pytest.mark.parametrize("state", [s for s in Business if s is not Business.DRAFT])
def test_the_page_of_a_dossier_says_who_has_it_in_every_state(cast, as_, state):
    dossier = make_dossier(state, cast=cast)
    for person in (cast.head, cast.citizen):
        page = as_(person).get(reverse("dossier", args=[dossier.pk]))
        assert page.status_code == 200
        assert dossier.code in page.text


def test_the_choices_for_many_dossiers_speak_the_readers_language(cast, as_):
    step = waiting(make_dossier(Business.FILED, cast=cast), Duty.RECEPTION).pk
    asked = {"does": "accept", "step": [step]}
    for language, said in (("vi", "Tiếp nhận"), ("en", "Accept them")):
        client = as_(cast.receiver)
        client.cookies["django_language"] = language
        assert said in client.post(reverse("counter-bulk"), asked).context_data["label"]


def test_whoever_opens_the_result_is_told_to_its_owner(cast, as_):
    dossier = make_dossier(Business.DECIDED, cast=cast)
    result = reverse("dossier-result", args=[dossier.pk])
    for person in (cast.citizen, cast.clerk, cast.clerk, cast.stranger):
        as_(person).get(result)
    readers = [f.actor for f in facts_about(dossier.ref) if f.kind == "counter.application_read"]  # fmt: skip
    assert readers == [cast.clerk.ref]


def test_opening_an_application_is_told_to_its_owner_once_a_day(cast, as_):
    dossier = make_dossier(Business.IN_PROCESS, cast=cast)
    for person in (cast.officer, cast.officer, cast.citizen, cast.head):
        as_(person).get(reverse("dossier", args=[dossier.pk]))
    readers = [f.actor for f in facts_about(dossier.ref) if f.kind == "counter.application_read"]  # fmt: skip
    assert readers == [cast.officer.ref, cast.head.ref]


def test_what_somebody_may_not_see_is_not_there(cast, as_):
    dossier, draft = make_dossier(Business.IN_PROCESS, cast=cast), make_draft(cast)
    paper = dossier.papers.get()
    for address in (
        reverse("dossier", args=[dossier.pk]),
        reverse("paper-file", args=[paper.pk]),
        reverse("dossier-result", args=[dossier.pk]),
        reverse("dossier-action", args=[dossier.pk, "finish"]),
    ):
        assert as_(cast.stranger).get(address).status_code == 404
    assert as_(cast.head).get(reverse("dossier", args=[draft.pk])).status_code == 404


@pytest.mark.parametrize(
    ("state", "who", "slug", "data", "expected"),
    [
        (Business.FILED, "receiver", "accept", {}, Business.ACCEPTED),
        (Business.FILED, "receiver", "refuse", {"reason": "Sai thẩm quyền"}, Business.REFUSED),
        (Business.ACCEPTED, "division", "finish", {"outcome": "ok"}, Business.IN_PROCESS),
        (Business.IN_PROCESS, "officer", "ask",
         {"ask:hop_dong_thue": "on", "why:hop_dong_thue": "Thiếu chữ ký", "legal_basis": "168"},
         Business.SUPPLEMENT),
        (Business.WITHDRAWING, "officer", "withdrawal", {"granted": "yes"}, Business.WITHDRAWN),
        (Business.IN_PROCESS, "head", "stop", {"reason": "Luật"}, Business.STOPPED),
        (Business.ACCEPTED, "receiver", "undo", {}, Business.FILED),
    ],
)  # fmt: skip
def test_what_is_offered_is_done(cast, as_, state, who, slug, data, expected):
    dossier = make_dossier(state, cast=cast)
    client = as_(getattr(cast, who))
    address = reverse("dossier-action", args=[dossier.pk, slug])
    assert client.get(address).status_code == 200
    answer = client.post(address, data)
    assert answer.status_code == 302, answer.text
    dossier.refresh_from_db()
    assert dossier.business == expected


def test_a_broken_rule_is_said_on_the_form_and_nothing_changes(cast, as_):
    dossier = make_dossier(Business.IN_PROCESS, cast=cast)
    address = reverse("dossier-action", args=[dossier.pk, "ask"])
    answer = as_(cast.officer).post(
        address, {"ask:giay_to_tuy_than": "on", "why:giay_to_tuy_than": "Thiếu", "legal_basis": "x"}
    )  # fmt: skip
    assert answer.status_code == 422
    dossier.refresh_from_db()
    assert dossier.business == Business.IN_PROCESS


def test_a_day_off_is_refused_beside_the_new_date(cast, as_):
    dossier = make_dossier(Business.IN_PROCESS, cast=cast)
    address = reverse("dossier-action", args=[dossier.pk, "apologise"])
    sunday = dossier.due_at.date() + timedelta(days=13 - dossier.due_at.weekday())
    answer = as_(cast.officer).post(address, {"new_date": sunday, "reason": "Chờ"})
    assert answer.status_code == 422
    assert list(answer.context_data["form"].errors) == ["new_date"]
    assert f"{sunday:%d/%m/%Y} là ngày nghỉ" in answer.text
    dossier.refresh_from_db()
    assert dossier.reappointed_at is None


def test_actions_of_others_are_refused(cast, as_):
    dossier = make_dossier(Business.IN_PROCESS, cast=cast)
    for slug in ("stop", "sign", "seal"):
        address = reverse("dossier-action", args=[dossier.pk, slug])
        assert as_(cast.officer).post(address, {"reason": "x"}).status_code == 403
    dossier.refresh_from_db()
    assert dossier.business == Business.IN_PROCESS


def test_no_page_of_the_applicant_stands_at_the_address_of_an_officials_action():
    for slug in OFFERS:
        address = reverse("dossier-action", args=[uuid4(), slug])
        assert resolve(address).func is dossier_action
