"""Following a dossier: one's own page in every state, what was asked, by code."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from khuevan.catalogue.public import Channel
from khuevan.counter import actions
from khuevan.counter.queries.page import readers_of
from khuevan.counter.rules.states import Business, Delivery
from khuevan.counter.rules.supplements import Asked
from khuevan.feedback.public import petitions_about
from khuevan.platform import clock
from khuevan.platform.errors import RuleBroken
from khuevan.platform.tries import TRIES_OF_A_CODE, TRIES_OF_AN_ADDRESS
from khuevan.process.public import Duty
from khuevan.worktime.public import add_working_days

from .factories import (
    BASIS,
    GOOD,
    LACKING,
    make_dossier,
    make_draft,
    make_signed,
    waiting,
)


@pytest.fixture
def me(client, cast):
    client.force_login(cast.citizen)
    return client


@pytest.mark.parametrize("state", [s for s in Business if s is not Business.DRAFT])
def test_ones_own_page_says_who_has_it_and_what_comes_next(me, cast, state):
    dossier = make_dossier(state, cast=cast)
    page = me.get(reverse("dossier", args=[dossier.pk]))
    assert page.status_code == 200
    assert cast.commune.name in page.text
    assert "journal" in page.text
    assert reverse("feedback-send") in page.text


def test_a_draft_leads_back_to_its_filling_in(me, cast):
    dossier = make_draft(cast)
    answer = me.get(reverse("dossier", args=[dossier.pk]))
    assert answer.url == reverse("filing", args=[dossier.pk])


def test_what_the_applicant_must_do_is_the_first_thing_said(me, cast):
    asked = make_dossier(Business.SUPPLEMENT, cast=cast)
    page = me.get(reverse("dossier", args=[asked.pk])).text
    assert page.index(reverse("dossier-supplement", args=[asked.pk])) < page.index('class="holder"')  # fmt: skip
    done = make_dossier(Business.DECIDED, cast=cast)
    page = me.get(reverse("dossier", args=[done.pk])).text
    assert page.index(reverse("dossier-result", args=[done.pk])) < page.index(
        'class="holder"'
    )


def test_a_late_dossier_says_so_and_where_to_ask(me, cast):
    with clock.telling(clock.now() - timedelta(days=30)):
        dossier = make_dossier(Business.IN_PROCESS, cast=cast)
    page = me.get(reverse("dossier", args=[dossier.pk])).text
    assert f"{reverse('feedback-send')}?about=" in page
    assert "tag late" in page


def test_the_applicant_sees_who_opened_the_application(me, cast):
    dossier = make_dossier(Business.IN_PROCESS, cast=cast)
    actions.read_application(dossier=dossier, by=cast.officer)
    page = me.get(reverse("dossier", args=[dossier.pk])).text
    assert cast.officer.full_name in page


def test_internal_notes_stay_internal(me, cast):
    dossier = make_dossier(Business.IN_PROCESS, cast=cast)
    actions.add_note(dossier=dossier, text="Ghi chú nội bộ bí mật", by=cast.officer)
    assert "bí mật" not in me.get(reverse("dossier", args=[dossier.pk])).text


def test_an_unsealed_result_is_not_handed_out_to_the_applicant(me, cast):
    dossier = make_signed(make_dossier(Business.IN_PROCESS, cast=cast), cast)
    result = reverse("dossier-result", args=[dossier.pk])
    assert me.get(result).status_code == 404
    actions.seal_result(dossier=dossier, by=cast.clerk)
    assert me.get(result).status_code == 200


def test_a_decided_dossier_is_rated_in_one_tap(client, me, cast):
    dossier = make_dossier(Business.DECIDED, cast=cast)
    rate = reverse("dossier-rate", args=[dossier.pk])
    assert rate in me.get(reverse("dossier", args=[dossier.pk])).text
    link = me.post(rate).url
    assert me.post(rate).url == link
    client.logout()
    assert client.get(link).status_code == 200
    running = make_dossier(Business.IN_PROCESS, cast=cast)
    client.force_login(cast.citizen)
    assert me.post(reverse("dossier-rate", args=[running.pk])).status_code == 404


# ----------------------------------------------------------------- petitions


WRONG = {"text": "Hồ sơ của tôi bị chậm mà không ai nói vì sao", "kind": "phan_anh", "category": "conduct", "phone": "0912345678"}  # fmt: skip


def write_about(client, cast, dossier):
    page = client.get(reverse("dossier", args=[dossier.pk])).text
    [address] = set(re.findall(rf'"({reverse("feedback-send")}[^"]*)"', page))
    form = client.get(address)
    assert form.context_data["form"].initial["procedure"] == dossier.code
    [about] = re.findall(r'name="about" value="([^"]+)"', form.text)
    sent = client.post(reverse("feedback-send"), WRONG | {"about": about, "organisation": cast.commune.pk})  # fmt: skip
    assert sent.status_code == 302, sent.text
    return petitions_about(dossier.ref, person=cast.citizen)


def test_a_petition_from_a_dossiers_page_is_shown_there_with_how_it_stands(
    me, client, cast
):
    dossier, other = (make_dossier(Business.IN_PROCESS, cast=cast) for _ in range(2))
    [petition] = write_about(me, cast, dossier)
    assert petitions_about(other.ref, person=cast.citizen) == ()
    page = me.get(reverse("dossier", args=[dossier.pk])).text
    assert petition.code in page
    assert petition.state in page
    assert me.get(petition.address).status_code == 200
    client.force_login(cast.head)
    agencys = client.get(reverse("dossier", args=[dossier.pk])).text
    assert petition.code in agencys
    assert WRONG["text"] not in agencys
    assert petition.code not in client.get(reverse("dossier", args=[other.pk])).text


def test_nobody_makes_up_which_dossier_a_petition_is_about(client, cast):
    dossier = make_dossier(Business.IN_PROCESS, cast=cast)
    for about in (dossier.ref, dossier.code, ""):
        sent = client.post(reverse("feedback-send"), WRONG | {"about": about, "organisation": cast.commune.pk})  # fmt: skip
        assert sent.status_code == 302
    assert petitions_about(dossier.ref, person=cast.citizen) == ()


# --------------------------------------------------------------- supplements


def pdf(name="moi.pdf"):
    return SimpleUploadedFile(name, b"%PDF-1.4\n%%EOF\nnew")


def test_everything_asked_for_is_answered_on_one_page_and_sent(me, cast):
    dossier = make_dossier(Business.IN_PROCESS, cast=cast)
    asked = [*LACKING, Asked("form", "Vốn ghi sai", field="von")]
    request = actions.ask_supplement(dossier=dossier, items=asked, legal_basis=BASIS, by=cast.officer)  # fmt: skip
    paper, answer = request.items.order_by("pk")
    address = reverse("dossier-supplement", args=[dossier.pk])
    page = me.get(address).text
    assert "Thiếu trang ký" in page
    assert "Vốn ghi sai" in page
    wrong = me.post(address, {"von": "không rõ", "send": "1"})
    assert wrong.status_code == 422
    early = me.post(address, {"von": "70.000.000", "send": "1"})
    assert early.status_code == 422
    done = me.post(
        address, {"von": "70.000.000", f"file:{paper.pk}": pdf(), "send": "1"}
    )
    assert done.url == reverse("dossier", args=[dossier.pk])
    dossier.refresh_from_db()
    assert dossier.business == Business.IN_PROCESS
    assert dossier.application.answers["von"] == 70_000_000
    assert answer.pk


def test_an_answer_can_be_kept_and_sent_later(me, cast):
    dossier = make_dossier(Business.SUPPLEMENT, cast=cast)
    [item] = dossier.requests.get().items.all()
    address = reverse("dossier-supplement", args=[dossier.pk])
    me.post(address, {f"file:{item.pk}": pdf(), "keep": "1"})
    dossier.refresh_from_db()
    assert dossier.business == Business.SUPPLEMENT
    assert "moi.pdf" in me.get(address).text
    me.post(address, {"send": "1"})
    dossier.refresh_from_db()
    assert dossier.business == Business.IN_PROCESS
    assert me.get(address).url == reverse("dossier", args=[dossier.pk])


# ---------------------------------------------------------------- withdrawal


@pytest.mark.parametrize(
    ("state", "after"),
    [(Business.FILED, Business.WITHDRAWN), (Business.TO_COMPLETE, Business.WITHDRAWN),
     (Business.IN_PROCESS, Business.WITHDRAWING)],
)  # fmt: skip
def test_one_withdraws_at_once_before_acceptance_and_asks_after(me, cast, state, after):
    dossier = make_dossier(state, cast=cast)
    address = reverse("dossier-withdraw", args=[dossier.pk])
    assert me.get(address).status_code == 200
    assert me.post(address, {"reason": ""}).status_code == 302
    dossier.refresh_from_db()
    assert dossier.business == after


def test_what_is_decided_is_not_withdrawn(me, cast):
    dossier = make_dossier(Business.DECIDED, cast=cast)
    assert me.post(reverse("dossier-withdraw", args=[dossier.pk])).status_code == 302
    dossier.refresh_from_db()
    assert dossier.business == Business.DECIDED


def test_a_withdrawal_is_taken_back_within_half_an_hour(me, cast):
    dossier = make_dossier(Business.WITHDRAWING, cast=cast)
    keep = reverse("dossier-keep", args=[dossier.pk])
    assert keep in me.get(reverse("dossier", args=[dossier.pk])).text
    me.post(keep)
    dossier.refresh_from_db()
    assert dossier.business == Business.IN_PROCESS
    assert waiting(dossier, Duty.HANDLE).person == cast.officer


def test_a_withdrawal_stands_after_half_an_hour_and_is_ones_own(cast):
    dossier = make_dossier(Business.WITHDRAWING, cast=cast)
    with pytest.raises(PermissionDenied):
        actions.take_back_withdrawal(dossier=dossier, by=cast.officer)
    with clock.telling(clock.now() + timedelta(minutes=31)), pytest.raises(RuleBroken):
        actions.take_back_withdrawal(dossier=dossier, by=cast.citizen)
    dossier.refresh_from_db()
    assert dossier.business == Business.WITHDRAWING


# ------------------------------------------------------------------- by code


def test_code_and_four_digits_show_where_it_is_and_nothing_personal(client, cast):
    dossier = make_dossier(Business.IN_PROCESS, cast=cast)
    answer = client.post(reverse("dossier-follow"), {"code": dossier.code.lower(), "factor": "5678"})  # fmt: skip
    page = client.get(answer.url).text
    assert dossier.code in page
    assert cast.commune.name in page
    for official in (cast.receiver, cast.officer, cast.division):
        assert official.full_name in page, "who received, assigned and handles it"
    for private in (cast.citizen.full_name, "0912345678", "Phở Sen"):
        assert private not in page
    with clock.telling(clock.now() + timedelta(hours=2)):
        assert client.get(answer.url).status_code == 302


def test_who_follows_by_code_reads_the_apology_and_the_new_date(client, cast):
    dossier = make_dossier(Business.IN_PROCESS, cast=cast)
    later = add_working_days(clock.local_day(dossier.due_at), 5)
    actions.apologise(dossier=dossier, new_date=later, reason="Chờ ý kiến của công an", by=cast.officer)  # fmt: skip
    page = client.post(reverse("dossier-follow"), {"code": dossier.code, "factor": "5678"}, follow=True).text  # fmt: skip
    assert "Chờ ý kiến của công an" in page
    assert f"{later:%d/%m/%Y}" in page


def test_what_whoever_filed_for_another_reads_is_told_to_the_owner(client, cast):
    dossier = actions.start_draft(
        procedure=cast.procedure, channel=Channel.COUNTER, applicant=cast.citizen,
        point=cast.commune, by=cast.receiver,
    )  # fmt: skip
    actions.save_draft(dossier=dossier, answers=GOOD, by=cast.receiver)
    actions.attach_paper(dossier=dossier, component="hop_dong_thue", form=0, by=cast.receiver)  # fmt: skip
    dossier = actions.file_dossier(dossier=dossier, agency=cast.commune, by=cast.receiver)  # fmt: skip
    assert not readers_of(dossier)
    client.force_login(cast.receiver)
    client.get(reverse("dossier", args=[dossier.pk]))
    assert [r.who for r in readers_of(dossier)] == [cast.receiver.full_name]
    client.force_login(cast.citizen)
    assert cast.receiver.full_name in client.get(reverse("dossier", args=[dossier.pk])).text  # fmt: skip
    with pytest.raises(PermissionDenied):
        actions.ask_withdrawal(dossier=dossier, by=cast.receiver)
    dossier.refresh_from_db()
    assert dossier.business == Business.FILED


def test_who_follows_by_code_is_told_until_when_papers_are_awaited(client, cast):
    dossier = make_dossier(Business.SUPPLEMENT, cast=cast)
    page = client.post(reverse("dossier-follow"), {"code": dossier.code, "factor": "5678"}, follow=True).text  # fmt: skip
    assert reverse("dossier-supplement", args=[dossier.pk]) in page
    until = dossier.requests.get().expires_at.astimezone(clock.HANOI)
    assert f"{until:%H:%M %d/%m/%Y}" in page


def test_who_follows_a_late_dossier_by_code_may_ask_for_the_reason(client, cast):
    dossier = make_dossier(Business.IN_PROCESS, cast=cast)
    asked = f"{reverse('feedback-send')}?about="
    known = {"code": dossier.code, "factor": "5678"}
    follow = reverse("dossier-follow")
    assert asked not in client.post(follow, known, follow=True).text
    with clock.telling(dossier.due_at + timedelta(days=1)):
        assert asked in client.post(follow, known, follow=True).text


def test_what_waits_for_one_stands_first_in_ones_list(me, cast):
    waits = make_dossier(Business.SUPPLEMENT, cast=cast)
    newer = make_dossier(Business.FILED, cast=cast)
    page = me.get(reverse("my-dossiers")).text
    assert page.index(waits.code) < page.index(newer.code)


def test_a_wrong_code_and_a_wrong_factor_are_answered_alike(client, cast):
    dossier = make_dossier(Business.FILED, cast=cast)
    follow = reverse("dossier-follow")

    def said(code, factor):
        answer = client.post(follow, {"code": code, "factor": factor})
        assert answer.status_code == 422
        return answer.text.replace(code, "").partition("<main")[2].partition("<form")[2].partition("</main")[0].split("csrf")[0], answer.status_code  # fmt: skip

    assert said(dossier.code, "1111") == said("H26.99-261122-0001", "5678")


def test_a_draft_cannot_be_followed(client, cast):
    make_draft(cast)
    answer = client.post(reverse("dossier-follow"), {"code": "None", "factor": "5678"})
    assert answer.status_code == 422


def test_guessing_is_stopped_even_where_the_guess_is_right(client, cast):
    dossier = make_dossier(Business.FILED, cast=cast)
    follow = reverse("dossier-follow")
    for n in range(TRIES_OF_A_CODE):
        client.post(follow, {"code": dossier.code, "factor": f"{n:04d}"})
    right = {"code": dossier.code, "factor": "5678"}
    assert client.post(follow, right).status_code == 422
    with clock.telling(clock.now() + timedelta(hours=1)):
        assert client.post(follow, right).status_code == 302


def test_one_address_cannot_try_many_codes(client, cast):
    dossier = make_dossier(Business.FILED, cast=cast)
    follow = reverse("dossier-follow")
    for n in range(TRIES_OF_AN_ADDRESS):
        client.post(follow, {"code": f"H26.01-261122-{n:04d}", "factor": "0000"})
    right = {"code": dossier.code, "factor": "5678"}
    assert client.post(follow, right).status_code == 422
    behind_a_proxy = {"X-Forwarded-For": "192.0.2.7"}
    assert client.post(follow, right, headers=behind_a_proxy).status_code == 302


def test_the_list_of_ones_dossiers_is_read_in_few_queries(me, cast, django_assert_max_num_queries):  # fmt: skip
    for _n in range(6):
        make_dossier(Business.SUPPLEMENT, cast=cast)
    with django_assert_max_num_queries(9):
        assert me.get(reverse("my-dossiers")).status_code == 200


def test_what_is_ready_can_be_handed_over_and_is_said_so(me, cast):
    dossier = make_dossier(Business.DECIDED, cast=cast)
    step = waiting(dossier, Duty.RETURN)
    assert step.organisation == cast.commune
    actions.return_result(dossier=dossier, delivery=Delivery.HANDED_OVER, by=cast.receiver)  # fmt: skip
    assert "tag done" in me.get(reverse("dossier", args=[dossier.pk])).text
