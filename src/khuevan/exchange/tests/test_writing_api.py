"""Listings written by a member's machine: by the actions of the pages, and no further."""

from __future__ import annotations

import json
from datetime import time, timedelta

import pytest
from django.test import Client as Asking

from khuevan.clients.public import Scope
from khuevan.clients.tests.factories import bearer
from khuevan.directory.public import Role
from khuevan.directory.tests.factories import AppointmentFactory, OrganisationFactory
from khuevan.exchange.forms import NeedForm, OfferForm
from khuevan.exchange.models import Listing, Step
from khuevan.exchange.writing_api import ListingIn
from khuevan.journal.public import facts_about
from khuevan.platform import clock

from .factories import OFFER, Cast, State, different, make_listing, make_member


LISTINGS = "/api/v1/exchange/listings"
SENT = {
    "kind": "technology",
    "title_vi": OFFER.title_vi,
    "summary_vi": OFFER.summary_vi,
    "field": "environment",
    "ipc": ["C02F 1/44"],
    "nace": ["13.30"],
    "territory": "country",
    "stage": "pilot",
    "trl": 7,
    "trl_evidence": OFFER.trl_evidence,
    "advantage": OFFER.advantage,
    "advantage_against": OFFER.advantage_against,
    "description": OFFER.description,
    "ip_status": "granted",
    "ip_number": "1-2021-01234",
    "ip_until": "2041-05-04",
    "owners": ["Viện Thử nghiệm: 60", "Công ty Thử nghiệm: 40"],
    "state_funded": True,
    "licence": "non_exclusive",
    "licence_terms": OFFER.licence_terms,
    "price_from": 500_000_000,
    "price_to": 900_000_000,
    "levels": {"technical": "members"},
}
NEED = {
    "kind": "need",
    "title_vi": "Giảm thất thoát nước sạch trên mạng lưới cấp nước khu phố cổ",
    "outcome": "Giảm thất thoát từ 18 xuống 12 phần trăm",
    "price_to": 2_000_000_000,
    "deadline": "2030-12-31",
    "trial_possible": True,
}


@pytest.fixture
def machine(cast: Cast) -> dict[str, str]:
    return bearer(Scope.EXCHANGE_WRITE, organisation=cast.institute.organisation)


def send(method, path, machine, sent=None, key="once", **query):
    return Asking().generic(
        method,
        LISTINGS + path,
        "" if sent is None else json.dumps(sent),
        content_type="application/json",
        headers={**machine, **({"Idempotency-Key": key} if key else {})},
        query_params=query or None,
    )  # fmt: skip


def kinds_of(listing):
    return [fact.kind for fact in facts_about(listing.ref)]


def faults(answer):
    assert answer["Content-Type"] == "application/problem+json"
    return {one["where"]: one["what"] for one in answer.json()["problems"]}


def test_a_machine_drafts_an_offer_as_its_member_says_it_on_the_page(cast, machine):
    answer = send("POST", "", machine, SENT)
    assert answer.status_code == 201, answer.content
    made = Listing.objects.get()
    assert answer.json()["code"] == made.code
    assert (made.member, made.state) == (cast.institute, State.DRAFT)
    by_hand = make_listing(cast, summary_en="", title_en="")
    theirs = {f.name for f in Listing._meta.fields} - {
        "id", "code", "drafted_at", "levels",
    }  # fmt: skip
    for name in theirs:
        if name != "folded":
            assert getattr(made, name) == getattr(by_hand, name), name
    assert [(o.name, o.share) for o in made.owners.all()] == [
        (o.name, o.share) for o in by_hand.owners.all()
    ]
    assert made.levels["technical"] == "members"
    [fact] = facts_about(made.ref)
    assert fact.kind == "exchange.listing_drafted"


def test_a_machine_drafts_a_need(cast, machine):
    answer = send("POST", "", machine, NEED)
    assert answer.status_code == 201, answer.content
    made = Listing.objects.get()
    assert (made.kind, made.trial_possible, made.price_to) == ("need", True, 2_000_000_000)  # fmt: skip


def test_the_schema_is_the_forms(cast):
    names = {*OfferForm.base_fields, *NeedForm.base_fields, "levels"}
    assert set(ListingIn.model_fields) == names
    told = ListingIn.model_json_schema()["properties"]
    assert "auction" not in told
    assert "technology" in told["kind"]["enum"]
    assert "TRL" in told["trl"]["description"]


