"""A further request to the applicant: an official proposes it, the leader decides."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from khuevan.counter import actions
from khuevan.counter.queries.inbox import proposals_for
from khuevan.counter.rules.states import Business
from khuevan.journal.public import facts_about
from khuevan.platform.errors import RuleBroken

from .factories import BASIS, LACKING, make_dossier


WHY = "Giấy mới nộp lại thiếu trang"


def kinds(dossier):
    return [f.kind.removeprefix("counter.") for f in facts_about(dossier.ref)]


def answer(dossier, cast):
    [item] = dossier.requests.get(completed_at=None).items.all()
    actions.answer_item(item=item, content=b"%PDF-1.4 b\n%%EOF\n" + str(item.pk).encode(), name="a.pdf", by=cast.citizen)  # fmt: skip
    return actions.complete_supplement(dossier=dossier, by=cast.citizen)


@pytest.fixture
def answered(cast):
    """A dossier at reception whose applicant sent what was asked for once."""
    return answer(make_dossier(Business.TO_COMPLETE, cast=cast), cast)


def propose(dossier, cast):
    return actions.propose_supplement(
        dossier=dossier, items=LACKING, legal_basis=BASIS, reason=WHY, by=cast.receiver
    )  # fmt: skip


def test_at_reception_the_officer_proposes_and_the_leader_lets_it_out(
    cast, answered, client
):
    client.force_login(cast.receiver)
    said = {"ask:hop_dong_thue": "on", "why:hop_dong_thue": "Thiếu trang ký", "legal_basis": BASIS, "override": WHY}  # fmt: skip
    assert client.post(reverse("dossier-action", args=[answered.pk, "ask"]), said).status_code == 302  # fmt: skip
    answered.refresh_from_db()
    assert (answered.business, answered.supplements) == (Business.TO_COMPLETE, 1)
    assert not answered.requests.filter(completed_at=None).exists()
    client.force_login(cast.head)
    decide = reverse("dossier-action", args=[answered.pk, "proposal"])
    assert decide in client.get(reverse("counter-inbox")).text
    page = client.get(decide).text
    assert WHY in page
    assert "Thiếu trang ký" in page
    assert client.post(decide, {"allowed": "yes"}).status_code == 302
    request = answered.requests.get(completed_at=None)
    assert (request.round, request.asked_by, request.allowed_by) == (2, cast.receiver, cast.head)  # fmt: skip
    dossier = actions.accept_dossier(dossier=answer(answered, cast), by=cast.receiver)
    assert dossier.timeliness() == "overdue"  # two requests count as late
    assert proposals_for(cast.head) == []


def test_a_leader_who_does_not_allow_it_says_why_and_nothing_is_sent(cast, answered):
    proposal = propose(answered, cast)
    with pytest.raises(RuleBroken):
        actions.decide_proposal(proposal=proposal, allowed=False, by=cast.head)
    proposal.refresh_from_db()
    assert proposal.decided_at is None
    actions.decide_proposal(proposal=proposal, allowed=False, note="Đủ để giải quyết", by=cast.head)  # fmt: skip
    answered.refresh_from_db()
    assert answered.supplements == 1
    assert answered.requests.count() == 1
    assert kinds(answered)[-1] == "supplement_denied"


@pytest.mark.parametrize("who", ["receiver", "officer", "division", "citizen"])
def test_only_the_leader_decides(cast, answered, who):
    proposal = propose(answered, cast)
    with pytest.raises(PermissionDenied):
        actions.decide_proposal(proposal=proposal, allowed=True, by=getattr(cast, who))
    assert answered.requests.count() == 1


def test_the_leader_is_asked_once_at_a_time_and_only_where_a_leader_is_needed(
    cast, answered
):
    first = make_dossier(Business.FILED, cast=cast)
    with pytest.raises(RuleBroken):
        propose(first, cast)
    propose(answered, cast)
    with pytest.raises(RuleBroken):
        propose(answered, cast)
    assert [p.dossier for p in proposals_for(cast.head)] == [answered]
    assert proposals_for(cast.officer) == []
