"""Acting on many at once: the preview tells who would be refused, by name and reason."""

from __future__ import annotations

from django.urls import reverse

from khuevan.catalogue.public import Fee, FeeKind
from khuevan.counter import actions
from khuevan.counter.models import Dossier
from khuevan.counter.rules.states import Business, Delivery, Outcome
from khuevan.journal.public import facts_about
from khuevan.process.public import Duty

from .factories import definition, make_cast, make_dossier, waiting


def many(client, who, does, dossiers, **more):
    client.force_login(who)
    steps = [str(d.work.waiting().get().pk) for d in dossiers]
    return client.post(reverse("counter-bulk"), {"does": does, "step": steps, **more})


def names(steps):
    return {s.dossier.code for s in steps}


def accepted(cast, count):
    return [make_dossier(Business.ACCEPTED, cast=cast) for _ in range(count)]


def at_head(cast, drafted_by):
    dossier = make_dossier(Business.IN_PROCESS, cast=cast)
    if drafted_by:
        actions.draft_result(dossier=dossier, outcome=Outcome.APPROVED, text="Đồng ý", by=drafted_by)  # fmt: skip
    actions.finish_step(step=waiting(dossier, Duty.HANDLE), by=cast.officer)
    actions.finish_step(step=waiting(dossier, Duty.CHECK), by=cast.division)
    return dossier


def test_the_preview_of_signatures_names_what_cannot_be_signed_and_why(cast, client):
    good, bare, own = at_head(cast, cast.officer), at_head(cast, None), at_head(cast, cast.head)  # fmt: skip
    facts = [len(facts_about(d.ref)) for d in (good, bare, own)]
    page = many(client, cast.head, "sign", [good, bare, own])
    assert names(page.context_data["steps"]) == {good.code}
    refused = {one.step.dossier.code: one.refusal for one in page.context_data["refused"]}  # fmt: skip
    assert refused.keys() == {bare.code, own.code}
    assert all(reason in page.text for reason in refused.values())
    assert refused[bare.code] != refused[own.code]
    assert [len(facts_about(d.ref)) for d in (good, bare, own)] == facts


def test_a_trial_of_an_action_leaves_nothing_behind(cast, client):
    dossiers = accepted(cast, 2)
    before = [[f.number for f in facts_about(d.ref)] for d in dossiers]
    page = many(client, cast.division, "assign", dossiers)
    assert names(page.context_data["steps"]) == {d.code for d in dossiers}
    assert cast.officer.full_name in page.text
    assert all(waiting(d, Duty.ASSIGN) for d in dossiers)
    assert [[f.number for f in facts_about(d.ref)] for d in dossiers] == before


def test_a_head_gives_many_to_somebody(cast, client):
    dossiers = accepted(cast, 3)
    many(client, cast.division, "assign", dossiers, person=str(cast.officer.pk), confirmed="yes")  # fmt: skip
    assert [waiting(d, Duty.HANDLE).person for d in dossiers] == [cast.officer] * 3


def test_many_given_to_nobody_by_name_are_spread_by_load(cast, client):
    dossiers = accepted(cast, 4)
    many(client, cast.division, "assign", dossiers, confirmed="yes")
    people = [waiting(d, Duty.HANDLE).person for d in dossiers]
    assert sorted(people.count(p) for p in {cast.officer, cast.receiver}) == [2, 2]


def test_many_steps_are_finished_in_order(cast, client):
    dossiers = [make_dossier(Business.IN_PROCESS, cast=cast) for _ in range(2)]
    many(client, cast.officer, "finish", dossiers, confirmed="yes")
    assert all(waiting(d, Duty.CHECK) for d in dossiers)


def test_results_are_handed_over_together_but_not_what_is_unpaid(client, db):
    fee = Fee("LP1", "Lệ phí", FeeKind.FEE, "other", amount=50_000)
    free, dear = make_cast(), make_cast(definition(fees=(fee,)))
    dear.commune, dear.receiver = free.commune, free.receiver
    dear.officer, dear.division, dear.head, dear.clerk = free.officer, free.division, free.head, free.clerk  # fmt: skip
    paid, owing = make_dossier(Business.DECIDED, cast=free), make_dossier(Business.DECIDED, cast=dear)  # fmt: skip
    page = many(client, free.receiver, "return", [paid, owing])
    [refused] = page.context_data["refused"]
    assert refused.step.dossier == owing
    assert "50000" in refused.refusal
    many(client, free.receiver, "return", [paid, owing], confirmed="yes")
    for dossier in (paid, owing):
        dossier.refresh_from_db()
    assert (paid.delivery, owing.delivery) == (Delivery.HANDED_OVER, Delivery.READY)


def test_all_on_a_page_are_ticked_without_javascript(cast, client):
    made = [make_dossier(Business.FILED, cast=cast) for _ in range(3)]
    client.force_login(cast.receiver)
    inbox = reverse("counter-inbox")
    assert client.get(inbox).text.count(" checked") == 0
    assert client.get(inbox, {"ticked": "yes"}).text.count(" checked") == len(made)
    assert Dossier.objects.filter(business=Business.FILED).count() == len(made)