def test_what_is_wrong_is_told_by_field_in_sentences(cast, machine):
    wrong = SENT | {"trl": 12, "ipc": ["not a class"], "field": "alchemy"}
    answer = send("POST", "", machine, wrong)
    assert answer.status_code == 422
    assert {"trl", "ipc", "field"} == set(faults(answer))
    assert all(len(words) > 20 for words in faults(answer).values())
    assert not Listing.objects.exists()


def test_what_is_misspelt_or_of_the_other_kind_is_refused(cast, machine):
    misspelt = send("POST", "", machine, SENT | {"titel_en": "x"})
    assert (misspelt.status_code, set(faults(misspelt))) == (422, {"titel_en"})
    other = send("POST", "", machine, NEED | {"ipc": ["C02F 1/44"]})
    assert (other.status_code, set(faults(other))) == (422, {"ipc"})
    public = send("POST", "", machine, SENT | {"levels": {"headline": "nda"}})
    assert (public.status_code, set(faults(public))) == (422, {"levels.headline"})
    assert not Listing.objects.exists()


def test_a_dry_run_says_what_would_come_and_keeps_nothing(cast, machine):
    tried = send("POST", "", machine, SENT, key="", dry_run="true")
    assert tried.status_code == 200
    assert (tried.json()["code"], tried.json()["fields"]["trl"]) == ("", 7)
    assert not Listing.objects.exists()
    listing = make_listing(cast)
    send("PUT", f"/{listing.code}", machine, NEED, key="", dry_run="true")
    tried = send("PUT", f"/{listing.code}", machine, SENT | {"trl": 8}, key="", dry_run="true")  # fmt: skip
    assert tried.json()["fields"]["trl"] == 8
    listing.refresh_from_db()
    assert listing.trl == OFFER.trl


def test_writing_needs_a_key_and_is_done_once(cast, machine):
    assert set(faults(send("POST", "", machine, SENT, key=""))) == {"Idempotency-Key"}
    assert not Listing.objects.exists()
    first, again = (send("POST", "", machine, SENT) for _n in range(2))
    assert first.content == again.content
    assert again["Idempotency-Replayed"] == "true"
    assert Listing.objects.count() == 1
    assert send("POST", "", machine, NEED).status_code == 409


def test_a_draft_goes_to_the_reviewers_and_never_past_them(cast, machine):
    code = send("POST", "", machine, SENT).json()["code"]
    answer = send("POST", f"/{code}/submit", machine, key="2")
    assert (answer.status_code, answer.json()["state"]) == (200, "submitted")
    listing = Listing.objects.get(code=code)
    assert listing.reviews.get(ended_at=None).reviewer in {cast.first, cast.second}
    for path in ("publish", "check", "verify"):
        assert send("POST", f"/{code}/{path}", machine, key=path).status_code == 404
    listing.refresh_from_db()
    assert listing.state == State.SUBMITTED


def test_gaps_are_named_by_field_and_nothing_is_handed_in(cast, machine):
    code = send("POST", "", machine, NEED).json()["code"]
    answer = send("POST", f"/{code}/submit", machine, key="2")
    assert answer.status_code == 422
    assert "summary_vi" in faults(answer)
    assert Listing.objects.get().state == State.DRAFT
    assert not Step.objects.exists()


def test_contacts_and_prohibited_words_are_refused_with_a_trace(cast, machine):
    said = SENT | {"summary_vi": OFFER.summary_vi + " Gọi 0912 345 678."}
    code = send("POST", "", machine, said).json()["code"]
    answer = send("POST", f"/{code}/submit", machine, key="2")
    assert answer.status_code == 422
    assert "0912 345 678" in faults(answer)["summary_vi"]
    listing = Listing.objects.get()
    assert listing.state == State.DRAFT
    assert kinds_of(listing)[-1] == "exchange.misuse_refused"
    banned = SENT | {"summary_vi": OFFER.summary_vi + " Điện phân thủy ngân."}
    assert send("PUT", f"/{code}", machine, banned, key="3").status_code == 200
    answer = send("POST", f"/{code}/submit", machine, key="4")
    assert answer.status_code == 409
    assert "76/2018/NĐ-CP" in answer.json()["detail"]
    listing.refresh_from_db()
    assert listing.state == State.DRAFT
    assert kinds_of(listing)[-1] == "exchange.misuse_refused"


