"""A paper beside the checklist: verdicts on papers flow into the request for more."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from khuevan.counter import actions
from khuevan.counter.actions import Verdict
from khuevan.counter.rules.states import Business
from khuevan.journal.public import facts_about
from khuevan.platform.errors import RuleBroken

from .factories import BASIS, make_dossier


WHY = "Thiếu chữ ký bên cho thuê"


@pytest.fixture
def desk(client, cast):
    client.force_login(cast.receiver)
    return client, make_dossier(Business.FILED, cast=cast)


def test_a_paper_stands_beside_the_checklist_and_may_be_framed_by_us_alone(desk):
    client, dossier = desk
    paper = dossier.papers.get()
    shown = client.get(reverse("dossier-examine", args=[dossier.pk])).text
    address = reverse("paper-file", args=[paper.pk])
    assert f'<iframe class="viewer" src="{address}"' in shown
    assert shown.count('type="radio"') == 2, "one paper came in: fit or not"
    file = client.get(address)
    assert "frame-ancestors 'self'" in file.headers["Content-Security-Policy"]
    assert file.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert reverse("dossier-examine", args=[dossier.pk]) in client.get(reverse("dossier", args=[dossier.pk])).text  # fmt: skip


def test_what_does_not_fit_is_ticked_with_its_reason_in_the_request(desk):
    client, dossier = desk
    page = reverse("dossier-examine", args=[dossier.pk])
    found = {"verdict:hop_dong_thue": "unfit", "why:hop_dong_thue": WHY, "ask": "yes"}
    asking = client.post(page, found)
    ask = reverse("dossier-action", args=[dossier.pk, "ask"])
    assert asking.url == ask
    form = client.get(ask).context_data["form"]
    row = next(r for r in form.rows() if r["key"] == "hop_dong_thue")
    assert (row["ask"].value(), row["why"].value()) == (True, WHY)
    assert [r["key"] for r in form.rows() if r["ask"].value()] == ["hop_dong_thue"]
    client.post(ask, {"ask:hop_dong_thue": "on", "why:hop_dong_thue": WHY, "legal_basis": BASIS})  # fmt: skip
    assert dossier.requests.get().items.get().reason == WHY


def test_a_verdict_against_a_paper_needs_its_reason(desk, cast):
    client, dossier = desk
    page = reverse("dossier-examine", args=[dossier.pk])
    assert client.post(page, {"verdict:hop_dong_thue": "unfit"}).status_code == 422
    with pytest.raises(RuleBroken):
        actions.judge_papers(dossier=dossier, verdicts={"hop_dong_thue": Verdict(False)}, by=cast.receiver)  # fmt: skip
    assert dossier.papers.get().checked is None


def test_only_whoever_may_ask_for_more_judges_papers(desk, cast):
    client, dossier = desk
    for person in (cast.citizen, cast.stranger):
        with pytest.raises(PermissionDenied):
            actions.judge_papers(dossier=dossier, verdicts={"hop_dong_thue": Verdict(True)}, by=person)  # fmt: skip
    assert dossier.papers.get().checked is None
    assert "counter.papers_judged" not in {f.kind for f in facts_about(dossier.ref)}
    client.force_login(cast.stranger)
    assert client.get(reverse("dossier-examine", args=[dossier.pk])).status_code == 404


def test_a_fit_paper_is_marked_so(desk):
    client, dossier = desk
    page = reverse("dossier-examine", args=[dossier.pk])
    assert client.post(page, {"verdict:hop_dong_thue": "fit"}).status_code == 302
    assert dossier.papers.get().checked is True
    fact = facts_about(dossier.ref)[-1]
    assert (fact.figures["fit"], fact.figures["unfit"]) == (1, 0)