def test_a_draft_is_changed_as_a_whole(cast, machine):
    code = send("POST", "", machine, SENT).json()["code"]
    less = {name: SENT[name] for name in ("kind", "title_vi", "summary_vi")}
    answer = send("PUT", f"/{code}", machine, less, key="2")
    assert answer.status_code == 200
    listing = Listing.objects.get()
    assert (listing.trl, listing.ipc, listing.owners.count()) == (None, [], 0)
    turned = send("PUT", f"/{code}", machine, NEED, key="3")
    assert set(faults(turned)) == {"kind"}
    published = make_listing(cast, State.PUBLISHED, different(3))
    refused = send("PUT", f"/{published.code}", machine, SENT, key="4")
    assert refused.status_code == 409
    published.refresh_from_db()
    assert published.title_vi == different(3).title_vi
    assert kinds_of(published)[-1] == "exchange.listing_published"


def test_a_machine_withdraws_with_a_reason(cast, machine):
    listing = make_listing(cast)
    assert send("POST", f"/{listing.code}/withdraw", machine, {"words": ""}).status_code == 422  # fmt: skip
    listing.refresh_from_db()
    assert listing.state == State.DRAFT
    done = send("POST", f"/{listing.code}/withdraw", machine, {"words": "Không chuyển giao nữa"})  # fmt: skip
    assert done.json()["state"] == "withdrawn"


def test_a_machine_renews_in_the_last_days(cast):
    listing = make_listing(cast, State.PUBLISHED)
    early = bearer(Scope.EXCHANGE_WRITE, organisation=cast.institute.organisation)
    assert send("POST", f"/{listing.code}/renew", early).status_code == 409
    last = listing.expires_on
    with clock.telling(clock.at_local(last - timedelta(days=1), time(9))):
        late = bearer(Scope.EXCHANGE_WRITE, organisation=cast.institute.organisation)
        answer = send("POST", f"/{listing.code}/renew", late, key="2")
    assert answer.status_code == 200, answer.content
    listing.refresh_from_db()
    assert listing.expires_on > last


@pytest.mark.parametrize("state", [State.DRAFT, State.PUBLISHED])
def test_somebody_elses_listing_is_not_there(cast, state):
    listing = make_listing(cast, state)
    other = bearer(Scope.EXCHANGE_WRITE, organisation=cast.firm.organisation)
    before = Listing.objects.values().get()
    for method, path, sent in (
        ("PUT", "", SENT),
        ("POST", "/submit", None),
        ("POST", "/renew", None),
        ("POST", "/withdraw", {"words": "Không chuyển giao nữa"}),
    ):
        answer = send(method, f"/{listing.code}{path}", other, sent, key=path + "x")
        assert answer.status_code == 404
    assert Listing.objects.values().get() == before


def test_a_machine_without_the_scope_writes_nothing(cast):
    reading = bearer(Scope.EXCHANGE_READ, organisation=cast.institute.organisation)
    answer = send("POST", "", reading, SENT)
    assert answer.status_code == 403
    assert "exchange:write" in answer.json()["detail"]
    assert not Listing.objects.exists()


def test_a_stranger_writes_nothing(cast):
    listing = make_listing(cast)
    for method, path in (("POST", ""), ("PUT", f"/{listing.code}")):
        assert send(method, path, {}, SENT).status_code == 401
    assert Listing.objects.count() == 1


def test_a_machine_of_no_member_is_told_so(cast):
    alien = bearer(Scope.EXCHANGE_WRITE, organisation=OrganisationFactory.create())
    assert set(faults(send("POST", "", alien, SENT))) == {"member"}
    own = bearer(Scope.EXCHANGE_WRITE, organisation=cast.firm.organisation)
    taken = SENT | {"member": cast.institute.organisation.code}
    assert set(faults(send("POST", "", own, taken))) == {"member"}
    assert not Listing.objects.exists()


def test_somebody_who_speaks_for_two_members_names_one(cast):
    second, person = make_member()
    AppointmentFactory.create(
        person=person, organisation=cast.firm.organisation, role=Role.MEMBER
    )
    asking = Asking()
    asking.force_login(person)
    unclear = asking.post(LISTINGS, NEED, "application/json", headers={"Idempotency-Key": "1"})  # fmt: skip
    assert set(faults(unclear)) == {"member"}
    named = NEED | {"member": second.organisation.code}
    made = asking.post(LISTINGS, named, "application/json", headers={"Idempotency-Key": "2"})  # fmt: skip
    assert made.status_code == 201
    assert Listing.objects.get().member == second
